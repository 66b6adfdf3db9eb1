package control

import (
	"context"
	"errors"
	"iter"

	"github.com/poterne/poterne/store"
)

// Keys begin with the region, then follow the paths of the contract:
//
//	{region}/restapis/{api}                                  apigw.RestApi, policy as plain JSON
//	{region}/restapis/{api}/resources/{id}                   apigw.Resource without Methods
//	{region}/restapis/{api}/methods/{resource}/{verb}        apigw.Method with everything inside
//	{region}/restapis/{api}/models/{name}                    apigw.Model
//	{region}/restapis/{api}/requestvalidators/{id}           apigw.RequestValidator
//	{region}/restapis/{api}/gatewayresponses/{type}          apigw.GatewayResponse, the customised ones
//	{region}/restapis/{api}/authorizers/{id}                 apigw.Authorizer
//	{region}/restapis/{api}/deployments/{id}                 apigw.Deployment
//	{region}/restapis/{api}/definitions/{deployment}         apigw.Definition, what the deployment froze
//	{region}/restapis/{api}/stages/{name}                    apigw.Stage
//	{region}/restapis/{api}/documentationparts/{id}          apigw.DocumentationPart
//	{region}/restapis/{api}/documentationversions/{version}  documentationVersion, with the parts that it has
//	{region}/domainnames/{name or name+id}                   apigw.DomainName
//	{region}/basepathmappings/{domain}/{path}                apigw.BasePathMapping
//	{region}/domainnameaccessassociations/{arn}              apigw.DomainNameAccessAssociation
//	{region}/clientcertificates/{id}                         clientCertificate, with its private key
//	{region}/vpclinks/{id}                                   apigw.VpcLink
//	{region}/apikeys/{id}                                    storedKey
//	{region}/apikeyvalues/{digest}                           keyIndex: the id of the key that has a value
//	{region}/usageplans/{id}                                 apigw.UsagePlan
//	{region}/usageplankeys/{plan}/{key}                      planMember
//	{region}/keyplans/{key}/{plan}                           that a key is in a plan
//	{region}/usage/{day}/{plan}/{key}                        usageDocument: requests made, which the gateway counts
//	{region}/usagegrants/{day}/{plan}/{key}                  usageDocument: requests that UpdateUsage granted
//	{region}/account                                         apigw.Account, what UpdateAccount sets
//	@/restapis/{api}                                         apiIndex: the region of every API there is
//
// Methods have a branch of their own so that the tree of Resources is read
// without their templates.

// everywhere stands in the place of a region; no region has an @.
const everywhere = "@"

// An apiIndex is what is known of an API whatever its region.
type apiIndex struct {
	Region string `json:"region"`
}

func (t *tx) key(segments ...string) store.Key {
	return store.NewKey(t.caller.Region).Child(segments...)
}

func (t *tx) apiKey(api string) store.Key { return t.key("restapis", api) }

func (t *tx) methodKey(ref methodRef) store.Key {
	return t.key("restapis", ref.api, "methods", ref.resource, ref.verb)
}

func (t *tx) resourceKey(api, id string) store.Key { return t.key("restapis", api, "resources", id) }

func (t *tx) deploymentKey(api, id string) store.Key {
	return t.key("restapis", api, "deployments", id)
}

func (t *tx) definitionKey(api, deployment string) store.Key {
	return t.key("restapis", api, "definitions", deployment)
}

func (t *tx) stageKey(api, name string) store.Key { return t.key("restapis", api, "stages", name) }

func indexKey(api string) store.Key { return store.NewKey(everywhere, "restapis", api) }

// ChangedApi is the RestApi whose Releases may be others after a change at
// key; ok is false for a change that no gateway needs to know, such as an edit
// that waits for its deployment.
func ChangedApi(key store.Key) (region, api string, ok bool) {
	s := key.Segments()
	if len(s) == 5 && s[1] == "restapis" && s[3] == "stages" {
		return s[0], s[2], true
	}
	return "", "", false
}

// An ApiRef names a RestApi and its region.
type ApiRef struct{ Region, RestApiId string }

// Apis are the RestApis of all regions, by id.
func Apis(in store.Tx) iter.Seq2[ApiRef, error] {
	return func(yield func(ApiRef, error) bool) {
		for found, err := range scanFound[apiIndex](in, store.NewKey(everywhere, "restapis")) {
			if err != nil {
				yield(ApiRef{}, err)
				return
			}
			if !yield(ApiRef{found.document.Region, found.name()}, nil) {
				return
			}
		}
	}
}

// RegionOf is the region of a RestApi, "" if there is none of that id: ids are
// unique across regions.
func (s *Service) RegionOf(ctx context.Context, api string) (region string, err error) {
	err = s.deps.Store.View(ctx, func(in store.Tx) error {
		index, err := store.Load[apiIndex](in, indexKey(api))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil {
			region = index.Region
		}
		return err
	})
	return region, err
}
