package javatext

import (
	"strings"
	"unicode/utf8"
)

// maxFrames bounds the memory of one match, 16 MiB.
const maxFrames = 1 << 19

// maxMemoBits bounds the failures remembered, 8 MiB.
const maxMemoBits = 1 << 26

// A machine matches one input. Positions are byte offsets; an input with
// code points above U+FFFF has these as two halves (see splitPairs), for Java
// can stop between them.
type machine struct {
	prog   *program
	s      string
	wide   bool // s has halves
	whole  bool // the match must end at the end of s
	groups []int
	regs   []int
	stack  []frame
	memo   []uint64
	steps  int
	spent  bool // steps or memory have run out

	behindEnd int // where the look-behind being run has to end
	last      int // end of the match before, for \G
}

// A frame is something to go back to, or to put back on the way.
type frame struct {
	kind frameKind
	pc   int32
	pos  int
	a, b int
}

type frameKind uint8

const (
	frameBranch   frameKind = iota // go on at pc, pos
	frameReg                       // regs[a] was b
	frameGroup                     // groups pc was pos, a
	frameCharBack                  // opCharLoop at pc reached pos, may go back to a
	frameCharMore                  // lazy opCharLoop at pc, a more allowed
	frameAtomBack                  // opAtomLoop at pc reached pos with a repetitions of b bytes to give back
	frameAtomMore                  // lazy opAtomLoop at pc, after a repetitions
	frameLoopMore                  // lazy opLoopNext at pc
)

func (m *machine) push(f frame) {
	if len(m.stack) >= maxFrames {
		m.spent = true
		return
	}
	m.stack = append(m.stack, f)
}

func (m *machine) setReg(reg, value int) {
	m.push(frame{kind: frameReg, a: reg, b: m.regs[reg]})
	m.regs[reg] = value
}

func (m *machine) setGroup(group, from, to int) {
	g := m.groups[2*group:]
	m.push(frame{kind: frameGroup, pc: int32(group), pos: g[0], a: g[1]})
	g[0], g[1] = from, to
}

// next reads the code point at pos, which is not the end.
func (m *machine) next(pos int) (rune, int) {
	if c := m.s[pos]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	if !m.wide {
		return decode(m.s[pos:])
	}
	return decodePair(m.s[pos:])
}

func decodePair(s string) (rune, int) {
	r, n := decode(s)
	if isHigh(r) && isHalf(s[n:]) {
		if lo, _ := decode(s[n:]); isLow(lo) {
			return join(r, lo), 2 * n
		}
	}
	return r, n
}

// prev reads the code point before pos, which is not the start.
func (m *machine) prev(pos int) (rune, int) {
	if c := m.s[pos-1]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	r, n := m.prevUnit(pos)
	if m.wide && isLow(r) && pos-n > 0 {
		if hi, k := m.prevUnit(pos - n); isHigh(hi) {
			return join(hi, r), n + k
		}
	}
	return r, n
}

// prevUnit is prev that does not join halves.
func (m *machine) prevUnit(pos int) (rune, int) {
	if pos >= 3 && isHalf(m.s[pos-3:]) {
		return decode(m.s[pos-3:])
	}
	return utf8.DecodeLastRuneInString(m.s[:pos])
}

// nextUnit returns the offset of the UTF-16 unit behind the one at pos.
func (m *machine) nextUnit(pos int) int {
	if pos >= len(m.s) {
		return pos + 1
	}
	_, n := decode(m.s[pos:])
	return pos + n
}

// run executes from pc until the end of the (sub-)program and returns where
// it ended. A sub-program leaves nothing to go back to: its groups keep what
// they hold, as in Java.
func (m *machine) run(pc, pos int) (end int, ok bool) {
	base := len(m.stack)
	for !m.spent {
		if m.steps--; m.steps < 0 {
			m.spent = true
			break
		}
		in := &m.prog.code[pc]
		ok := true
		switch in.op {
		case opMatch:
			if ok = !m.whole || pos == len(m.s); ok {
				return pos, true
			}
		case opDone:
			m.stack = m.stack[:base]
			return pos, true
		case opDoneAt:
			if ok = pos == m.behindEnd; ok {
				m.stack = m.stack[:base]
				return pos, true
			}
		case opChar:
			if ok = pos < len(m.s); ok {
				r, n := m.next(pos)
				ok = in.set.has(r)
				pos += n
				pc++
			}
		case opText:
			ok = strings.HasPrefix(m.s[pos:], in.text)
			pos += len(in.text)
			pc++
		case opJump:
			pc = in.x
		default:
			pc, pos, ok = m.step(in, pc, pos)
		}
		if !ok {
			if pc, pos, ok = m.back(base); !ok {
				return 0, false
			}
		}
	}
	return 0, false
}

// step executes what is not a plain character.
func (m *machine) step(in *inst, pc, pos int) (int, int, bool) {
	switch in.op {
	case opSplit:
		if m.failedBefore(in, pos) {
			return 0, 0, false
		}
		m.push(frame{kind: frameBranch, pc: int32(in.y), pos: pos})
		return in.x, pos, true
	case opOpen:
		m.setReg(in.reg, pos)
		return pc + 1, pos, true
	case opClose:
		m.setGroup(in.group, m.regs[in.reg], pos)
		return pc + 1, pos, true
	case opAssert:
		return pc + 1, pos, m.holds(in, pos)
	case opBackref:
		end, ok := m.again(in, pos)
		return pc + 1, end, ok
	case opCharLoop:
		return m.charLoop(in, pc, pos)
	case opAtomLoop:
		return m.atomLoop(in, pc, pos)
	case opLoopStart:
		return m.loopStart(in, pc, pos)
	case opLoopNext:
		return m.loopNext(in, pc, pos)
	case opStar:
		return m.star(in, pc, pos)
	case opAtomic:
		end, ok := m.run(in.x, pos)
		return in.y, end, ok
	case opLook:
		_, ok := m.run(in.x, pos)
		return in.y, pos, ok != in.negative
	default: // opLookBehind
		return in.y, pos, m.lookBehind(in, pos) != in.negative
	}
}

// failedBefore remembers that in was tried at pos, and reports whether it had
// been before: it failed then, or its end would have been the answer.
func (m *machine) failedBefore(in *inst, pos int) bool {
	if m.memo == nil || in.memo < 0 {
		return false
	}
	bit := in.memo*(len(m.s)+1) + pos
	seen := m.memo[bit>>6]>>(bit&63)&1 != 0
	m.memo[bit>>6] |= 1 << (bit & 63)
	return seen
}

// back returns to the last choice above base.
func (m *machine) back(base int) (pc, pos int, ok bool) {
	for len(m.stack) > base {
		if m.steps--; m.steps < 0 {
			m.spent = true
		}
		if m.spent {
			break
		}
		f := m.stack[len(m.stack)-1]
		m.stack = m.stack[:len(m.stack)-1]
		switch f.kind {
		case frameBranch:
			return int(f.pc), f.pos, true
		case frameReg:
			m.regs[f.a] = f.b
		case frameGroup:
			m.groups[2*f.pc], m.groups[2*f.pc+1] = f.pos, f.a
		default:
			if pc, pos, ok = m.resume(f); ok {
				return pc, pos, true
			}
		}
	}
	return 0, 0, false
}

func (m *machine) resume(f frame) (pc, pos int, ok bool) {
	in := &m.prog.code[f.pc]
	switch f.kind {
	case frameCharBack:
		return m.charBack(in, f)
	case frameCharMore:
		return m.charMore(in, f)
	case frameAtomBack:
		return m.atomBack(in, f)
	case frameAtomMore:
		return m.atomMore(in, int(f.pc), f.pos, f.a)
	default: // frameLoopMore
		m.setReg(in.reg+1, m.regs[in.reg+1]+1)
		return in.x, f.pos, true
	}
}

// charLoop takes as many characters as it can, or as few.
func (m *machine) charLoop(in *inst, pc, pos int) (int, int, bool) {
	start := pos
	high := in.max
	if in.mode == lazy {
		high = in.min
	}
	low := pos // where the lower end is reached
	count := 0
	for count < high && pos < len(m.s) {
		r, n := m.next(pos)
		if !in.set.has(r) {
			break
		}
		pos += n
		if count++; count == in.min {
			low = pos
		}
	}
	m.steps -= (pos - start) / 8
	if count < in.min {
		return 0, 0, false
	}
	if in.group > 0 && count > 0 {
		m.captureLast(in.group, pos)
	}
	switch {
	case in.mode == greedy && pos > low:
		m.push(frame{kind: frameCharBack, pc: int32(pc), pos: pos, a: low, b: start})
	case in.mode == lazy && in.max > in.min:
		m.push(frame{kind: frameCharMore, pc: int32(pc), pos: pos, a: in.max - in.min})
	}
	return pc + 1, pos, true
}

// captureLast gives group the character before pos.
func (m *machine) captureLast(group, pos int) {
	_, n := m.prev(pos)
	m.setGroup(group, pos-n, pos)
}

// charBack gives one character back.
func (m *machine) charBack(in *inst, f frame) (int, int, bool) {
	_, n := m.prev(f.pos)
	f.pos -= n
	if f.pos > f.a {
		m.push(f)
	}
	switch {
	case in.group > 0 && f.pos > f.b:
		m.captureLast(in.group, f.pos)
	case in.group > 0: // what the group held before lies below
		m.unwind(len(m.stack) - 1)
	}
	return int(f.pc) + 1, f.pos, true
}

// charMore takes one character more.
func (m *machine) charMore(in *inst, f frame) (int, int, bool) {
	if f.pos >= len(m.s) {
		return 0, 0, false
	}
	r, n := m.next(f.pos)
	if !in.set.has(r) {
		return 0, 0, false
	}
	f.pos += n
	if f.a--; f.a > 0 {
		m.push(f)
	}
	if in.group > 0 {
		m.captureLast(in.group, f.pos)
	}
	return int(f.pc) + 1, f.pos, true
}

// atomLoop repeats a sub-program that counts as one step.
func (m *machine) atomLoop(in *inst, pc, pos int) (int, int, bool) {
	mark := len(m.stack)
	if in.group > 0 {
		m.setGroup(in.group, m.groups[2*in.group], m.groups[2*in.group+1])
	}
	for range in.min {
		end, ok := m.run(in.x, pos)
		if !ok {
			m.unwind(mark)
			return 0, 0, false
		}
		m.capture(in.group, pos, end)
		if end == pos {
			break
		}
		pos = end
	}
	switch in.mode {
	case greedy:
		return m.atomGreedy(in, pc, pos)
	case lazy:
		m.push(frame{kind: frameAtomMore, pc: int32(pc), pos: pos, a: in.min})
		return in.y, pos, true
	}
	for count := in.min; count < in.max; count++ {
		end, ok := m.run(in.x, pos)
		if !ok || end == pos {
			break
		}
		pos = end
	}
	return in.y, pos, true
}

// unwind puts groups and registers back to what they were at mark.
func (m *machine) unwind(mark int) {
	for len(m.stack) > mark {
		f := m.stack[len(m.stack)-1]
		m.stack = m.stack[:len(m.stack)-1]
		switch f.kind {
		case frameReg:
			m.regs[f.a] = f.b
		case frameGroup:
			m.groups[2*f.pc], m.groups[2*f.pc+1] = f.pos, f.a
		}
	}
}

// capture sets a group that is put back elsewhere.
func (m *machine) capture(group, from, to int) {
	if group > 0 {
		m.groups[2*group], m.groups[2*group+1] = from, to
	}
}

// atomGreedy repeats as often as it can. Repetitions of the same length are
// given back without a frame for each.
func (m *machine) atomGreedy(in *inst, pc, pos int) (int, int, bool) {
	count := in.min
	run := frame{kind: frameAtomBack, pc: int32(pc), pos: pos}
	for count < in.max && !m.spent {
		end, ok := m.run(in.x, pos)
		if !ok {
			break
		}
		if end == pos {
			break
		}
		if run.a > 0 && run.b != end-pos {
			m.push(run)
			run.a = 0
		}
		if run.a == 0 && in.group > 0 {
			m.setGroup(in.group, m.groups[2*in.group], m.groups[2*in.group+1])
		}
		m.capture(in.group, pos, end)
		run.a, run.b, run.pos = run.a+1, end-pos, end
		pos = end
		count++
	}
	if run.a > 0 {
		m.push(run)
	}
	return in.y, pos, !m.spent
}

// atomBack gives one repetition back.
func (m *machine) atomBack(in *inst, f frame) (int, int, bool) {
	f.pos -= f.b
	f.a--
	if f.a > 0 {
		m.capture(in.group, f.pos-f.b, f.pos)
		m.push(f)
		return in.y, f.pos, true
	}
	if in.group > 0 { // what the group held before the run lies below
		m.unwind(len(m.stack) - 1)
	}
	return in.y, f.pos, true
}

// atomMore repeats once more after count repetitions.
func (m *machine) atomMore(in *inst, pc, pos, count int) (int, int, bool) {
	if count >= in.max {
		return 0, 0, false
	}
	end, ok := m.run(in.x, pos)
	if !ok || end == pos {
		return 0, 0, false
	}
	m.capture(in.group, pos, end)
	m.push(frame{kind: frameAtomMore, pc: int32(pc), pos: end, a: count + 1})
	return in.y, end, true
}

func (m *machine) loopStart(in *inst, pc, pos int) (int, int, bool) {
	if in.max == 0 {
		return pc + 1, pos, true
	}
	if in.min == 0 && in.mode == lazy {
		m.push(frame{kind: frameBranch, pc: int32(in.x), pos: pos})
		m.setReg(in.reg+1, 1)
		return pc + 1, pos, true
	}
	if in.min == 0 {
		m.push(frame{kind: frameBranch, pc: int32(in.y), pos: pos})
	}
	m.setReg(in.reg+1, 1)
	return in.x, pos, true
}

// loopNext decides behind a repetition whether there is another one.
func (m *machine) loopNext(in *inst, pc, pos int) (int, int, bool) {
	count := m.regs[in.reg+1]
	switch {
	case pos == m.regs[in.reg]: // matched nothing: the last one
		return pc + 1, pos, true
	case count < in.min:
		m.setReg(in.reg+1, count+1)
		return in.x, pos, true
	case count >= in.max:
		return pc + 1, pos, true
	case in.mode == lazy:
		m.push(frame{kind: frameLoopMore, pc: int32(pc), pos: pos})
		return pc + 1, pos, true
	}
	m.push(frame{kind: frameBranch, pc: int32(pc + 1), pos: pos})
	m.setReg(in.reg+1, count+1)
	return in.x, pos, true
}

func (m *machine) star(in *inst, pc, pos int) (int, int, bool) {
	if in.reg >= 0 && pos == m.regs[in.reg] {
		return pc + 1, pos, true
	}
	if m.failedBefore(in, pos) {
		return 0, 0, false
	}
	first, second := inOrder(in.mode, in.x, pc+1)
	m.push(frame{kind: frameBranch, pc: int32(second), pos: pos})
	return first, pos, true
}

// lookBehind tries the starts from the nearest to the farthest.
func (m *machine) lookBehind(in *inst, pos int) bool {
	saved := m.behindEnd
	defer func() { m.behindEnd = saved }()
	m.behindEnd = pos
	start := pos
	for length := 0; length <= in.max; length++ {
		if length >= in.min {
			if _, ok := m.run(in.x, start); ok || m.spent {
				return ok
			}
		}
		if start == 0 {
			return false
		}
		start = m.before(start, in.pairs)
		m.steps--
	}
	return false
}

// before returns the place one unit before pos, or one code point.
func (m *machine) before(pos int, pairs bool) int {
	if pairs {
		_, n := m.prev(pos)
		return pos - n
	}
	_, n := m.prevUnit(pos)
	return pos - n
}

// again matches what a group matched. A group that took no part never does.
func (m *machine) again(in *inst, pos int) (end int, ok bool) {
	if 2*in.group >= len(m.groups) || m.groups[2*in.group] < 0 {
		return 0, false
	}
	want := m.s[m.groups[2*in.group]:m.groups[2*in.group+1]]
	m.steps -= len(want) / 8
	if in.fold == foldNone {
		return pos + len(want), strings.HasPrefix(m.s[pos:], want)
	}
	for len(want) > 0 {
		if pos >= len(m.s) {
			return 0, false
		}
		r, n := decodePair(want)
		have, size := m.next(pos)
		if r != have && !sameFolded(r, have, in.fold) {
			return 0, false
		}
		want = want[n:]
		pos += size
	}
	return pos, true
}

func sameFolded(a, b rune, fold caseFold) bool {
	if fold == foldAll {
		return foldUnicode(a) == foldUnicode(b)
	}
	return a < 0x80 && b < 0x80 && isLetter(a) && a|0x20 == b|0x20
}
