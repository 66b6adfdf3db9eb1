package control

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
	"github.com/poterne/poterne/store"
)

// A BasePathMapping is a document under its domain and base path; the empty
// path is spelled (none), in requests and in answers (control plane §2.18).

const (
	noBasePath = "(none)"
	noMapping  = "Invalid base path mapping identifier specified"
)

var basePath = lazyregexp.New(`^[a-zA-Z0-9$\-_.+!*'()]+$`)

// basePathName is the name of a base path in keys and answers.
func basePathName(path string) string {
	if path == "" {
		return noBasePath
	}
	return path
}

func (t *tx) mappingKey(domain, path string) store.Key {
	return t.key("basepathmappings", domain, basePathName(path))
}

func (t *tx) basePathMapping(domain, path string) (*apigw.BasePathMapping, error) {
	mapping, err := load[apigw.BasePathMapping](t, t.mappingKey(domain, path))
	if err == nil && mapping == nil {
		err = apigw.NotFound(noMapping)
	}
	return mapping, err
}

func (t *tx) createBasePathMapping(in *apigw.CreateBasePathMappingInput) (*apigw.BasePathMapping, error) {
	if _, err := t.domainName(in.DomainName, in.DomainNameId); err != nil {
		return nil, err
	}
	mapping := &apigw.BasePathMapping{BasePath: new(basePathName(deref(in.BasePath))), RestApiId: &in.RestApiId, Stage: optional(deref(in.Stage))}
	if err := t.checkMapping(mapping); err != nil {
		return nil, err
	}
	key := t.mappingKey(domainRef(in.DomainName, in.DomainNameId), *mapping.BasePath)
	if err := t.checkFreePath(key); err != nil {
		return nil, err
	}
	return mapping, t.save(key, mapping)
}

func (t *tx) checkFreePath(key store.Key) error {
	taken, err := t.has(key)
	if err != nil || !taken {
		return err
	}
	return apigw.Conflict("Base path already exists for this domain name")
}

func (t *tx) checkMapping(m *apigw.BasePathMapping) error {
	if strings.Contains(*m.BasePath, "/") {
		return apigw.BadRequest("API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.")
	}
	if !basePath.MatchString(*m.BasePath) {
		return apigw.BadRequest("Invalid base path specified: %s", *m.BasePath)
	}
	if err := t.checkApi(deref(m.RestApiId)); err != nil {
		return err
	}
	if m.Stage == nil {
		return nil
	}
	exists, err := t.has(t.stageKey(*m.RestApiId, *m.Stage))
	if err != nil || exists {
		return err
	}
	return apigw.BadRequest("Invalid stage identifier specified")
}

func (t *tx) getBasePathMapping(in *apigw.GetBasePathMappingInput) (*apigw.BasePathMapping, error) {
	if _, err := t.domainName(in.DomainName, in.DomainNameId); err != nil {
		return nil, err
	}
	return t.basePathMapping(domainRef(in.DomainName, in.DomainNameId), in.BasePath)
}

func (t *tx) getBasePathMappings(in *apigw.GetBasePathMappingsInput) (*apigw.BasePathMappings, error) {
	if _, err := t.domainName(in.DomainName, in.DomainNameId); err != nil {
		return nil, err
	}
	items, position, err := listDocuments(t, t.key("basepathmappings", domainRef(in.DomainName, in.DomainNameId)),
		func(m *apigw.BasePathMapping) string { return *m.BasePath }, in.Position, in.Limit)
	return &apigw.BasePathMappings{Items: items, Position: position}, err
}

var basePathMappingPatches = patchTable[apigw.BasePathMapping]{familyA, []patchRule[apigw.BasePathMapping]{
	{path: "/basepath", ops: replace, apply: patchBasePath},
	{path: "/basePath", ops: replace, apply: patchBasePath, shown: unlisted},
	{path: "/restapiId", ops: replace, apply: setText(func(m *apigw.BasePathMapping) **string { return &m.RestApiId })},
	{path: "/restApiId", ops: replace, apply: setText(func(m *apigw.BasePathMapping) **string { return &m.RestApiId }), shown: unlisted},
	{path: "/stage", ops: replace, apply: setOptional(func(m *apigw.BasePathMapping) **string { return &m.Stage })},
}}

func patchBasePath(m *apigw.BasePathMapping, p *patch) error {
	m.BasePath = new(basePathName(p.text()))
	return nil
}

// updateBasePathMapping may give the mapping another path, which is its
// identity.
func (t *tx) updateBasePathMapping(in *apigw.UpdateBasePathMappingInput) (*apigw.BasePathMapping, error) {
	if _, err := t.domainName(in.DomainName, in.DomainNameId); err != nil {
		return nil, err
	}
	domain := domainRef(in.DomainName, in.DomainNameId)
	mapping, err := t.basePathMapping(domain, in.BasePath)
	if err != nil {
		return nil, err
	}
	if err := basePathMappingPatches.apply(mapping, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := t.checkMapping(mapping); err != nil {
		return nil, err
	}
	old, key := t.mappingKey(domain, in.BasePath), t.mappingKey(domain, *mapping.BasePath)
	if key != old {
		if err := t.checkFreePath(key); err != nil {
			return nil, err
		}
		if err := t.Delete(old); err != nil {
			return nil, err
		}
	}
	return mapping, t.save(key, mapping)
}

func (t *tx) deleteBasePathMapping(in *apigw.DeleteBasePathMappingInput) error {
	if _, err := t.domainName(in.DomainName, in.DomainNameId); err != nil {
		return err
	}
	domain := domainRef(in.DomainName, in.DomainNameId)
	if _, err := t.basePathMapping(domain, in.BasePath); err != nil {
		return err
	}
	return t.Delete(t.mappingKey(domain, in.BasePath))
}

// mappedDomains are the domains with a mapping to api, or to one stage of it:
// they keep both from being deleted.
func (t *tx) mappedDomains(api, stage string) ([]string, error) {
	var domains []string
	for found, err := range scanFound[apigw.BasePathMapping](t.Tx, t.key("basepathmappings")) {
		if err != nil {
			return nil, err
		}
		m := found.document
		if *m.RestApiId == api && (stage == "" || deref(m.Stage) == stage) {
			segments := found.key.Segments()
			domain, _, _ := strings.Cut(segments[len(segments)-2], "+") // a private one is named by its name too
			domains = append(domains, domain)
		}
	}
	slices.Sort(domains)
	return slices.Compact(domains), nil
}

// checkUnmapped refuses to delete what a base path mapping leads to.
func (t *tx) checkUnmapped(api, stage string) error {
	domains, err := t.mappedDomains(api, stage)
	if err != nil || len(domains) == 0 {
		return err
	}
	if stage != "" {
		return apigw.BadRequest("Deleting stage %s failed. Please remove all base path mappings related to the stage in your domains: %s", stage, strings.Join(domains, ", "))
	}
	return apigw.BadRequest("Deleting RestApi %s failed. Please remove all base path mappings related to the RestApi in your domains: %s", api, strings.Join(domains, ", "))
}
