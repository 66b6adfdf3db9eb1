package sdk

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"unicode/utf16"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

//go:embed java/Client.java.tmpl
var javaClient string

//go:embed java/pom.xml.tmpl
var javaPom string

//go:embed java/README.md.tmpl
var javaReadme string

var (
	javaName    = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_]*$`)
	javaPackage = lazyregexp.New(`^[a-zA-Z_][a-zA-Z0-9_]*(\.[a-zA-Z_][a-zA-Z0-9_]*)*$`)
	mavenName   = lazyregexp.New(`^[A-Za-z0-9_.-]+$`)
)

// A javaSDK is what the templates see.
type javaSDK struct {
	*api
	Package, Service                string
	GroupId, ArtifactId, ArtVersion string
}

// javaSettings are the parameters of the SDK: who must give them, and what they
// look like.
var javaSettings = []struct {
	name     string
	required bool
	pattern  *lazyregexp.Regexp
	field    func(*javaSDK) *string
}{
	{"serviceName", true, javaName, func(s *javaSDK) *string { return &s.Service }},
	{"javaPackageName", true, javaPackage, func(s *javaSDK) *string { return &s.Package }},
	{"javaGroupId", false, mavenName, func(s *javaSDK) *string { return &s.GroupId }},
	{"javaArtifactId", false, mavenName, func(s *javaSDK) *string { return &s.ArtifactId }},
	{"javaArtifactVersion", false, mavenName, func(s *javaSDK) *string { return &s.ArtVersion }},
}

// generateJava writes a client of one file for Java 11 or newer, and a pom.xml
// that builds it. The service's name is the class.
func generateJava(a *api, settings map[string]string) (map[string]string, error) {
	s := &javaSDK{api: a}
	for _, setting := range javaSettings {
		value := settings[setting.name]
		switch {
		case value == "" && setting.required:
			return nil, apigw.BadRequest("Missing required SDK configuration property: %s", setting.name)
		case value != "" && !setting.pattern.MatchString(value):
			return nil, apigw.BadRequest("Invalid value specified for SDK configuration property: %s", setting.name)
		}
		*setting.field(s) = value
	}
	if system := settings["javaBuildSystem"]; system != "" && system != "maven" {
		return nil, apigw.BadRequest("SDKs are built by maven here; javaBuildSystem %s is not generated", system)
	}
	s.Service = title(s.Service)
	if slices.Contains([]string{"ApiException", "Builder", "Call", "Response"}, s.Service) {
		return nil, apigw.BadRequest("Invalid value specified for SDK configuration property: serviceName. %s is the name of a class of the SDK", s.Service)
	}
	s.setCoordinates()
	files := map[string]string{}
	for name, source := range map[string]string{
		"src/main/java/" + strings.ReplaceAll(s.Package, ".", "/") + "/" + s.Service + ".java": javaClient,
		"pom.xml":   javaPom,
		"README.md": javaReadme,
	} {
		text, err := s.render(source)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		files[name] = text
	}
	return files, nil
}

func (s *javaSDK) setCoordinates() {
	if s.GroupId == "" {
		s.GroupId = s.Package
	}
	if s.ArtifactId == "" {
		s.ArtifactId = strings.ToLower(s.Service)
	}
	if s.ArtVersion == "" {
		s.ArtVersion = "1.0-SNAPSHOT"
	}
}

func (s *javaSDK) render(source string) (string, error) {
	t, err := template.New("").Funcs(template.FuncMap{
		"title": title, "quote": javaQuote, "setter": javaSetter, "member": javaMember,
	}).Parse(source)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = t.Execute(&b, s)
	return b.String(), err
}

// javaQuote is text as a literal of Java.
func javaQuote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, unit := range utf16.Encode([]rune(text)) {
		if unit >= ' ' && unit < 0x7f && unit != '"' && unit != '\\' {
			b.WriteByte(byte(unit))
		} else if unit == '"' || unit == '\\' {
			b.WriteString(`\` + string(rune(unit)))
		} else {
			// An octal or Unicode escape would be read before the literal is.
			fmt.Fprintf(&b, `" + (char) %d + "`, unit)
		}
	}
	return b.String() + `"`
}

// javaSetter is the name of a parameter's method among those of a request.
func javaSetter(o operation, at int) string {
	taken := map[string]bool{"body": true, "header": true, "query": true, "verb": true, "toString": true, "notify": true,
		"wait": true, "hashCode": true, "getClass": true, "notifyAll": true, "equals": true, "clone": true, "finalize": true}
	var name string
	for i := range at + 1 {
		name = identifier(o.Params[i].Name)
		if name == "" {
			name = "parameter"
		}
		name = unique(javaMember(name), taken)
	}
	return name
}

var javaWords = strings.Fields(`abstract assert boolean break byte case catch char class const continue default do double
	else enum extends final finally float for goto if implements import instanceof int interface long native new package
	private protected public return short static strictfp super switch synchronized this throw throws transient try void
	volatile while true false null`)

// javaMember is a name that is no word of Java.
func javaMember(name string) string {
	if slices.Contains(javaWords, name) {
		return name + "_"
	}
	return name
}
