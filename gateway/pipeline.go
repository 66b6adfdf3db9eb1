package gateway

// invocation is the path of a request through a deployed Method, in order
// (data plane §1).
var invocation = []step{
	{"resource policy", (*liveMethod).hasPolicy, resourcePolicy},
	{"authorize", (*liveMethod).hasAuthorizer, authorize},
	{"api key", (*liveMethod).needsAPIKey, checkAPIKey},
	{"throttle", (*liveMethod).isThrottled, throttleRequest},
	{"unpack", (*liveMethod).compresses, unpackRequest},
	{"method request", (*liveMethod).always, methodRequest},
	{"integration request", (*liveMethod).always, integrationRequest},
	{"integration", (*liveMethod).always, invokeIntegration},
	{"integration response", (*liveMethod).always, integrationResponse},
	{"method response", (*liveMethod).always, methodResponse},
	{"compress", (*liveMethod).compresses, compressResponse},
}

// A step is one station. run returns nil to go on; its error, usually a
// *failure, becomes a gateway response.
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

func stepsFor(m *liveMethod, mode mode) []*step {
	var steps []*step
	for i := range invocation {
		if invocation[i].when(m, mode) {
			steps = append(steps, &invocation[i])
		}
	}
	return steps
}

func (m *liveMethod) always(mode) bool         { return true }
func (m *liveMethod) hasPolicy(mode mode) bool { return mode == modeLive && m.deployment.gate.exists() }
func (m *liveMethod) hasAuthorizer(mode mode) bool {
	return mode == modeLive && m.authorization != "NONE"
}
func (m *liveMethod) needsAPIKey(mode mode) bool { return mode == modeLive && m.apiKeyRequired }
func (m *liveMethod) isThrottled(mode mode) bool {
	return mode == modeLive && (m.bucket != nil || m.account != nil)
}
func (m *liveMethod) compresses(mode mode) bool {
	return mode == modeLive && m.deployment.compression.on
}

// run takes inv through the steps of its Method.
func (inv *Invocation) run() error {
	for _, s := range inv.method.steps {
		if err := s.run(inv); err != nil {
			return err
		}
	}
	return nil
}
