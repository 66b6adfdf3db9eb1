package control

import (
	"maps"
	"slices"
	"strconv"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// An Integration is kept inside its Method's document (control plane §2.5).

// putIntegration replaces the whole Integration, integration responses
// included (control plane §2.5.3).
func (t *tx) putIntegration(in *apigw.PutIntegrationInput) (*apigw.Integration, error) {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	method, err := t.method(ref)
	if err != nil {
		return nil, err
	}
	integration := newIntegration(in)
	if err := t.checkIntegration(ref, method, integration); err != nil {
		return nil, err
	}
	method.MethodIntegration = integration
	return integration, t.save(t.methodKey(ref), method)
}

// newIntegration is what is stored for in, with AWS's defaults.
func newIntegration(in *apigw.PutIntegrationInput) *apigw.Integration {
	integration := &apigw.Integration{
		Type:                 &in.Type,
		HttpMethod:           in.IntegrationHttpMethod,
		Uri:                  in.Uri,
		ConnectionType:       in.ConnectionType,
		ConnectionId:         in.ConnectionId,
		Credentials:          optional(deref(in.Credentials)),
		RequestParameters:    omitEmptyMap(in.RequestParameters),
		RequestTemplates:     omitEmptyMap(storedTemplates(in.RequestTemplates)),
		PassthroughBehavior:  in.PassthroughBehavior,
		ContentHandling:      in.ContentHandling,
		TimeoutInMillis:      in.TimeoutInMillis,
		CacheNamespace:       in.CacheNamespace,
		CacheKeyParameters:   in.CacheKeyParameters,
		TlsConfig:            in.TlsConfig,
		ResponseTransferMode: in.ResponseTransferMode,
		IntegrationTarget:    in.IntegrationTarget,
	}
	setIntegrationDefaults(integration, in.ResourceId)
	return integration
}

func setIntegrationDefaults(integration *apigw.Integration, resourceId string) {
	rule.CompleteIntegration(integration)
	setDefault(&integration.CacheNamespace, resourceId)
}

func setDefault[T any](member **T, value T) {
	if *member == nil {
		*member = &value
	}
}

func (t *tx) checkIntegration(ref methodRef, method *apigw.Method, integration *apigw.Integration) error {
	place := rule.Place{Method: method, Server: t.ruleServer()}
	if len(integration.RequestParameters) > 0 { // of which one may read a variable of the path
		resource, err := t.resource(ref.api, ref.resource)
		if err != nil {
			return err
		}
		place.Path = *resource.Path
	}
	return rule.Integration(integration, place)
}

func (t *tx) getIntegration(in *apigw.GetIntegrationInput) (*apigw.Integration, error) {
	method, err := t.method(methodRef{in.RestApiId, in.ResourceId, in.HttpMethod})
	if err != nil {
		return nil, err
	}
	if method.MethodIntegration == nil {
		return nil, apigw.NotFound(missingIntegration)
	}
	return method.MethodIntegration, nil
}

// deleteIntegration drops the integration responses too; method responses stay.
func (t *tx) deleteIntegration(in *apigw.DeleteIntegrationInput) error {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	method, err := t.method(ref)
	if err != nil {
		return err
	}
	if method.MethodIntegration == nil {
		return apigw.NotFound(missingIntegration)
	}
	method.MethodIntegration = nil
	return t.save(t.methodKey(ref), method)
}

// updateIntegration keeps the integration responses (AF-076). The members are
// checked together after the last op (control plane §2.5.4).
func (t *tx) updateIntegration(in *apigw.UpdateIntegrationInput) (*apigw.Integration, error) {
	ref := methodRef{in.RestApiId, in.ResourceId, in.HttpMethod}
	method, err := t.method(ref)
	if err != nil {
		return nil, err
	}
	integration := method.MethodIntegration
	if integration == nil {
		return nil, apigw.NotFound(missingIntegration)
	}
	if err := integrationPatches.apply(integration, in.PatchOperations); err != nil {
		return nil, err
	}
	setIntegrationDefaults(integration, in.ResourceId)
	if err := t.checkIntegration(ref, method, integration); err != nil {
		return nil, err
	}
	return integration, t.save(t.methodKey(ref), method)
}

var integrationPatches = patchTable[apigw.Integration]{familyB, []patchRule[apigw.Integration]{
	{path: "/httpMethod", ops: replace,
		apply: notForMock(setOptional(func(i *apigw.Integration) **string { return &i.HttpMethod }))},
	{path: "/uri", ops: replace,
		apply: notForMock(setOptional(func(i *apigw.Integration) **string { return &i.Uri }))},
	{path: "/connectionType", ops: replace,
		apply: setEnumeration(func(i *apigw.Integration) **string { return &i.ConnectionType }, rule.ConnectionTypes)},
	{path: "/connectionId", ops: replace,
		apply: setOptional(func(i *apigw.Integration) **string { return &i.ConnectionId })},
	{path: "/credentials", ops: replace,
		apply: setOptional(func(i *apigw.Integration) **string { return &i.Credentials })},
	{path: "/requestParameters/*", ops: add | replace | remove,
		apply: droppingCacheKey(setEntry(func(i *apigw.Integration) *map[string]string { return &i.RequestParameters }, (*patch).text, noParameter))},
	{path: "/requestTemplates/*", ops: add | replace | remove,
		apply: setEntry(func(i *apigw.Integration) *apigw.Templates { return &i.RequestTemplates }, templateValue, noContentType)},
	{path: "/cacheKeyParameters/*", ops: add | replace | remove,
		apply: patchCacheKey},
	{path: "/cacheNamespace", ops: replace,
		apply: setOptional(func(i *apigw.Integration) **string { return &i.CacheNamespace })},
	{path: "/contentHandling", ops: replace,
		apply: setEnumeration(func(i *apigw.Integration) **string { return &i.ContentHandling }, rule.ContentHandlings)},
	{path: "/passthroughBehavior", ops: replace,
		apply: setText(func(i *apigw.Integration) **string { return &i.PassthroughBehavior })},
	{path: "/timeoutInMillis", ops: replace,
		apply: patchTimeout},
	{path: "/tlsConfig/insecureSkipVerification", ops: replace,
		apply: setBool(insecureSkipVerification)},
	{path: "/responseTransferMode", ops: replace,
		apply: setEnumeration(func(i *apigw.Integration) **string { return &i.ResponseTransferMode }, rule.TransferModes)},
	{path: "/integrationTarget", ops: replace,
		apply: setOptional(func(i *apigw.Integration) **string { return &i.IntegrationTarget })},
}}

func notForMock(apply func(*apigw.Integration, *patch) error) func(*apigw.Integration, *patch) error {
	return func(i *apigw.Integration, p *patch) error {
		if *i.Type == apigw.IntegrationTypeMock {
			return errPatchPath(p)
		}
		return apply(i, p)
	}
}

// patchTimeout leaves a text that is no number to the rules.
func patchTimeout(i *apigw.Integration, p *patch) error {
	millis, err := strconv.Atoi(p.text())
	if err != nil {
		millis = 0
	}
	i.TimeoutInMillis = &millis
	return nil
}

func insecureSkipVerification(i *apigw.Integration) **bool {
	if i.TlsConfig == nil {
		i.TlsConfig = &apigw.TlsConfig{}
	}
	return &i.TlsConfig.InsecureSkipVerification
}

// droppingCacheKey: a parameter that is removed is no cache key any more, for
// AWS keeps that flag on the parameter (control plane §2.5.4).
func droppingCacheKey(apply func(*apigw.Integration, *patch) error) func(*apigw.Integration, *patch) error {
	return func(i *apigw.Integration, p *patch) error {
		if p.op == remove {
			i.CacheKeyParameters = without(i.CacheKeyParameters, p.key())
		}
		return apply(i, p)
	}
}

// patchCacheKey: the element is in the path, not in the value (control plane
// §3.4.7); a replace with a value puts that in its place.
func patchCacheKey(i *apigw.Integration, p *patch) error {
	at := slices.Index(i.CacheKeyParameters, p.key())
	switch {
	case p.op == add && at < 0:
		i.CacheKeyParameters = append(i.CacheKeyParameters, p.key())
	case p.op != add && at < 0:
		return apigw.NotFound(noParameter)
	case p.op == replace && p.text() != "":
		i.CacheKeyParameters = append(without(i.CacheKeyParameters, p.key()), p.text())
	case p.op == remove:
		i.CacheKeyParameters = without(i.CacheKeyParameters, p.key())
	}
	return nil
}

func omitEmptyMap[M ~map[string]V, V any](m M) M {
	if len(m) == 0 {
		return nil
	}
	return maps.Clone(m)
}
