package gateway

import "slices"

// pack lays out a deployment that is complete: what requests read of it lies
// side by side, in an order in which they read it, instead of where it happened
// to be made. Of an API among a thousand nothing is in a cache, and a request
// waits for each piece of memory.
func (d *deployment) pack() {
	d.tree.nodes = slices.Clip(slices.Clone(d.tree.nodes))
	var room packed
	for _, m := range d.methods {
		room.count(m)
	}
	room.allocate()
	for _, m := range d.methods {
		room.move(m)
	}
}

// packed is where the lists of all Methods of a deployment go.
type packed struct {
	templates []bodyTemplate
	answers   []integrationAnswer
	headers   []paramMapping
	sizes     struct{ templates, answers, headers int }
}

func (p *packed) count(m *method) {
	p.sizes.templates += len(m.templates)
	p.sizes.answers += len(m.answers)
	for i := range m.answers {
		p.sizes.templates += len(m.answers[i].templates)
		p.sizes.headers += len(m.answers[i].headers)
	}
}

func (p *packed) allocate() {
	p.templates = make([]bodyTemplate, 0, p.sizes.templates)
	p.answers = make([]integrationAnswer, 0, p.sizes.answers)
	p.headers = make([]paramMapping, 0, p.sizes.headers)
}

func (p *packed) move(m *method) {
	m.templates = moved(&p.templates, m.templates)
	m.answers = moved(&p.answers, m.answers)
	for i := range m.answers {
		a := &m.answers[i]
		a.templates = moved(&p.templates, a.templates)
		a.headers = moved(&p.headers, a.headers)
	}
}

// moved is list at the end of all, which has room for it.
func moved[T any](all *[]T, list []T) []T {
	start := len(*all)
	*all = append(*all, list...)
	return (*all)[start:len(*all):len(*all)]
}
