package vtl

import "time"

// Limits bound one render. A zero member means the default.
type Limits struct {
	Steps        int  // nodes executed: 1,000,000
	Output       int  // bytes written: 10 MB, API Gateway's payload limit
	Built        int  // bytes of strings and collections made on the way: 32 MiB
	LoopTurns    int  // turns of one #foreach: 1,000 (documented quota)
	FailLongLoop bool // end a longer loop by an error; else silently, as Velocity does
	Define       int  // depth of #define blocks within blocks: 20
	RegexSteps   int  // work of regular expressions: 10,000,000
	// Deadline ends the render; it is read every 1,024 steps by Now.
	Deadline time.Time
	Now      func() time.Time
}

// Bounds of a template itself, checked by Parse.
const (
	MaxTemplate = 300 << 10 // bytes (documented quota: 300 KB)
	maxNesting  = 200       // directives and parentheses within one another
)

func (l Limits) orDefault() Limits {
	l.Steps = orInt(l.Steps, 1_000_000)
	l.Output = orInt(l.Output, 10_000_000)
	l.Built = orInt(l.Built, 32<<20)
	l.LoopTurns = orInt(l.LoopTurns, 1000)
	l.Define = orInt(l.Define, 20)
	l.RegexSteps = orInt(l.RegexSteps, 10_000_000)
	return l
}

func orInt(n, fallback int) int {
	if n == 0 {
		return fallback
	}
	return n
}
