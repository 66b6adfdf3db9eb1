package mapping

import (
	"slices"
	"strings"
	"testing"
)

// The names as execution logs of AWS show them, of 2022 (clebert/aws-simple
// 167) and the beginning of one of 2016, and as a printed $input.params() does
// (functionless 23). Names of one bucket come as they arrived.
func TestHashOrder(t *testing.T) {
	const edge = "Origin Accept CloudFront-Viewer-Country CloudFront-Forwarded-Proto CloudFront-Is-Tablet-Viewer CloudFront-Is-Mobile-Viewer User-Agent " +
		"X-Forwarded-Proto CloudFront-Is-SmartTV-Viewer Host Accept-Encoding"
	for _, c := range []struct{ want, rest string }{
		{"Accept Cache-Control X-Forwarded-Proto X-Forwarded-For Host Accept-Encoding X-Forwarded-Port X-Amzn-Trace-Id", ""},
		{edge, "X-Forwarded-Port Via x-api-key X-Forwarded-For X-Amz-Cf-Id"},
		{"bar foo baz", ""},
	} {
		names := strings.Fields(c.want + " " + c.rest)
		slices.Sort(names)
		var once, twice ParamList
		for _, name := range names {
			once = append(once, Param{Name: name, Value: "1"})
			twice = append(twice, Param{Name: name, Value: "0"}, Param{Name: name, Value: "1"})
		}
		for _, list := range []ParamList{once, twice} {
			ordered := list.HashOrder()
			if !slices.Equal(ordered, once.HashOrder()) || len(ordered) != len(names) {
				t.Errorf("%v: a name that comes twice changes it: %v", once, ordered)
			}
			var got []string
			for _, p := range ordered[:len(strings.Fields(c.want))] {
				got = append(got, p.Name)
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("got  %s\nwant %s", text, c.want)
			}
		}
	}
}
