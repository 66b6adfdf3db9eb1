package awscli

import (
	"encoding/base64"
	"strconv"

	"github.com/poterne/poterne/cli/awscli/document"
)

// Pages walks the pages of a listing.
type pages struct {
	fetch    func(position, limit any) (*document.Object, error)
	pageSize any // of a request; nil: the service's own
	most     int // of items in all; negative: no limit
	position any // where the next page begins; nil: at the beginning
	skip     int // items of the first page that were shown before
	resume   string
}

// resumeMember is the part of a token that says how many items of the page
// were shown before.
const resumeMember = "boto_truncate_amount"

func newPages(given values, fetch func(position, limit any) (*document.Object, error)) *pages {
	p := &pages{fetch: fetch, most: -1}
	if text := given.text("PageSize"); text != "" {
		p.pageSize, _ = integer(text) // checked as the command line was read
	}
	if text := given.text("MaxItems"); text != "" {
		p.most, _ = strconv.Atoi(text)
	}
	token := given.text("StartingToken")
	if token != "" {
		p.begin(token)
	}
	return p
}

// begin reads a token that an earlier command printed; any other text is a
// position of the service.
func (p *pages) begin(token string) {
	p.position = token
	data, _ := base64.StdEncoding.DecodeString(token) // of another text little or nothing, which is no object
	v, _ := document.Parse(data)
	o, ok := v.(*document.Object)
	if !ok {
		return
	}
	p.position = o.Get(pagePosition)
	if n, ok := o.Get(resumeMember).(int64); ok {
		p.skip = int(n)
	}
}

// each yields pages until there are no more, or enough items. A page that holds
// too many is cut, and resume is the token that goes on from there.
func (p *pages) each(yield func(page *document.Object) error) error {
	var previous any
	for total := 0; ; {
		page, err := p.fetch(p.position, p.pageSize)
		if err != nil {
			return err
		}
		p.dropFirst(page)
		items := itemsOf(page)
		if p.most >= 0 && total+len(items) > p.most {
			kept := p.most - total
			page.Set(pageItems, items[:kept])
			p.suspend(p.position, kept+p.skip)
			return yield(page)
		}
		if err := yield(page); err != nil {
			return err
		}
		total += len(items)
		next := page.Get(pagePosition)
		if next == nil || next == "" {
			return nil
		}
		if p.most >= 0 && total == p.most {
			p.suspend(next, 0)
			return nil
		}
		if next == previous {
			return general("Error during pagination: The same next token was received twice: %s", repr(document.Make(pagePosition, next)))
		}
		previous, p.position, p.skip = next, next, 0
	}
}

func itemsOf(page *document.Object) []any {
	items, _ := page.Get(pageItems).([]any)
	return items
}

func (p *pages) dropFirst(page *document.Object) {
	if p.skip > 0 {
		items := itemsOf(page)
		page.Set(pageItems, items[min(p.skip, len(items)):])
	}
}

// suspend makes the token from which another command goes on.
func (p *pages) suspend(position any, shown int) {
	token := document.Make(pagePosition, position)
	if shown > 0 {
		token.Set(resumeMember, int64(shown))
	}
	p.resume = base64.StdEncoding.EncodeToString([]byte(document.Line(token)))
}
