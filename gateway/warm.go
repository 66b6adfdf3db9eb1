package gateway

// A request to one API of a thousand finds nothing of it in a cache, and waits
// for each line of memory that it reads. Lines whose addresses are known at the
// same time are therefore read at the same time, ahead of their use: the
// processor waits for all of them as long as for one. The sums go into the
// Invocation only so that they are not left out.

// warm reads what is read of a stage once it is found.
func (s *liveStage) warm() (sum int64) {
	if nodes := s.main.tree.nodes; len(nodes) > 0 {
		sum = int64(nodes[0].parent + nodes[len(nodes)-1].parent)
	}
	if methods := s.main.methods; len(methods) > 0 {
		sum += int64(methods[0].timeout)
	}
	return sum + s.meter.times.sums[wholeTime].Load()
}

// warm reads what is read of a Method once it is found.
func (m *liveMethod) warm() (sum int64) {
	if len(m.answers) > 0 {
		sum = int64(m.answers[0].status)
	}
	if len(m.templates) > 0 {
		sum += int64(len(m.templates[0].contentType))
	}
	return sum + int64(m.steps)
}
