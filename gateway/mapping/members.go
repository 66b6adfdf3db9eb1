package mapping

import (
	"maps"
	"slices"
)

// Roots are the variables that every template has, with their "$".
func Roots() []string {
	names := make([]string, len(library.Roots))
	for i, name := range library.Roots {
		names[i] = "$" + name
	}
	return names
}

// Members are the names that a template can write behind "$root.", sorted:
// functions end with "(", or "()" where they take nothing. The members of
// $context are dotted names. $stageVariables has those of the definition.
func Members(root string) []string {
	switch root {
	case "$input":
		return append([]string{"body"}, functionNames(inputFunctions)...)
	case "$util":
		return functionNames(utilFunctions)
	case "$context":
		names := []string{"requestOverride", "responseOverride"}
		for i := range contextTable {
			if contextTable[i].forWho&Templates != 0 {
				names = append(names, contextTable[i].name)
			}
		}
		slices.Sort(names)
		return names
	}
	return nil
}

// functionNames are the names of a table, one for each whatever its arguments.
func functionNames[F any](table map[function]F) []string {
	names := map[string]string{}
	for f := range table {
		if end := "("; f.arity > 0 {
			names[f.name] = f.name + end
		} else if names[f.name] == "" {
			names[f.name] = f.name + "()"
		}
	}
	return slices.Sorted(maps.Values(names))
}
