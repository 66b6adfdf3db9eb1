// Package sdk generates client libraries of deployed APIs.
//
// An API is read once into what a client has to know of it (api.go); each kind
// of SDK is a file that writes it out, with a runtime of its own that needs
// nothing but the language's standard library.
package sdk

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/poterne/poterne/apigw"
)

// Options is what an SDK is generated for.
type Options struct {
	Type       string            // "javascript"
	Parameters map[string]string // of the kind of SDK: javaPackageName, …
	Endpoint   string            // where the stage is served: "https://…/prod"
	Region     string
	Now        time.Time
}

// generators write the files of an SDK, by path.
var generators = map[string]func(*api, map[string]string) (map[string]string, error){
	"java":       generateJava,
	"javascript": generateJavaScript,
}

// Generate is an archive with the SDK of a type for a deployed API. Its errors
// are *apigw.Error.
func Generate(def *apigw.Definition, o Options) (*apigw.SdkResponse, error) {
	generate := generators[o.Type]
	if generate == nil {
		return nil, apigw.BadRequest("SDKs of type %s are not generated here; there are %s", o.Type, strings.Join(slices.Sorted(maps.Keys(generators)), " and "))
	}
	files, err := generate(newAPI(def, o), o.Parameters)
	if err != nil {
		return nil, err
	}
	body, err := archive(files, o.Now)
	if err != nil {
		return nil, fmt.Errorf("write the archive: %w", err)
	}
	return &apigw.SdkResponse{
		ContentType:        new("application/octet-stream"),
		ContentDisposition: new(fmt.Sprintf("attachment; filename=%q", o.Type+"_"+o.Now.UTC().Format("2006-01-02_15-04Z")+".zip")),
		Body:               body,
	}, nil
}

func archive(files map[string]string, now time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: now})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write([]byte(files[name])); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
