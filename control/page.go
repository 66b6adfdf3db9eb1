package control

import (
	"encoding/base64"
	"sort"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// Lists come in pages (control plane §1.9). A position is the sort key of the
// last item shown, so that it stays good while items come and go.

// pageSize is the number of items of a page.
func pageSize(limit *int) int {
	switch n := deref(limit); {
	case n <= 0: // AF-145: a negative one is no error
		return 25
	case n > 500:
		return 500
	default:
		return n
	}
}

// positionMark begins every position, so that one of a client's own making is
// told from the last key of a list.
const positionMark = "after:"

func encodePosition(key string) *string {
	return new(base64.RawURLEncoding.EncodeToString([]byte(positionMark + key)))
}

// decodePosition is the key that position was made of, "" for none.
func decodePosition(position *string) (string, error) {
	if deref(position) == "" {
		return "", nil
	}
	text, err := base64.RawURLEncoding.DecodeString(*position)
	key, ok := strings.CutPrefix(string(text), positionMark)
	if err != nil || !ok {
		return "", apigw.BadRequest("Invalid position parameter")
	}
	return key, nil
}

// paginate is the page of items after position, and the position of the next
// page if there is one. Items are sorted by key, ascending and without equals.
func paginate[T any](items []T, key func(T) string, position *string, limit *int) ([]T, *string, error) {
	after, err := decodePosition(position)
	if err != nil {
		return nil, nil, err
	}
	if after != "" {
		items = items[sort.Search(len(items), func(i int) bool { return key(items[i]) > after }):]
	}
	size := pageSize(limit)
	if len(items) <= size {
		return items, nil, nil
	}
	return items[:size], encodePosition(key(items[size-1])), nil
}
