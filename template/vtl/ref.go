package vtl

import "strings"

// finish works out from the image of the first token what a reference is:
// image can carry backslashes, further "$" and "#", and a "!". rest is the
// source of the reference behind that token.
func (r *reference) finish(image, rest string) {
	if slash := strings.Index(image, `\!`); slash >= 0 {
		r.broken(image)
		return
	}
	escapes := backslashes(image)
	if escapes > 0 {
		r.prefix = image[:escapes/2]
		image = image[escapes:]
	}
	if dollar := strings.LastIndexByte(image, '$'); dollar > 0 {
		if escapes%2 == 0 {
			r.prefix += image[:dollar]
		}
		image = image[dollar:]
	}
	if !strings.HasPrefix(image, "$") {
		r.isRunt, r.isText, r.literal = true, true, image
		return
	}
	if !strings.HasPrefix(image, "$!") {
		r.nullText = image + rest
	}
	if escapes%2 == 1 {
		r.isEscaped, r.literal = true, image+rest
	}
	if r.root == "" {
		r.root = strings.TrimPrefix(image[1:], "!")
	}
}

// broken handles $\!a: a variable that nothing can be assigned to.
func (r *reference) broken(image string) {
	start := strings.IndexByte(image, '$')
	for start < len(image) && image[start] != '\\' {
		start++
	}
	r.root = image[:start] + image[start+1:] // no variable has such a name
}
