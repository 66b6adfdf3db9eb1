package openapi

import (
	"cmp"
	"errors"
	"slices"
)

// Lint is all that there is to say of a document, in its order: what would be
// refused, what would be dropped, what will surprise. It is empty for a
// document that is served as its author expects.
func Lint(document []byte, opts Options) []Finding {
	im, err := readDocument(document, opts, toLint)
	var unreadable *Error
	if errors.As(err, &unreadable) {
		return unreadable.Errors
	}
	all := slices.Clone(im.found.list)
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Position.Column, b.Position.Column))
	})
	return slices.CompactFunc(all, func(a, b Finding) bool { return a == b })
}
