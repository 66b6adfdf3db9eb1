package apigw

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

// documentTypes are those that DecodeDocument knows.
var documentTypes = []reflect.Type{
	reflect.TypeFor[Definition](), reflect.TypeFor[Authorizer](), reflect.TypeFor[BasePathMapping](), reflect.TypeFor[Deployment](),
	reflect.TypeFor[DomainName](), reflect.TypeFor[GatewayResponse](), reflect.TypeFor[Integration](), reflect.TypeFor[Method](),
	reflect.TypeFor[Model](), reflect.TypeFor[RequestValidator](), reflect.TypeFor[Resource](), reflect.TypeFor[RestApi](),
	reflect.TypeFor[Stage](), reflect.TypeFor[UsagePlan](),
}

// Whatever is written of a document reads as encoding/json reads it.
func TestDecodeDocumentReadsWhatIsWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, typ := range documentTypes {
		for range 200 {
			document := reflect.New(typ)
			fill(random, document.Elem(), 0)
			text, err := json.Marshal(document.Interface())
			if err != nil {
				t.Fatal(err)
			}
			compareDecoders(t, typ, text)
		}
	}
}

func TestDecodeDocumentByHand(t *testing.T) {
	for _, text := range []string{
		`{}`, `null`, ` { } `, "{\n\t\"name\" :\r \"a\\u00e9\\ud83d\\ude00\\n\" , \"id\":null}", `{"name":"ü\u2028"}`, "{\"name\":\"\xff\"}",
		`{"other":{"a":[1,-2.5e3,true,false,null,"x\\"y",{}],"b":[]},"name":"a"}`, `{"createdDate":1700000000}`, `{"createdDate":"2026-01-02T03:04:05Z"}`,
		`{"binaryMediaTypes":[]}`, `{"binaryMediaTypes":null,"tags":null}`, `{"tags":{}}`, `{"minimumCompressionSize":0}`,
	} {
		compareDecoders(t, reflect.TypeFor[RestApi](), []byte(text))
	}
}

// What is no JSON, or no JSON of the type, is an error in both.
func TestDecodeDocumentRefuses(t *testing.T) {
	for _, text := range []string{
		"", "{", "[", `{"name"`, `{"name":`, `{"name":"a`, `{"name":"a\`, `{"name":"a"`, `{"name":"a",}`, `{"name":"a"}x`, `{"name":"a"} {}`, `{name:"a"}`,
		`{"name":1}`, `{"minimumCompressionSize":"1"}`, `{"minimumCompressionSize":1.5}`, `{"minimumCompressionSize":99999999999999999999}`,
		`{"minimumCompressionSize":-}`, `{"minimumCompressionSize":01}`, `{"disableExecuteApiEndpoint":1}`, `{"disableExecuteApiEndpoint":tru}`,
		`{"tags":[]}`, `{"tags":{"a":1}}`, `{"binaryMediaTypes":{}}`, `{"binaryMediaTypes":["a" "b"]}`, `{"binaryMediaTypes":["a",]}`, `{"other":}`,
		`{"other":nul}`, `{"createdDate":"x"}`, `{"createdDate":{}}`, "{\"name\":\"a\nb\"}", `{"name":"\x"}`, `[]`, `1`, `"a"`,
	} {
		compareDecoders(t, reflect.TypeFor[RestApi](), []byte(text))
		if known, err := DecodeDocument([]byte(text), &RestApi{}); !known || err == nil {
			t.Errorf("%s is read", text)
		}
	}
}

func TestDecodeDocumentKnowsNoOthers(t *testing.T) {
	type derived struct {
		RestApi
		Own string
	}
	for _, document := range []any{&derived{}, &ApiKey{}, RestApi{}} {
		if known, err := DecodeDocument([]byte(`{}`), document); known || err != nil {
			t.Errorf("%T: %t %v", document, known, err)
		}
	}
}

func FuzzDecodeDocument(f *testing.F) {
	f.Add(`{"name":"a","tags":{"b":"c"},"binaryMediaTypes":["x"],"endpointConfiguration":{"types":["REGIONAL"]},"createdDate":1.5}`)
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := DecodeDocument([]byte(text), &RestApi{}); err == nil && !json.Valid([]byte(text)) {
			t.Errorf("%q is read and is no JSON", text)
		}
	})
}

func compareDecoders(t *testing.T, typ reflect.Type, text []byte) {
	t.Helper()
	want, got := reflect.New(typ), reflect.New(typ)
	wantErr := json.Unmarshal(text, want.Interface())
	known, err := DecodeDocument(text, got.Interface())
	if !known || (err == nil) != (wantErr == nil) {
		t.Fatalf("%s of %s: known %t, %v; encoding/json says %v", typ.Name(), text, known, err, wantErr)
	}
	if err == nil && !reflect.DeepEqual(got.Interface(), want.Interface()) {
		t.Fatalf("%s of %s\nis read as %+v\nwant       %+v", typ.Name(), text, got.Elem(), want.Elem())
	}
}

// fill sets a value's fields, leaving some absent and some empty.
func fill(random *rand.Rand, v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[Timestamp]() {
		v.Set(reflect.ValueOf(*NewTimestamp(time.Unix(random.Int64N(2e9), 0))))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if random.IntN(3) > 0 && depth < 8 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(random, v.Elem(), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(random, v.Field(i), depth+1)
		}
	case reflect.Slice:
		if random.IntN(3) > 0 && depth < 8 {
			v.Set(reflect.MakeSlice(v.Type(), random.IntN(3), 3))
			for i := range v.Len() {
				fill(random, v.Index(i), depth+1)
			}
		}
	case reflect.Map:
		if random.IntN(3) > 0 && depth < 8 {
			v.Set(reflect.MakeMap(v.Type()))
			for range random.IntN(3) {
				value := reflect.New(v.Type().Elem()).Elem()
				fill(random, value, depth+1)
				v.SetMapIndex(reflect.ValueOf([]string{"a", "b/c", "ü\"\\"}[random.IntN(3)]), value)
			}
		}
	case reflect.String:
		v.SetString([]string{"", "a", "NONE", "<ü>\"\\\n\u2028", strings.Repeat("long ", 9)}[random.IntN(5)])
	case reflect.Bool:
		v.SetBool(random.IntN(2) > 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(random.IntN(1000) - 500))
	case reflect.Float64:
		v.SetFloat(float64(random.IntN(1000)) / 8)
	}
}
