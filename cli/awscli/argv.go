package awscli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/poterne/poterne/internal/lazyregexp"
	"github.com/poterne/poterne/internal/spelling"
)

// Values are what options were given, by destination: a string, a bool or a
// []string.
type values map[string]any

func (v values) text(destination string) string {
	s, _ := v[destination].(string)
	return s
}

func (v values) on(destination string) bool {
	b, _ := v[destination].(bool)
	return b
}

// A reading is one pass over a command line: the main one looks for global
// options and the command, the second for the options of the operation. What it
// does not know is left over, in order. It reads as Python's argparse does,
// which the AWS CLI uses: unambiguous beginnings of options, --name=value, and
// words that begin with a dash and hold a blank, or are negative numbers, as
// values.
type reading struct {
	options     []*option
	positionals []*option
	args        []string
	values      values
	left        []string
	onlyWords   bool // behind --
}

func (r *reading) run() error {
	r.values = values{}
	for at := 0; at < len(r.args); {
		if r.args[at] == "--" && !r.onlyWords {
			r.onlyWords = true
			at++
			continue
		}
		given, err := r.classify(r.args[at])
		if err != nil {
			return err
		}
		if given.word {
			at = r.words(at)
			continue
		}
		if given.option == nil {
			r.left = append(r.left, r.args[at])
			at++
			continue
		}
		if at, err = r.take(given, at+1); err != nil {
			return err
		}
	}
	return r.missing()
}

// given is one word of a command line, classified.
type given struct {
	word     bool
	option   *option // nil: unknown here
	explicit *string // what follows =
}

var negativeNumber = lazyregexp.New(`^-\d+$|^-\d*\.\d+$`)

func (r *reading) classify(arg string) (given, error) {
	if r.onlyWords || arg == "" || arg[0] != '-' {
		return given{word: true}, nil
	}
	if o := r.named(arg); o != nil {
		return given{option: o}, nil
	}
	if len(arg) == 1 {
		return given{word: true}, nil
	}
	name, explicit, hasExplicit := strings.Cut(arg, "=")
	g := given{}
	if hasExplicit {
		g.explicit = &explicit
		if g.option = r.named(name); g.option != nil {
			return g, nil
		}
	}
	begins := r.beginning(name)
	switch {
	case len(begins) > 1:
		return g, misused("ambiguous option: %s could match %s", arg, flags(begins))
	case len(begins) == 1:
		g.option = begins[0]
		return g, nil
	}
	return given{word: negativeNumber.MatchString(arg) || strings.Contains(arg, " ")}, nil
}

func (r *reading) named(flag string) *option {
	for _, o := range r.options {
		if o.flag() == flag {
			return o
		}
	}
	return nil
}

func (r *reading) beginning(prefix string) (found []*option) {
	for _, o := range r.options {
		if strings.HasPrefix(prefix, "--") && strings.HasPrefix(o.flag(), prefix) {
			found = append(found, o)
		}
	}
	return found
}

func flags(options []*option) string {
	names := make([]string, len(options))
	for i, o := range options {
		names[i] = o.flag()
	}
	return strings.Join(names, ", ")
}

// words gives the words from at to the positionals that want them; a positional
// that is not required is passed over with the first words.
func (r *reading) words(at int) (next int) {
	end := r.wordsFrom(at)
	for at < end && len(r.positionals) > 0 {
		r.values[r.positionals[0].destination] = r.args[at]
		r.positionals = r.positionals[1:]
		at++
	}
	for len(r.positionals) > 0 && !r.positionals[0].required {
		r.positionals = r.positionals[1:]
	}
	r.left = append(r.left, r.args[at:end]...)
	return end
}

func (r *reading) wordsFrom(at int) int {
	for at < len(r.args) {
		if g, err := r.classify(r.args[at]); err != nil || !g.word {
			break
		}
		at++
	}
	return at
}

// take reads the value of an option whose words begin at at.
func (r *reading) take(g given, at int) (next int, err error) {
	o := g.option
	if o.takes == takesNone {
		if g.explicit != nil {
			return at, misused("argument %s: ignored explicit argument '%s'", o.flag(), *g.explicit)
		}
		r.values[o.destinationName()] = o.sets
		return at, nil
	}
	words := r.args[at:r.wordsFrom(at)]
	if g.explicit != nil {
		words = []string{*g.explicit}
		at--
	}
	switch {
	case o.takes == takesMany:
		r.values[o.destinationName()] = slices.Clone(words)
		return at + len(words), nil
	case len(words) > 0:
		r.values[o.destinationName()] = words[0]
		return at + 1, o.check(words[0])
	case o.takes == takesOptional:
		r.values[o.destinationName()] = o.sets
		return at, nil
	}
	return at, misused("argument %s: expected one argument", o.flag())
}

func (o *option) destinationName() string {
	if o.destination == "" {
		return o.name
	}
	return o.destination
}

func (o *option) check(word string) error {
	word = strings.TrimSpace(word)
	if o.integer {
		if _, err := strconv.ParseInt(word, 10, 64); err != nil {
			return misused("argument %s: invalid int value: '%s'", o.flag(), word)
		}
	}
	if o.real {
		if _, err := strconv.ParseFloat(word, 64); err != nil {
			return misused("argument %s: invalid float value: '%s'", o.flag(), word)
		}
	}
	if o.choices != nil && !slices.Contains(o.choices, word) {
		return misused("argument %s: %s", o.flag(), invalidChoice(word, o.choices))
	}
	return nil
}

// invalidChoice lists choices in two columns, then those that are near.
func invalidChoice(word string, choices []string) string {
	var b strings.Builder
	b.WriteString("Invalid choice, valid choices are:\n")
	for i, choice := range choices {
		if i%2 == 0 {
			b.WriteString("\n" + pad(choice, 40))
		} else {
			b.WriteString(" | " + pad(choice, 40))
		}
	}
	if near := nearest(word, choices); near != "" {
		b.WriteString("\n\n\nInvalid choice: '" + word + "', maybe you meant:\n\n  * " + near)
	}
	return b.String()
}

func pad(s string, width int) string { return s + strings.Repeat(" ", max(0, width-len(s))) }

func (r *reading) missing() error {
	var names []string
	for _, o := range r.options {
		if _, ok := r.values[o.destinationName()]; o.required && !ok {
			names = append(names, o.flag())
		}
	}
	for _, p := range r.positionals {
		if p.required {
			names = append(names, p.name)
		}
	}
	if names == nil {
		return nil
	}
	return misused("the following arguments are required: %s", strings.Join(names, ", "))
}

// nearest is the choice that differs from word in the fewest letters, if those
// are few.
func nearest(word string, choices []string) string {
	best, least := "", 1+len(word)/5
	for _, choice := range choices {
		if d := spelling.Distance(word, choice); d <= least {
			best, least = choice, d-1
		}
	}
	return best
}
