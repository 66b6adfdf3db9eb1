package openapi

import (
	"cmp"
	"slices"
	"unicode/utf16"
)

// hashOrder are the keys of a map in the order in which a java.util.HashMap
// has them. Exports recorded on AWS have so their parameters (by the mapping
// expressions that declare them), the headers of responses, the mappings and
// templates of integrations, and the models.
func hashOrder[V any](m map[string]V) []string {
	buckets := uint32(16)
	for uint32(len(m))*4 > buckets*3 { // the load factor is 3/4
		buckets *= 2
	}
	keys := sortedKeys(m)
	slices.SortStableFunc(keys, func(a, b string) int {
		return cmp.Compare(javaHash(a)&(buckets-1), javaHash(b)&(buckets-1))
	})
	return keys
}

// javaHash is String.hashCode, spread as HashMap spreads it.
func javaHash(s string) uint32 {
	var h uint32
	for _, unit := range utf16.Encode([]rune(s)) {
		h = 31*h + uint32(unit)
	}
	return h ^ h>>16
}
