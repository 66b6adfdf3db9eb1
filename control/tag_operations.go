package control

import (
	"maps"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// The operations on tags find the document that bears them by its ARN, which
// has no account: arn:aws:apigateway:us-east-1::/restapis/a1 (control plane
// §1.10).

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
	{"/apikeys/*", opener("apikeys", "Invalid API Key identifier specified", func(d *apigw.ApiKey) *map[string]string { return &d.Tags })},
	{"/usageplans/*", opener("usageplans", "Invalid Usage Plan ID specified", func(d *apigw.UsagePlan) *map[string]string { return &d.Tags })},
	{"/vpclinks/*", opener("vpclinks", "Invalid Vpc Link identifier specified", func(d *apigw.VpcLink) *map[string]string { return &d.Tags })},
	{"/clientcertificates/*", opener("clientcertificates", "Invalid Client Certificate identifier specified", func(d *apigw.ClientCertificate) *map[string]string { return &d.Tags })},
	{"/domainnames/*", opener("domainnames", "Invalid domain name identifier specified", func(d *apigw.DomainName) *map[string]string { return &d.Tags })},
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

// opener opens the documents of a branch of the region.
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

// bearer is the document of an ARN.
func (t *tx) bearer(arn string) (bearer, error) {
	path, ok := strings.CutPrefix(arn, strings.Join([]string{"arn", partition(t.caller.Region), "apigateway", t.caller.Region, "", ""}, ":"))
	if !ok || !strings.HasPrefix(path, "/") {
		return bearer{}, errArn(arn)
	}
	for _, kind := range taggables {
		if ids, ok := matchPath(kind.path, strings.Split(path[1:], "/")); ok {
			return kind.open(t, ids)
		}
	}
	return bearer{}, errArn(arn)
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
