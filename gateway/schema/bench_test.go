package schema

import (
	"strings"
	"testing"
)

const petSchema = `{"type":"object","required":["type","price"],"properties":{"type":{"enum":["dog","cat","fish"]},"price":{"type":"number","minimum":25,"maximum":500},"name":{"type":"string","minLength":1,"maxLength":64},"tags":{"type":"array","items":{"type":"string"}}},"additionalProperties":false}`

func BenchmarkValidate(b *testing.B) {
	for _, c := range []struct{ name, schema, body string }{
		{"pet", petSchema, `{"type":"dog","price":249.99,"name":"Rex","tags":["a","b","c"]}`},
		{"does not fit", petSchema, `{"type":"cow","price":2,"name":"","tags":["a",1]}`},
		{"half a million items", `{"items":{"type":"integer"}}`, "[" + strings.Repeat("0,", maxValues/2) + "0]"},
		{"out of steps", `{"items":{"anyOf":[{"type":"string"},{"type":"null"},{"type":"object"},{"minimum":0}]}}`, "[" + strings.Repeat("0,", maxValues/2) + "0]"},
	} {
		b.Run(c.name, func(b *testing.B) {
			s, err := Compile(c.schema, nil)
			if err != nil {
				b.Fatal(err)
			}
			body := []byte(c.body)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = s.Validate(body)
			}
		})
	}
}
