package openapi

import (
	"net/url"
	"strconv"
	"strings"
)

const (
	// maxHops bounds a chain of references that name references.
	maxHops = 20
	// maxFollowed bounds the weight of what references lead to, counted each time
	// that one is followed.
	maxFollowed = 250_000
)

// resolve follows the $ref of n, if it has one, within the document. It is nil,
// with a finding, if the reference leads nowhere.
func (im *importer) resolve(n *node, at string) *node {
	for range maxHops {
		ref := n.get("$ref")
		if ref == nil {
			return n
		}
		next := im.lookup(ref, at)
		if next == nil {
			return nil
		}
		n = next
		if !im.follow(n, ref) {
			return nil
		}
	}
	im.found.add("reference-loop", n.where(), "Unable to resolve reference at %s: references lead to one another", at)
	return nil
}

// lookup is what a reference names, or nil with a finding. Nothing but the
// document itself is ever read.
func (im *importer) lookup(ref *node, at string) *node {
	pointer, local := strings.CutPrefix(ref.scalar(), "#/")
	if !local {
		im.remoteReference(ref)
		return nil
	}
	n := im.root
	for _, token := range strings.Split(pointer, "/") {
		if n = child(n, token); n == nil {
			im.found.add("missing-reference", ref.position, "Parse issue: attribute %s.%s is missing", at, ref.scalar())
			return nil
		}
	}
	return n
}

// follow keeps account of what references lead to: it is read again for each.
func (im *importer) follow(n, ref *node) bool {
	if im.followed > maxFollowed {
		return false
	}
	if im.followed += int(n.weigh()); im.followed <= maxFollowed {
		return true
	}
	im.found.add("too-many-references", ref.position, "Unable to resolve reference '%s': references make the document larger than %d values", clip(ref.scalar()), maxFollowed)
	return false
}

// clip cuts what a document says where a message quotes it.
func clip(s string) string {
	if len(s) <= maxClip {
		return s
	}
	return strings.ToValidUTF8(s[:maxClip], "") + "…"
}

const maxClip = 200

func (im *importer) remoteReference(ref *node) {
	im.found.add("remote-reference", ref.position,
		"Unable to resolve reference '%s': only references within the document are supported", ref.scalar())
}

// child takes one step of a JSON pointer.
func child(n *node, token string) *node {
	if unescaped, err := url.PathUnescape(token); err == nil {
		token = unescaped
	}
	token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	if n.kind == kindList {
		i, err := strconv.Atoi(token)
		if err != nil || i < 0 || i >= len(n.items) {
			return nil
		}
		return n.items[i]
	}
	return n.get(token)
}
