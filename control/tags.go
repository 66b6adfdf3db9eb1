package control

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/poterne/poterne/apigw"
)

// Tags are kept in the document that bears them (control plane §1.10).

// checkTags: 50 tags, keys of 1 to 128 characters without the prefix aws:,
// values of up to 256.
func (t *tx) checkTags(tags map[string]string) error {
	if len(tags) > t.deps.Quotas.TagsPerResource {
		return apigw.BadRequest("A resource can have at most %d tags", t.deps.Quotas.TagsPerResource)
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		switch n := utf8.RuneCountInString(key); {
		case n == 0 || n > 128:
			return apigw.BadRequest("Invalid tag key specified: a key has 1 to 128 characters")
		case strings.HasPrefix(key, "aws:"):
			return apigw.BadRequest("Invalid tag key specified: %s. Tag keys beginning with aws: are reserved", key)
		case utf8.RuneCountInString(tags[key]) > 256:
			return apigw.BadRequest("Invalid value of tag %s specified: a value has at most 256 characters", key)
		}
	}
	return nil
}
