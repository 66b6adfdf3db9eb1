//go:build !linux

package http1

// asking has no short cut here: see ask_linux.go for what can be saved.
type asking struct{}

func (*asking) init(*pconn) {}

func (p *pconn) ask(in *input, out *slab, head, body []byte) (sent int64, err error) {
	defer in.slabs.put(out)
	return p.askPlainly(head, body)
}
