package awscli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/cli/awscli/document"
)

// completionPatience is how long a service may take to list ids.
const completionPatience = 2 * time.Second

// Complete lists what may stand in the place of word behind args, which follow
// the service's name: operations, options, values of enums, and ids that the
// service lists. Files reports whether it may be the name of a file.
func Complete(ctx context.Context, args []string, word string) (found []string, files bool) {
	r := mainReading(append([]string{Service}, args...))
	if err := r.run(); err != nil {
		r.left = args // an option whose value is being typed
	}
	name, rest, err := commandOf(r.left)
	if err != nil {
		return beginning(word, append(names(), flagsOf(globalOptions())...)), false
	}
	c := find(name)
	if c == nil {
		return nil, false
	}
	if o := c.awaiting(args); o != nil {
		return beginning(word, c.valuesOf(ctx, o, r.values, rest)), o.readsFiles()
	}
	return beginning(word, append(flagsOf(c.shown()), flagsOf(globalOptions())...)), c.saves != nil && !strings.HasPrefix(word, "-")
}

// readsFiles: any value of a member may be file://NAME, but that of an id will
// not.
func (o *option) readsFiles() bool {
	if o.member == nil {
		return o.file
	}
	return len(o.member.Shape.Enum) == 0 && o.member.In != apigw.InUri
}

func beginning(word string, choices []string) (found []string) {
	for _, choice := range choices {
		if strings.HasPrefix(choice, word) {
			found = append(found, choice)
		}
	}
	return found
}

func flagsOf(options []*option) []string {
	all := make([]string, len(options))
	for i, o := range options {
		all[i] = o.flag()
	}
	return all
}

// awaiting is the option whose value the next word is, or nil.
func (c *command) awaiting(args []string) *option {
	if len(args) == 0 {
		return nil
	}
	last := args[len(args)-1]
	for _, o := range append(slices.Clone(c.options), globalOptions()...) {
		if o.flag() == last && o.takes != takesNone {
			return o
		}
	}
	return nil
}

// valuesOf are an option's values: of its enum, or those that a listing of the
// service has.
func (c *command) valuesOf(ctx context.Context, o *option, global values, args []string) []string {
	if o.member == nil {
		return o.choices
	}
	if len(o.member.Shape.Enum) > 0 {
		return o.member.Shape.Enum
	}
	if o.member.Name == "httpMethod" || o.member.Name == "integrationHttpMethod" {
		return []string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "ANY"}
	}
	r := &reading{args: args[:len(args)-1], options: c.options}
	_ = r.run() // what is missing yet does not matter
	return listed(ctx, o.member.Name, global, r.values)
}

// listed asks the operation that lists what member identifies: restApiId is of
// GetRestApis, domainName of GetDomainNames.
func listed(ctx context.Context, member string, global, given values) []string {
	op, plural := listingOf(member)
	if op == nil {
		return nil
	}
	params := &document.Object{}
	for _, m := range op.Input.Members {
		if text := given.text(m.Name); text != "" {
			params.Set(m.Name, text)
		} else if m.Required {
			return nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, completionPatience)
	defer cancel()
	s, err := newSession(ctx, global, readProfile(global))
	if err != nil {
		return nil
	}
	s.attempts = 1
	a, err := s.once(ctx, newCall(op, params), discard{})
	if err != nil || a.status >= 300 {
		return nil
	}
	answer, err := a.parse(op.Output, asReceived)
	if err != nil {
		return nil
	}
	return identifiers(answer, plural, member)
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// listingOf is the operation that lists what member identifies, and the member
// of its output that holds the list.
func listingOf(member string) (op *apigw.Operation, list string) {
	for _, stem := range []string{member, strings.TrimSuffix(member, "Id"), strings.TrimSuffix(member, "Name"), strings.TrimPrefix(member, "parent")} {
		if stem == "Id" {
			stem = "resource"
		}
		if stem == "" {
			continue
		}
		name := "Get" + strings.ToUpper(stem[:1]) + stem[1:] + "s"
		for i := range apigw.Operations {
			if op := &apigw.Operations[i]; op.Name == name {
				for _, m := range op.Output.Members {
					if m.Shape.Kind == apigw.KindList && m.Shape.Of.Kind == apigw.KindStructure {
						return op, m.Name
					}
				}
			}
		}
	}
	return nil, ""
}

func identifiers(answer *document.Object, list, member string) (found []string) {
	elements, _ := answer.Get(list).([]any)
	for _, element := range elements {
		o, ok := element.(*document.Object)
		if !ok {
			continue
		}
		for _, name := range []string{member, "id", "name", "version"} {
			if text, ok := o.Get(name).(string); ok {
				found = append(found, text)
				break
			}
		}
	}
	return found
}
