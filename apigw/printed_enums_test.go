package apigw

import (
	"slices"
	"testing"
)

// A printed order is a permutation of the contract's enum: a new value of the
// contract must not be missing from the messages.
func TestPrintedEnumsHaveTheContractsValues(t *testing.T) {
	seen := 0
	for _, shape := range enumShapes() {
		printed, ok := printedEnums[shape.Name]
		if !ok {
			continue
		}
		seen++
		want, got := slices.Sorted(slices.Values(shape.Enum)), slices.Sorted(slices.Values(printed))
		if !slices.Equal(want, got) {
			t.Errorf("%s prints %v, the contract has %v", shape.Name, got, want)
		}
	}
	if seen != len(printedEnums) {
		t.Errorf("%d of the %d printed enums belong to a shape of the contract", seen, len(printedEnums))
	}
}

// enumShapes are the enums that inputs reach, each once.
func enumShapes() map[string]*Shape {
	found, seen := map[string]*Shape{}, map[*Shape]bool{}
	var visit func(*Shape)
	visit = func(s *Shape) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		if len(s.Enum) > 0 {
			found[s.Name] = s
		}
		visit(s.Of)
		for _, m := range s.Members {
			visit(m.Shape)
		}
	}
	for _, op := range Operations {
		visit(op.Input)
	}
	return found
}
