package rule

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// A Resource's path part and its place among others (§2.2).

// pathPart has the characters that the Developer Guide's important notes name
// (the comma), and $: aws-cdk issue 27083 and its integ.restapi.
var pathPart = lazyregexp.New(`^([a-zA-Z0-9._:,$-]+|\{[a-zA-Z0-9._:$-]+\+?\})$`)

// PathPart refuses what CreateResource, UpdateResource and an import do not
// take.
func PathPart(part string) error {
	if part == "" {
		return apigw.BadRequest("Resource's path part must be specified")
	}
	if !pathPart.MatchString(part) {
		return apigw.BadRequest("Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.")
	}
	return nil
}

// Parent refuses a Resource with a greedy path part as the parent of another.
func Parent(part string) error {
	if !strings.HasSuffix(part, "+}") {
		return nil
	}
	return apigw.BadRequest("Cannot create a child of a resource with a greedy path variable: %s", part)
}

// Siblings refuses a path part below the parent of another, if both are
// variables.
func Siblings(part, other string) error {
	if !IsPathVariable(part) || !IsPathVariable(other) {
		return nil
	}
	return apigw.BadRequest("A sibling (%s) of this resource already has a variable path part -- only one is allowed", other)
}

// IsPathVariable is of {name} and {name+}.
func IsPathVariable(part string) bool {
	return len(part) > 2 && part[0] == '{' && part[len(part)-1] == '}'
}

// PathVariables are the names of the {variable} and {variable+} parts of path.
func PathVariables(path string) (names []string) {
	for part := range strings.SplitSeq(path, "/") {
		if IsPathVariable(part) {
			names = append(names, strings.TrimSuffix(part[1:len(part)-1], "+"))
		}
	}
	return names
}
