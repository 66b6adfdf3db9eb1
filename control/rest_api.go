package control

import (
	"iter"
	"slices"
	"strconv"
	"strings"

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

// checkNewRestApi is in AWS's order (AF-020 to AF-026).
func (t *tx) checkNewRestApi(in *apigw.CreateRestApiInput, api *apigw.RestApi) error {
	if in.Description != nil && *in.Description == "" {
		return apigw.BadRequest("Description cannot be an empty string")
	}
	if in.CloneFrom != nil {
		exists, err := t.has(t.apiKey(*in.CloneFrom))
		if err != nil {
			return err
		}
		if !exists {
			return apigw.BadRequest("Invalid API identifier specified")
		}
	}
	if err := t.checkTags(in.Tags); err != nil {
		return err
	}
	return t.checkRestApi(api)
}

// apiChecks are what a RestApi is held against whenever it is stored, in AWS's
// order (control plane §2.1, §7.4).
var apiChecks = []func(*tx, *apigw.RestApi) error{
	checkEndpointTypes,
	checkCompression,
	checkApiName,
	checkSecurityPolicy,
	normalisePolicy,
}

func (t *tx) checkRestApi(api *apigw.RestApi) error {
	for _, check := range apiChecks {
		if err := check(t, api); err != nil {
			return err
		}
	}
	return nil
}

func checkEndpointTypes(_ *tx, api *apigw.RestApi) error {
	endpoint := api.EndpointConfiguration
	switch len(endpoint.Types) {
	case 0:
		return apigw.BadRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
	case 1:
	default:
		return apigw.BadRequest("Cannot create an api with multiple Endpoint Types.")
	}
	private := endpoint.Types[0] == apigw.EndpointTypePrivate
	if private && *endpoint.IpAddressType == apigw.IpAddressTypeIpv4 {
		return apigw.BadRequest("Only dualstack ipAddressType is supported for Private APIs.")
	}
	if !private && len(endpoint.VpcEndpointIds) > 0 {
		return apigw.BadRequest("VPC endpoint IDs can only be specified for private APIs.")
	}
	return nil
}

const badCompression = "Invalid minimum compression size, must be between 0 and 10485760"

func checkCompression(_ *tx, api *apigw.RestApi) error {
	if size := api.MinimumCompressionSize; size != nil && (*size < 0 || *size > 10_485_760) {
		return apigw.BadRequest(badCompression)
	}
	return nil
}

func checkApiName(_ *tx, api *apigw.RestApi) error {
	switch {
	case deref(api.Name) == "":
		return apigw.BadRequest("Name cannot be empty")
	case len(*api.Name) > 1024:
		return apigw.BadRequest("Invalid API name, can be at most 1024 characters.")
	}
	return nil
}

func checkSecurityPolicy(_ *tx, api *apigw.RestApi) error {
	enhanced := strings.HasPrefix(deref(api.SecurityPolicy), "SecurityPolicy_")
	switch {
	case enhanced && api.EndpointAccessMode == nil:
		return apigw.BadRequest("Endpoint access mode is required for the specified security policy")
	case !enhanced && api.EndpointAccessMode != nil:
		return apigw.BadRequest("Endpoint access mode is not supported for the specified security policy")
	}
	return nil
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
			api, err := store.Decode[apigw.RestApi](entry)
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

// isApiId says whether id can be the first label of a host name.
func isApiId(id string) bool {
	for _, c := range id {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return id != "" && len(id) <= 63 && id[0] != '-' && id[len(id)-1] != '-'
}

func (t *tx) checkApiQuota(kind string) error {
	quota := t.deps.Quotas.RestApis[kind]
	count := 0
	for api, err := range t.restApis("") {
		if err != nil {
			return err
		}
		if slices.Contains(api.EndpointConfiguration.Types, kind) {
			count++
		}
	}
	if count >= quota {
		return errQuota("APIs", "this account")
	}
	return nil
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
	if err := t.deleteAll(t.apiKey(in.RestApiId)); err != nil {
		return err
	}
	if err := t.Delete(indexKey(in.RestApiId)); err != nil {
		return err
	}
	return t.Delete(t.apiKey(in.RestApiId))
}

const badAddressType = "ipAddressType must be either ipv4 or dualstack."

var (
	endpointTypes = []string{apigw.EndpointTypeRegional, apigw.EndpointTypeEdge, apigw.EndpointTypePrivate}
	addressTypes  = []string{apigw.IpAddressTypeIpv4, apigw.IpAddressTypeDualstack}
	keySources    = []string{apigw.ApiKeySourceTypeHeader, apigw.ApiKeySourceTypeAuthorizer}
	accessModes   = []string{apigw.EndpointAccessModeBasic, apigw.EndpointAccessModeStrict}
)

var securityPolicies = []string{
	apigw.SecurityPolicyTLS10,
	apigw.SecurityPolicyTLS12,
	apigw.SecurityPolicySecurityPolicyTls1313202509,
	apigw.SecurityPolicySecurityPolicyTls1313FIPS202509,
	apigw.SecurityPolicySecurityPolicyTls1312PFSPQ202509,
	apigw.SecurityPolicySecurityPolicyTls1312FIPSPQ202509,
	apigw.SecurityPolicySecurityPolicyTls1312FIPSPFSPQ202509,
	apigw.SecurityPolicySecurityPolicyTls1312PQ202509,
	apigw.SecurityPolicySecurityPolicyTls1312202106,
	apigw.SecurityPolicySecurityPolicyTls132025Edge,
	apigw.SecurityPolicySecurityPolicyTls12PFS2025Edge,
	apigw.SecurityPolicySecurityPolicyTls122018Edge,
}

// Control plane §3.4.1 has the oddities.
var restApiPatches = patchTable[apigw.RestApi]{familyB, []patchRule[apigw.RestApi]{
	{path: "/name", ops: replace,
		apply: setText(func(a *apigw.RestApi) **string { return &a.Name })},
	{path: "/description", ops: add | replace | remove,
		apply: patchDescription},
	{path: "/apiKeySource", ops: replace,
		apply: setOneOf(func(a *apigw.RestApi) **string { return &a.ApiKeySource }, keySources, "Invalid apiKeySource specified. Valid options are HEADER,AUTHORIZER")},
	{path: "/binaryMediaTypes/*", ops: add | replace | remove,
		apply: patchBinaryMediaType},
	{path: "/minimumCompressionSize", ops: replace,
		apply: patchCompression},
	{path: "/disableExecuteApiEndpoint", ops: replace,
		apply: setBool(func(a *apigw.RestApi) **bool { return &a.DisableExecuteApiEndpoint })},
	{path: "/endpointConfiguration/types/*", ops: replace, wrongOp: anyOp, // AF-028
		apply: patchEndpointType},
	{path: "/endpointConfiguration/vpcEndpointIds", ops: add | remove,
		apply: setElement(func(a *apigw.RestApi) *[]string { return &a.EndpointConfiguration.VpcEndpointIds })},
	{path: "/endpointConfiguration/ipAddressType", ops: replace,
		apply: patchAddressType},
	{path: "/endpointAccessMode", ops: replace,
		apply: setOneOf(func(a *apigw.RestApi) **string { return &a.EndpointAccessMode }, accessModes, "Invalid endpointAccessMode specified. Valid options are BASIC,STRICT")},
	{path: "/securityPolicy", ops: replace,
		apply: setOneOf(func(a *apigw.RestApi) **string { return &a.SecurityPolicy }, securityPolicies, "Invalid securityPolicy specified")},
	{path: "/policy", ops: replace,
		apply: setOptional(func(a *apigw.RestApi) **string { return &a.Policy })},
}}

func patchDescription(a *apigw.RestApi, p *patch) error {
	a.Description = optional(p.text())
	if p.op == remove { // AF-032; a value is ignored
		a.Description = nil
	}
	return nil
}

// patchBinaryMediaType: a set of path elements; what replaces one goes to the
// end (AF-030).
func patchBinaryMediaType(a *apigw.RestApi, p *patch) error {
	rest := without(a.BinaryMediaTypes, p.key())
	switch p.op {
	case add:
		rest = append(rest, p.key())
	case replace:
		rest = append(rest, p.text())
	}
	a.BinaryMediaTypes = omitEmpty(rest)
	return nil
}

func patchCompression(a *apigw.RestApi, p *patch) error {
	a.MinimumCompressionSize = nil // "" and none switch it off (AF-022)
	if p.text() == "" {
		return nil
	}
	size, err := strconv.Atoi(p.text())
	if err != nil {
		return apigw.BadRequest(badCompression)
	}
	a.MinimumCompressionSize = &size
	return checkCompression(nil, a)
}

// patchEndpointType: the last segment is an index or a type (AF-029) and says
// nothing, for there is one type. PRIVATE comes with dualstack (AF-027).
func patchEndpointType(a *apigw.RestApi, p *patch) error {
	if !slices.Contains(endpointTypes, p.text()) {
		return apigw.BadRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
	}
	a.EndpointConfiguration.Types = []string{p.text()}
	if p.text() == apigw.EndpointTypePrivate {
		a.EndpointConfiguration.IpAddressType = new(apigw.IpAddressTypeDualstack)
	}
	return nil
}

func patchAddressType(a *apigw.RestApi, p *patch) error {
	if !slices.Contains(addressTypes, p.text()) {
		return apigw.BadRequest(badAddressType)
	}
	a.EndpointConfiguration.IpAddressType = new(p.text())
	return checkEndpointTypes(nil, a)
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
