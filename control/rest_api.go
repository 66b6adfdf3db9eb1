package control

import (
	"context"
	"iter"
	"slices"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// A RestApi's document holds what GetRestApi returns, with the policy as plain
// JSON; everything below it is in documents of its own (control plane §2.1).

func (t *tx) errNoApi(id string) error {
	return apigw.NotFound("Invalid API identifier specified %s:%s", t.deps.AccountId, id)
}

// restApi reads a RestApi. Ids are compared with case (AF-017).
func (t *tx) restApi(id string) (*apigw.RestApi, error) {
	api, err := load[apigw.RestApi](t, t.apiKey(id))
	if err == nil && api == nil {
		err = t.errNoApi(id)
	}
	return api, err
}

// HasPolicy reports whether a RestApi has a resource policy. One that cannot be
// read may have one.
func (s *Service) HasPolicy(ctx context.Context, region, id string) bool {
	var api *apigw.RestApi
	err := s.view(ctx, Caller{Region: region, AccountId: s.deps.AccountId}, func(t *tx) (err error) {
		api, err = load[apigw.RestApi](t, t.apiKey(id))
		return err
	})
	return err != nil || api != nil && api.Policy != nil
}

// checkApi wants a RestApi of the id, where one that is not there is a 400
// (AF-015).
func (t *tx) checkApi(id string) error {
	exists, err := t.has(t.apiKey(id))
	if err != nil || exists {
		return err
	}
	return apigw.BadRequest("Invalid REST API identifier specified")
}

func (t *tx) saveRestApi(api *apigw.RestApi) error { return t.save(t.apiKey(*api.Id), api) }

// shownApi is api as an answer has it: the policy escaped once more (AF-034).
func shownApi(api *apigw.RestApi) *apigw.RestApi {
	shown := *api
	if shown.Policy != nil {
		shown.Policy = new(escapePolicy(*shown.Policy))
	}
	return &shown
}

// shownApiWithTags is for the answers that have tags even when there are none
// (AF-006).
func shownApiWithTags(api *apigw.RestApi) *apigw.RestApi {
	shown := shownApi(api)
	if shown.Tags == nil {
		shown.Tags = map[string]string{}
	}
	return shown
}

func (t *tx) createRestApi(in *apigw.CreateRestApiInput) (*apigw.RestApi, error) {
	api := newRestApi(in)
	if err := t.checkNewRestApi(in, api); err != nil {
		return nil, err
	}
	if err := t.addRestApi(api, in.Tags[customId]); err != nil {
		return nil, err
	}
	if in.CloneFrom != nil {
		return shownApi(api), t.cloneRestApi(*in.CloneFrom, api)
	}
	return shownApi(api), t.addDefaultModels(*api.Id)
}

// newRestApi is what is stored for in, with AWS's defaults (AF-018, AF-024).
func newRestApi(in *apigw.CreateRestApiInput) *apigw.RestApi {
	api := &apigw.RestApi{
		Name:                      &in.Name,
		Description:               in.Description,
		Version:                   optional(deref(in.Version)),
		BinaryMediaTypes:          omitEmpty(in.BinaryMediaTypes),
		MinimumCompressionSize:    in.MinimumCompressionSize,
		ApiKeySource:              in.ApiKeySource,
		EndpointConfiguration:     &apigw.EndpointConfiguration{},
		Policy:                    optional(deref(in.Policy)),
		Tags:                      omitEmptyMap(in.Tags),
		DisableExecuteApiEndpoint: new(deref(in.DisableExecuteApiEndpoint)),
		SecurityPolicy:            in.SecurityPolicy,
		EndpointAccessMode:        in.EndpointAccessMode,
	}
	if in.EndpointConfiguration != nil {
		*api.EndpointConfiguration = *in.EndpointConfiguration
	}
	setApiDefaults(api)
	return api
}

func setApiDefaults(api *apigw.RestApi) {
	setDefault(&api.ApiKeySource, apigw.ApiKeySourceTypeHeader)
	setDefault(&api.DisableExecuteApiEndpoint, false)
	if api.EndpointConfiguration == nil {
		api.EndpointConfiguration = &apigw.EndpointConfiguration{}
	}
	endpoint := api.EndpointConfiguration
	if endpoint.Types == nil {
		endpoint.Types = []string{apigw.EndpointTypeEdge}
	}
	endpoint.VpcEndpointIds = omitEmpty(endpoint.VpcEndpointIds)
	setDefault(&endpoint.IpAddressType, defaultAddresses(endpoint.Types))
}

func defaultAddresses(types []string) string {
	if slices.Contains(types, apigw.EndpointTypePrivate) {
		return apigw.IpAddressTypeDualstack
	}
	return apigw.IpAddressTypeIpv4
}

// customId is the tag that chooses a RestApi's id, as emulators have it.
const customId = "_custom_id_"

// restApis gives the RestApis of the region behind the id after, without
// reading what is below them: each step seeks the next one.
func (t *tx) restApis(after string) iter.Seq2[*apigw.RestApi, error] {
	prefix := t.key("restapis")
	return func(yield func(*apigw.RestApi, error) bool) {
		for at := prefix.Child(after); ; {
			entry, err := first(t.Scan(prefix, at, 1))
			if err != nil {
				yield(nil, err)
				return
			}
			switch below := entry.Key.Segments(); {
			case entry.Key == "":
				return
			case len(below) > 3: // of an API that was shown: go behind it
				at = t.apiKey(below[2]).Child("~")
				continue
			}
			at = entry.Key
			api, err := decode[apigw.RestApi](entry)
			if !yield(api, err) || err != nil {
				return
			}
		}
	}
}

// first is the first entry of a scan, none if it is empty.
func first(entries iter.Seq2[store.Entry, error]) (store.Entry, error) {
	for entry, err := range entries {
		return entry, err
	}
	return store.Entry{}, nil
}

// addRestApi stores a new RestApi with its root Resource, under id or one of
// its own making.
func (t *tx) addRestApi(api *apigw.RestApi, id string) error {
	if err := t.checkApiQuota(api.EndpointConfiguration.Types[0]); err != nil {
		return err
	}
	id, err := t.claimApiId(id)
	if err != nil {
		return err
	}
	root := &apigw.Resource{Id: new(t.deps.NewID("root")), Path: new("/")}
	api.Id, api.RootResourceId = &id, root.Id
	api.CreatedDate = apigw.NewTimestamp(t.deps.Now())
	t.trees[id] = &tree{byId: map[string]*apigw.Resource{*root.Id: root}}
	if err := t.saveResource(id, root); err != nil {
		return err
	}
	if err := normalisePolicy(t, api); err != nil { // its ARNs name the id
		return err
	}
	return t.saveRestApi(api)
}

// claimApiId makes an id that no RestApi of any region has, or takes wanted;
// the data plane finds an API by its id alone.
func (t *tx) claimApiId(wanted string) (string, error) {
	if wanted == "" {
		id, err := t.newID("restapi", indexKey)
		if err != nil {
			return "", err
		}
		return id, t.save(indexKey(id), &apiIndex{t.caller.Region})
	}
	if !isApiId(wanted) {
		return "", apigw.BadRequest("Invalid API identifier specified: %s. An id has the characters a-z0-9- and at most 63 of them.", wanted)
	}
	taken, err := t.has(indexKey(wanted))
	if err != nil {
		return "", err
	}
	if taken {
		return "", apigw.Conflict("A RestApi with the id %s already exists", wanted)
	}
	return wanted, t.save(indexKey(wanted), &apiIndex{t.caller.Region})
}

// defaultModels are what CreateRestApi adds (AF-086). Their white space is our
// choice.
var defaultModels = []apigw.Model{
	{
		Name:        new("Empty"),
		Description: new("This is a default empty schema model"),
		ContentType: new("application/json"),
		Schema:      new("{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \"title\": \"Empty Schema\",\n  \"type\": \"object\"\n}"),
	},
	{
		Name:        new("Error"),
		Description: new("This is a default error schema model"),
		ContentType: new("application/json"),
		Schema:      new("{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \"title\": \"Error Schema\",\n  \"type\": \"object\",\n  \"properties\": {\n    \"message\": {\n      \"type\": \"string\"\n    }\n  }\n}"),
	},
}

func (t *tx) addDefaultModels(api string) error {
	for _, model := range defaultModels {
		model.Id = new(t.deps.NewID("model"))
		if err := t.save(t.key("restapis", api, "models", *model.Name), &model); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) getRestApi(in *apigw.GetRestApiInput) (*apigw.RestApi, error) {
	api, err := t.restApi(in.RestApiId)
	if err != nil {
		return nil, err
	}
	return shownApiWithTags(api), nil
}

// getRestApis lists by id, which is the store's order: a page reads no more
// than it shows.
func (t *tx) getRestApis(in *apigw.GetRestApisInput) (*apigw.RestApis, error) {
	after, err := decodePosition(in.Position)
	if err != nil {
		return nil, err
	}
	answer, limit := &apigw.RestApis{Items: []apigw.RestApi{}}, pageSize(in.Limit)
	for api, err := range t.restApis(after) {
		if err != nil {
			return nil, err
		}
		if len(answer.Items) == limit {
			answer.Position = encodePosition(*answer.Items[limit-1].Id)
			break
		}
		answer.Items = append(answer.Items, *shownApi(api))
	}
	return answer, nil
}

// deleteRestApi takes everything below it along (control plane §2.29).
func (t *tx) deleteRestApi(in *apigw.DeleteRestApiInput) error {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return err
	}
	if err := t.checkUnmapped(in.RestApiId, ""); err != nil {
		return err
	}
	if err := t.detachStages(in.RestApiId, ""); err != nil { // AF-152
		return err
	}
	if err := t.deleteAll(t.apiKey(in.RestApiId)); err != nil {
		return err
	}
	if err := t.Delete(indexKey(in.RestApiId)); err != nil {
		return err
	}
	return t.Delete(t.apiKey(in.RestApiId))
}

func (t *tx) updateRestApi(in *apigw.UpdateRestApiInput) (*apigw.RestApi, error) {
	api, err := t.restApi(in.RestApiId)
	if err != nil {
		return nil, err
	}
	if err := restApiPatches.apply(api, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := t.checkRestApi(api); err != nil {
		return nil, err
	}
	return shownApiWithTags(api), t.saveRestApi(api)
}
