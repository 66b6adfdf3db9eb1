package control

import (
	"context"
	"maps"
	"net/url"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// The operations on tags find the document that bears them by its ARN. That
// has no account, arn:aws:apigateway:us-east-1::/restapis/a1, but for private
// domains and what leads to them (control plane §1.10).

// A bearer is a document that bears tags: open reads it, and save writes it
// with the tags that were changed.
type bearer struct {
	tags *map[string]string
	save func() error
}

// A taggable is a row of the kinds of documents that bear tags.
type taggable struct {
	path string // "/restapis/*": a * stands for one segment
	open func(t *tx, ids []string) (bearer, error)
}

var taggables = []taggable{
	{"/restapis/*", openRestApi},
	{"/restapis/*/stages/*", openStage},
	{"/apikeys/*", opener("apikeys", noKey, func(d *storedKey) *map[string]string { return &d.Tags })},
	{"/usageplans/*", opener("usageplans", noPlan, func(d *apigw.UsagePlan) *map[string]string { return &d.Tags })},
	{"/vpclinks/*", opener("vpclinks", noVpcLink, func(d *apigw.VpcLink) *map[string]string { return &d.Tags })},
	{"/clientcertificates/*", opener("clientcertificates", noClientCertificate, func(d *clientCertificate) *map[string]string { return &d.Tags })},
	{"/domainnames/*", opener("domainnames", noDomain, func(d *apigw.DomainName) *map[string]string { return &d.Tags })},
	{"/domainnameaccessassociations/domainname/*/vpcesource/*", openAssociation},
}

func openRestApi(t *tx, ids []string) (bearer, error) {
	api, err := t.restApi(ids[0])
	if err != nil {
		return bearer{}, err
	}
	return bearer{&api.Tags, func() error { return t.saveRestApi(api) }}, nil
}

// openStage leaves the date of the stage's last update: its settings stay.
func openStage(t *tx, ids []string) (bearer, error) {
	stage, err := t.stage(ids[0], ids[1])
	if err != nil {
		return bearer{}, err
	}
	return bearer{&stage.Tags, func() error { return t.save(t.stageKey(ids[0], ids[1]), stage) }}, nil
}

// openAssociation opens a document that is kept under its own ARN.
func openAssociation(t *tx, ids []string) (bearer, error) {
	arn := t.arn("apigateway", "/domainnameaccessassociations/domainname/"+ids[0]+"/vpcesource/"+ids[1])
	association, err := t.association(arn)
	if err != nil {
		return bearer{}, err
	}
	return bearer{&association.Tags, func() error { return t.save(t.associationKey(arn), association) }}, nil
}

// opener opens the documents of a branch of the region. T is what is stored,
// which may be more than the contract's shape.
func opener[T any](branch, missing string, tags func(*T) *map[string]string) func(*tx, []string) (bearer, error) {
	return func(t *tx, ids []string) (bearer, error) {
		key := t.key(branch, ids[0])
		document, err := load[T](t, key)
		if err != nil {
			return bearer{}, err
		}
		if document == nil {
			return bearer{}, apigw.NotFound(missing)
		}
		return bearer{tags(document), func() error { return t.save(key, document) }}, nil
	}
}

// bearer is the document of an ARN. One of another region is as missing as one
// that never was, and an account where there is none is refused before anything
// is looked for (floci's ApiGatewayTagHandler, probed on AWS).
func (t *tx) bearer(arn string) (bearer, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "apigateway" {
		return bearer{}, errArn(arn)
	}
	partition, region, account := parts[1], parts[3], parts[4]
	path, ok := strings.CutPrefix(parts[5], "/")
	if !ok || region == "" || partition != apigw.Partition(region) {
		return bearer{}, errArn(arn)
	}
	for _, kind := range taggables {
		ids, ok := matchPath(kind.path, strings.Split(path, "/"))
		switch {
		case !ok:
			continue
		case account != "" && !kind.ofAccount(ids):
			return bearer{}, apigw.BadRequest("Expected ARN arn:%s:apigateway:%s::/%s, not %s", partition, region, path, arn)
		case account != "" && account != t.deps.AccountId:
			return bearer{}, errArn(arn)
		case region != t.caller.Region:
			nowhere := *t
			nowhere.caller.Region = ""
			return kind.open(&nowhere, ids)
		}
		return kind.open(t, ids)
	}
	return bearer{}, errArn(arn)
}

// ofAccount is whether the ARN of a document has the account in it.
func (k taggable) ofAccount(ids []string) bool {
	return strings.HasPrefix(k.path, "/domainnameaccessassociations/") ||
		strings.HasPrefix(k.path, "/domainnames/") && strings.Contains(ids[0], "+") // a private domain: its name and its id
}

func errArn(arn string) error {
	return apigw.BadRequest("Invalid ARN specified in the request: %s", arn)
}

// tagResource adds to the tags that are there.
func (t *tx) tagResource(in *apigw.TagResourceInput) error {
	b, err := t.bearer(in.ResourceArn)
	if err != nil {
		return err
	}
	tags := maps.Clone(*b.tags)
	keepEmpty(&tags)
	maps.Copy(tags, in.Tags)
	if err := t.checkTags(tags); err != nil {
		return err
	}
	*b.tags = omitEmptyMap(tags)
	return b.save()
}

// untagResource passes over keys that are not there.
func (t *tx) untagResource(in *apigw.UntagResourceInput) error {
	b, err := t.bearer(in.ResourceArn)
	if err != nil {
		return err
	}
	tags := maps.Clone(*b.tags)
	for _, key := range in.TagKeys {
		delete(tags, key)
	}
	*b.tags = omitEmptyMap(tags)
	return b.save()
}

// getTags has no more pages: a document bears fifty tags at most.
func (t *tx) getTags(in *apigw.GetTagsInput) (*apigw.Tags, error) {
	b, err := t.bearer(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags := *b.tags
	keepEmpty(&tags)
	return &apigw.Tags{Tags: tags}, nil
}

// TagsAt are the tags of what a path of the AWS API is about: of the nearest
// document above it that bears tags, or of the ARN of /tags/{arn}. There are
// none where there is no such document.
func (s *Service) TagsAt(ctx context.Context, region, escapedPath string) map[string]string {
	var tags map[string]string
	_ = s.view(ctx, Caller{Region: region, AccountId: s.deps.AccountId}, func(t *tx) error { // what is not there has no tags
		b, err := t.bearerAbove(escapedPath)
		if err == nil && b.tags != nil {
			tags = *b.tags
		}
		return err
	})
	return tags
}

func (t *tx) bearerAbove(escapedPath string) (bearer, error) {
	segments := strings.Split(strings.Trim(escapedPath, "/"), "/")
	for i := range segments {
		plain, err := url.PathUnescape(segments[i])
		if err != nil {
			return bearer{}, err
		}
		segments[i] = plain
	}
	if segments[0] == "tags" && len(segments) == 2 {
		return t.bearer(segments[1])
	}
	for n := len(segments); n > 0; n-- {
		for _, kind := range taggables {
			if ids, ok := matchPath(kind.path, segments[:n]); ok {
				return kind.open(t, ids)
			}
		}
	}
	return bearer{}, nil
}
