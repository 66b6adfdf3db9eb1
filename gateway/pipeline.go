package gateway

import (
	"errors"
	"math/bits"
)

// invocation is the path of a request through a deployed Method, in order
// (data plane §1).
var invocation = []step{
	{"resource policy", (*liveMethod).hasPolicy, resourcePolicy},
	{stepAuthorize, (*liveMethod).hasAuthorizer, authorize},
	{stepAPIKey, (*liveMethod).needsAPIKey, checkAPIKey},
	{"throttle", (*liveMethod).isThrottled, throttleRequest},
	{"unpack", (*liveMethod).compresses, unpackRequest},
	{stepMethodRequest, (*liveMethod).always, methodRequest},
	{"cache lookup", (*liveMethod).caches, lookupCache},
	{stepIntegrationRequest, (*liveMethod).always, integrationRequest},
	{stepIntegration, (*liveMethod).always, invokeIntegration},
	{stepIntegrationResponse, (*liveMethod).always, integrationResponse},
	{stepMethodResponse, (*liveMethod).always, methodResponse},
}

// delivery is the way of its response to the door, whether it was made now or
// comes from the cache.
var delivery = []step{
	{"cache store", (*liveMethod).caches, storeCache},
	{"compress", (*liveMethod).compresses, compressResponse},
}

// The names of steps that the rows of noteLines speak of. Routing comes before
// there is a Method, and so is no step of one.
const (
	stepRouting             = "routing"
	stepAuthorize           = "authorize"
	stepAPIKey              = "api key"
	stepMethodRequest       = "method request"
	stepIntegrationRequest  = "integration request"
	stepIntegration         = "integration"
	stepIntegrationResponse = "integration response"
	stepMethodResponse      = "method response"
)

// A step is one station. run returns nil to go on and errAnswered to go to the
// delivery; any other error, usually a *failure, becomes a gateway response.
type step struct {
	name string
	when func(*liveMethod, mode) bool // asked once, when a Method goes live
	run  func(*Invocation) error
}

// A mode is how a Method is invoked. TestInvokeMethod enforces neither
// authorization nor keys nor throttles (data plane §22.1).
type mode uint8

const (
	modeLive mode = iota
	modeTest
)

// A stepSet has a bit for each step of a list.
type stepSet uint16

// takeSteps decides which steps the Method needs.
func (m *liveMethod) takeSteps(mode mode) {
	m.steps, m.delivery = m.stepsOf(invocation, mode), m.stepsOf(delivery, mode)
}

func (m *liveMethod) stepsOf(all []step, mode mode) (set stepSet) {
	for i := range all {
		if all[i].when(m, mode) {
			set |= 1 << i
		}
	}
	return set
}

func (m *liveMethod) always(mode) bool         { return true }
func (m *liveMethod) hasPolicy(mode mode) bool { return mode == modeLive && m.deployment.gate.exists() }
func (m *liveMethod) hasAuthorizer(mode mode) bool {
	return mode == modeLive && m.authorization != "NONE"
}
func (m *liveMethod) needsAPIKey(mode mode) bool { return mode == modeLive && m.apiKeyRequired }
func (m *liveMethod) caches(mode mode) bool      { return mode == modeLive && m.caching != nil }
func (m *liveMethod) isThrottled(mode mode) bool {
	return mode == modeLive && (m.bucket != nil || m.account != nil)
}
func (m *liveMethod) compresses(mode mode) bool {
	return mode == modeLive && m.deployment.compression.on
}

// errAnswered is what a step returns that has made the response.
var errAnswered = errors.New("answered")

// run takes inv through the steps of its Method.
func (inv *Invocation) run() error {
	if err := inv.walk(invocation, inv.method.steps); err != nil && !errors.Is(err, errAnswered) {
		return err
	}
	return inv.walk(delivery, inv.method.delivery)
}

func (inv *Invocation) walk(all []step, steps stepSet) error {
	for ; steps != 0; steps &= steps - 1 {
		s := &all[bits.TrailingZeros16(uint16(steps))]
		if inv.listener != nil || inv.span != nil {
			inv.beginStep(s.name)
		}
		if err := s.run(inv); err != nil {
			return err
		}
	}
	return nil
}
