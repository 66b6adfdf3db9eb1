package javatext

// firstBytes returns the bytes with which a match of n can start, nil when it
// can be empty or start with any.
func firstBytes(n *node) *[256]bool {
	set, nullable := firstRunes(n)
	if nullable {
		return nil
	}
	var f [256]bool
	for _, x := range set {
		for r := x.lo; r <= min(x.hi, 127); r++ {
			f[r] = true
		}
		if x.hi > 127 {
			for b := 128; b < 256; b++ {
				f[b] = true
			}
		}
	}
	return &f
}

// firstRunes returns what a match of n can start with, and whether n can
// match without taking a character (or may, as far as can be told).
func firstRunes(n *node) (set runeSet, nullable bool) {
	switch n.kind {
	case nodeChar:
		return n.set, false
	case nodeLinebreak:
		return between('\n', '\r').union(ofRunes("\u0085\u2028\u2029")), false
	case nodeSeq:
		return firstOfSeq(n.subs)
	case nodeAlt:
		for _, sub := range n.subs {
			s, empty := firstRunes(sub)
			set = append(set[:len(set):len(set)], s...)
			nullable = nullable || empty
		}
		return normalize(set), nullable
	case nodeGroup, nodeAtomic:
		return firstRunes(n.subs[0])
	case nodeLoop:
		set, nullable = firstRunes(n.subs[0])
		return set, nullable || n.min == 0
	default:
		return nil, true
	}
}

func firstOfSeq(subs []*node) (set runeSet, nullable bool) {
	for _, sub := range subs {
		s, empty := firstRunes(sub)
		set = append(set[:len(set):len(set)], s...)
		if !empty {
			return normalize(set), false
		}
		if sub.kind == nodeBackref {
			return nil, true
		}
	}
	return normalize(set), true
}
