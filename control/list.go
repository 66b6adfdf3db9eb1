package control

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/store"
)

// listDocuments is a page of the documents under prefix, in the order of key,
// which tells them apart, and the position of the next page.
func listDocuments[T any](t *tx, prefix store.Key, key func(*T) string, position *string, limit *int) ([]T, *string, error) {
	documents, err := collect(scan[T](t, prefix))
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(documents, func(a, b *T) int { return strings.Compare(key(a), key(b)) })
	page, next, err := paginate(documents, key, position, limit)
	if err != nil {
		return nil, nil, err
	}
	items := make([]T, 0, len(page)) // an empty list is shown as one
	for _, document := range page {
		items = append(items, *document)
	}
	return items, next, nil
}
