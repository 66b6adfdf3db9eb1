package jsonv_test

import (
	"fmt"

	"github.com/poterne/poterne/template/jsonv"
)

func ExampleArena_Parse() {
	var a jsonv.Arena
	defer a.Reset()
	v, err := a.Parse(`{name: 'Rex', tags: ["a/b", 1.50], id: 12345678901234567890,}`, jsonv.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := jsonv.AppendJSON(nil, v)
	fmt.Println(string(text))
	fmt.Println(jsonv.ToString(v))
	_, err = a.Parse(`{"a`, jsonv.Limits{})
	fmt.Println(err)
	// Output:
	// {"name":"Rex","tags":["a/b",1.5],"id":12345678901234567890}
	// {name=Rex, tags=["a\/b",1.5], id=12345678901234567890}
	// Unexpected End Of File position 3: null
}
