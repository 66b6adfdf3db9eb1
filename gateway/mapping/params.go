package mapping

import (
	"net/url"
	"strings"

	"github.com/poterne/poterne/template/jsonv"
)

// Param is one request parameter, header line or stage variable.
type Param struct{ Name, Value string }

// ParamList is a list of parameters in order of arrival; names may repeat and
// are matched with their case.
type ParamList []Param

// Last returns the last value of name: where API Gateway wants one value of
// several, it takes that (data plane §2.5, §3.3).
func (l ParamList) Last(name string) (string, bool) {
	for i := len(l) - 1; i >= 0; i-- {
		if l[i].Name == name {
			return l[i].Value, true
		}
	}
	return "", false
}

// All returns every value of name in order.
func (l ParamList) All(name string) []string {
	var all []string
	for i := range l {
		if l[i].Name == name {
			all = append(all, l[i].Value)
		}
	}
	return all
}

// Params are the parameters of the client's request, decoded as templates and
// expressions see them: path values percent-decoded once, query names and
// values decoded with "+" as a space, header lines as sent without those that
// API Gateway removes at ingress (data plane §2.4, §2.5, §3.3).
type Params struct {
	Path   ParamList
	Query  ParamList
	Header ParamList

	// InOrder makes the maps of $input.params() keep the order of the lists, for
	// comparison with engines that do. AWS's are HashMaps: see HashOrder.
	InOrder bool
}

// HashOrder returns the parameters as AWS's maps have them: the last value of
// each name, in the order of a java.util.HashMap (field reports: headers in
// execution logs of 2016, 2017 and 2022, clebert/aws-simple 167 among them; a
// printed $input.params(), sam-goodwin/functionless 23).
func (l ParamList) HashOrder() ParamList {
	m := new(jsonv.Arena).NewObject(jsonv.HashMap, len(l))
	for i := range l {
		m.Put(l[i].Name, jsonv.String(l[i].Value))
	}
	ordered := make(ParamList, 0, m.Len())
	for _, e := range m.Members() {
		ordered = append(ordered, Param{e.Key, e.Value.Str()})
	}
	return ordered
}

// AppendQuery appends the parameters of a raw query string ("a=1&b=2") to dst,
// decoded. A ";" separates as "&" does; a name without "=" has the value "".
func AppendQuery(dst ParamList, raw string) ParamList {
	for raw != "" {
		i := strings.IndexAny(raw, "&;")
		pair := raw
		if i < 0 {
			raw = ""
		} else {
			pair, raw = raw[:i], raw[i+1:]
		}
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		dst = append(dst, Param{decodeQuery(name), decodeQuery(value)})
	}
	return dst
}

// decodeQuery decodes "+" and %XX; what is no escape stays as it is.
func decodeQuery(s string) string {
	if strings.IndexByte(s, '+') >= 0 {
		s = strings.ReplaceAll(s, "+", " ")
	}
	return DecodePath(s)
}

// DecodePath decodes the %XX of a path value; text with a malformed escape
// stays as it is.
func DecodePath(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return s
}
