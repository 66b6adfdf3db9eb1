package jsonpath_test

import (
	"fmt"

	"github.com/poterne/poterne/template/jsonpath"
	"github.com/poterne/poterne/template/jsonv"
)

func ExamplePath_Eval() {
	doc, err := jsonv.Parse(`{"book": [{"title": "A", "price": 8}, {"title": "B", "price": 12}]}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range []string{"$.book[0].title", "$..price", "$.book[?(@.price < 10)].title", "$.book[0]['title','price']", "$.nothing"} {
		path, err := jsonpath.Compile(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		v, found, err := path.Eval(doc, nil)
		fmt.Println(jsonv.ToString(v), found, err)
	}
	// Output:
	// A true <nil>
	// [8,12] true <nil>
	// ["A"] true <nil>
	// {title=A, price=8} true <nil>
	// null false <nil>
}
