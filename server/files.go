package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/control/openapi"
	"github.com/poterne/poterne/wire/restjson"
)

// A served is one document as it was imported and deployed.
type served struct {
	file  string
	api   string
	stage string
	doc   *openapi.Document
	kept  bool // what is deployed is what the document says: nothing was deployed
}

// ServeFiles imports and deploys definition files; a folder stands for those in
// it. The first API is also served at the root if it is the only one named.
// A file that is refused leaves nothing behind, and neither do those after it.
func (s *Server) ServeFiles(ctx context.Context, paths []string) (*Report, error) {
	files, err := DefinitionFiles(paths)
	if err != nil {
		return nil, err
	}
	report := &Report{server: s}
	id := s.config.ApiId
	for _, file := range files {
		group, err := s.serveFile(ctx, file, id)
		if err != nil {
			return nil, err
		}
		report.served = append(report.served, group...)
		id = "" // --api-id names the first
	}
	if len(files) == 1 {
		front := report.served[0]
		s.gateway.SetRoot(front.api, front.stage)
		report.root = true
	}
	return report, nil
}

// serveFile serves the document in file and those that it is served with.
func (s *Server) serveFile(ctx context.Context, file, id string) ([]served, error) {
	front, err := s.deployFile(ctx, file, id)
	if err != nil {
		return nil, err
	}
	group := []served{front}
	for _, with := range front.doc.Serve.With {
		if !filepath.IsLocal(with) {
			return nil, fmt.Errorf("%s: x-poterne-serve-with: %q is not below the document's folder", file, with)
		}
		beside, err := s.deployFile(ctx, filepath.Join(filepath.Dir(file), with), "")
		if err != nil {
			return nil, err
		}
		group = append(group, beside)
	}
	return group, nil
}

func (s *Server) deployFile(ctx context.Context, file, id string) (served, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return served{}, err
	}
	doc, id, err := s.importFile(file, data, id)
	if err != nil {
		return served{}, err
	}
	if err := complete(doc); err != nil {
		return served{}, err
	}
	out := served{file: file, api: id, stage: doc.Serve.StageName, doc: doc}
	caller := s.localCaller()
	if _, err := s.control.Apply(ctx, caller, id, doc); err != nil {
		return out, fmt.Errorf("%s: %w", file, err)
	}
	deployed, err := s.control.DeployChanges(ctx, caller, s.deployment(&out))
	if err != nil {
		return out, fmt.Errorf("%s: deploy: %w", file, err)
	}
	out.kept = deployed == nil
	return out, nil
}

// complete refuses what an import takes and no deployment does, at its place in
// the document.
func complete(doc *openapi.Document) error {
	var incomplete []error
	for _, resource := range doc.Definition.Resources {
		for _, verb := range slices.Sorted(maps.Keys(resource.ResourceMethods)) {
			if resource.ResourceMethods[verb].MethodIntegration == nil {
				incomplete = append(incomplete, fmt.Errorf("%s: %s %s has no integration, and an API is deployed with one in every method: give it an x-amazon-apigateway-integration",
					doc.Position(*resource.Path, verb), verb, *resource.Path))
			}
		}
	}
	return errors.Join(incomplete...)
}

// importFile reads a document under its API's id, which is made of its title
// unless one is given. References between models carry the id, hence a second
// reading once the title is known.
func (s *Server) importFile(file string, data []byte, id string) (*openapi.Document, string, error) {
	options := openapi.Options{File: file, RestApiId: id, Server: s.control.ApplyRules(), Newer: true,
		Variables: openapi.Variables{AccountId: s.config.Account, Region: s.config.Region, Partition: "aws"}}
	doc, err := openapi.Import(data, options)
	if err != nil || id != "" {
		return doc, id, err
	}
	options.RestApiId = cmp.Or(slug(doc.Title), slug(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))), "api")
	doc, err = openapi.Import(data, options)
	return doc, options.RestApiId, err
}

// deployment deploys to the document's stage, with the variable by which one
// served document finds another.
func (s *Server) deployment(d *served) *apigw.CreateDeploymentInput {
	variables := map[string]string{"poterne": s.dataAddr()}
	maps.Copy(variables, d.doc.Serve.Variables)
	description := "Served from " + filepath.Base(d.file)
	return &apigw.CreateDeploymentInput{RestApiId: d.api, StageName: &d.stage, Variables: variables, Description: &description}
}

func (s *Server) localCaller() control.Caller {
	return control.Caller{Region: s.config.Region, AccountId: s.config.Account,
		Arn: "arn:aws:iam::" + s.config.Account + ":root", RequestId: restjson.NewRequestId()}
}

// slug makes an id of a title: "Pet Store" is "pet-store".
func slug(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

var definitionSuffixes = []string{".yaml", ".yml", ".json"}

// DefinitionFiles replaces folders by the definition files in them, by name.
func DefinitionFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		found := folderFiles(path, entries)
		if len(found) == 0 {
			return nil, fmt.Errorf("%s: no definition file (.yaml, .yml or .json) in this folder", path)
		}
		files = append(files, found...)
	}
	return files, nil
}

func folderFiles(dir string, entries []fs.DirEntry) (files []string) {
	for _, e := range entries {
		if !e.IsDir() && slices.Contains(definitionSuffixes, strings.ToLower(filepath.Ext(e.Name()))) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files
}
