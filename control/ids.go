package control

import (
	"crypto/rand"
	"fmt"

	"github.com/poterne/poterne/store"
)

// idLengths are the lengths of AWS's ids by kind; others have 6 characters
// (control plane §2.28).
var idLengths = map[string]int{"restapi": 10, "root": 10, "apikey": 10, "domainname": 10, "apikeyvalue": 40}

// NewID makes a random id as AWS makes them: lower-case letters and digits.
func NewID(kind string) string {
	length := idLengths[kind]
	if length == 0 {
		length = 6
	}
	id := make([]byte, 0, length)
	var random [1]byte
	for len(id) < length {
		_, _ = rand.Read(random[:])          // never fails
		if n := random[0]; n < 36*(256/36) { // each character as likely as the others
			id = append(id, "0123456789abcdefghijklmnopqrstuvwxyz"[n%36])
		}
	}
	return string(id)
}

// newID makes an id of which key has no document yet.
func (t *tx) newID(kind string, key func(id string) store.Key) (string, error) {
	for range 100 {
		id := t.deps.NewID(kind)
		taken, err := t.has(key(id))
		if err != nil || !taken {
			return id, err
		}
	}
	return "", fmt.Errorf("no free id for a %s found", kind)
}
