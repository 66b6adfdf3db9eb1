package javatext_test

import (
	"fmt"

	"github.com/poterne/poterne/template/javatext"
)

func ExampleDoubleString() {
	fmt.Println(javatext.DoubleString(100), javatext.DoubleString(0.0001), javatext.DoubleString(12345678.9))
	// Output: 100.0 1.0E-4 1.23456789E7
}

func ExampleHashMapOrder() {
	fmt.Println(javatext.HashMapOrder([]string{"stage", "identity", "apiId"}))
	// Output: [stage identity apiId]
}

func ExampleCompileRegex() {
	re, err := javatext.CompileRegex(`(?<kind>[a-z&&[^x]]++)-\d+`)
	if err != nil {
		fmt.Println(err)
		return
	}
	budget := javatext.NewBudget() // of all calls of a request
	fmt.Println(re.Matches("pet-12", budget))
	fmt.Println(re.ReplaceAll("a pet-12 or fax-3", "<${kind}>", budget))
	_, err = javatext.CompileRegex(`a**`)
	fmt.Println(err)
	// Output:
	// true <nil>
	// a <pet> or fax-3 <nil>
	// Dangling meta character '*' near index 2
	// a**
	//   ^
}
