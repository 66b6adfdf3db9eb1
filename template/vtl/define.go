package vtl

import "fmt"

// block is the value that #define gives a variable: it renders its body
// whenever it is printed.
type block struct {
	r        *Run
	from, to int32
	depth    int
}

// maxBlockDepth is how often Velocity lets a block print itself.
const maxBlockDepth = 2

// printBlock renders the block, without the prefix of the reference. One that is
// too deep in itself prints as the text of the reference, whose backslashes
// Velocity then writes twice.
func (r *Run) printBlock(b *block, n *refNode) error {
	if b.depth < maxBlockDepth {
		return b.render()
	}
	r.out = append(r.out, n.prefix...)
	r.out = append(r.out, n.prefix[:backslashes(n.prefix)]...)
	r.out = append(r.out, n.nullText...)
	return r.checkOutput()
}

func (b *block) render() error {
	r := b.r
	if r.depth >= r.limits.Define {
		return spent("more than %d #define blocks within one another", r.limits.Define)
	}
	b.depth++
	r.depth++
	sig, err := r.run(b.from, b.to)
	b.depth--
	r.depth--
	if err == nil && (sig == stopped || sig == broken && r.breakTo != nil) { // a plain #break ends the block alone
		return errSignal{sig}
	}
	return err
}

// isSpentBlock reports whether v is a block that is too deep in itself to be
// rendered: its toString is null.
func isSpentBlock(v Value) bool {
	b, is := foreignOf(v).(*block)
	return is && b.depth >= maxBlockDepth
}

// AppendIdentity is the block's address: as a key it is not rendered.
func (b *block) AppendIdentity(dst []byte) []byte { return fmt.Appendf(dst, "%p", b) }

// AppendString renders the block where its text is wanted. An error ends the
// render later, since none can be returned here.
func (b *block) AppendString(dst []byte) []byte {
	if b.depth >= maxBlockDepth { // see isSpentBlock
		return append(dst, "null"...)
	}
	r := b.r
	out := r.out
	r.out = nil
	err := b.render()
	text := r.out
	r.out = out
	if err != nil && r.late == nil {
		r.late = err
	}
	return append(dst, text...)
}
