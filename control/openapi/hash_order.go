package openapi

import (
	"cmp"
	"maps"
	"slices"
	"unicode/utf16"
)

// hashOrder are the keys of a map in the order in which a java.util.HashMap
// has them. Exports recorded on AWS have so their paths, the headers of
// responses, the responses, mappings and templates of integrations, and the
// models.
func hashOrder[V any](m map[string]V) []string { return inBuckets(sortedOrder(m), 16) }

// tightHashOrder is the order of a HashMap that was made for as many keys as it
// has, which is how exports in OpenAPI 3 have the responses of methods.
func tightHashOrder[V any](m map[string]V) []string { return inBuckets(sortedOrder(m), 1) }

func sortedOrder[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// inBuckets sorts keys as a HashMap has them that had so many buckets at first;
// those in one bucket stay as they were.
func inBuckets(keys []string, buckets uint32) []string {
	for uint32(len(keys))*4 > buckets*3 { // the load factor is 3/4
		buckets *= 2
	}
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
