package gateway

import (
	"cmp"
	"crypto/tls"
	"strings"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/mapping"
)

// An AccessLog takes the lines of access logs.
type AccessLog interface {
	// WriteLine takes a line, which ends in a newline; it may keep nothing of
	// it, and does not wait for a slow reader.
	WriteLine(line []byte)
}

// accessFormat compiles the format of a stage's access logs; nil without one.
func accessFormat(s *apigw.AccessLogSettings) *mapping.LogFormat {
	if s == nil || deref(s.Format) == "" {
		return nil
	}
	return mapping.ParseLogFormat(strings.TrimSuffix(*s.Format, "\n"))
}

// writeAccessLog writes the line of a request that was answered with so many
// bytes of body after so long.
func (inv *Invocation) writeAccessLog(sent int64, latency time.Duration) {
	if inv.stage.accessFormat == nil || inv.g.deps.AccessLog == nil {
		return
	}
	c := &inv.context
	c.ResponseLatency = latency.Milliseconds()
	c.ResponseLength = sent
	c.EndpointType = inv.stage.main.deployment.endpointType
	if state := inv.req.TLS; state != nil {
		c.TLSVersion, c.CipherSuite = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	}
	start := len(inv.text)
	inv.text = append(inv.stage.accessFormat.Append(inv.text, c), '\n')
	inv.g.deps.AccessLog.WriteLine(inv.text[start:])
}

// endpointTypeOf is the endpoint type of an API; regional without one.
func endpointTypeOf(def *apigw.Definition) string {
	if e := def.RestApi.EndpointConfiguration; e != nil && len(e.Types) > 0 {
		return cmp.Or(e.Types[0], apigw.EndpointTypeRegional)
	}
	return apigw.EndpointTypeRegional
}
