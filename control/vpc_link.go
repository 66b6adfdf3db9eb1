package control

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// A VpcLink is a document under its id (control plane §2.20). What it reaches
// is the server's configuration, so it is provisioned at once: Create answers
// PENDING, as AWS does, and the next Get finds it AVAILABLE (AF-153), or
// FAILED if its target is a load balancer of another kind.

const (
	vpcLinkReady = "Your vpc link is ready for use"
	vpcLinkNoNLB = "NLB ARN is malformed"
	noVpcLink    = "Invalid Vpc Link identifier specified"
)

func (t *tx) vpcLinkKey(id string) store.Key { return t.key("vpclinks", id) }

func (t *tx) vpcLink(id string) (*apigw.VpcLink, error) {
	link, err := load[apigw.VpcLink](t, t.vpcLinkKey(id))
	if err == nil && link == nil {
		err = apigw.NotFound(noVpcLink)
	}
	return link, err
}

func (t *tx) createVpcLink(in *apigw.CreateVpcLinkInput) (*apigw.VpcLink, error) {
	if err := checkVpcLink(in); err != nil {
		return nil, err
	}
	if err := t.checkTags(in.Tags); err != nil {
		return nil, err
	}
	if err := t.checkRoom(t.key("vpclinks"), t.deps.Quotas.VpcLinks, "VPC links", "this account"); err != nil {
		return nil, err
	}
	id, err := t.newID("vpclink", t.vpcLinkKey)
	if err != nil {
		return nil, err
	}
	link := &apigw.VpcLink{Id: &id, Name: &in.Name, Description: optional(deref(in.Description)), TargetArns: in.TargetArns,
		Status: new(apigw.VpcLinkStatusAvailable), StatusMessage: new(vpcLinkReady), Tags: omitEmptyMap(in.Tags)}
	if isOtherBalancer(in.TargetArns[0]) {
		link.Status, link.StatusMessage = new(apigw.VpcLinkStatusFailed), new(vpcLinkNoNLB)
	}
	if err := t.save(t.vpcLinkKey(id), link); err != nil {
		return nil, err
	}
	pending := *link
	pending.Status, pending.StatusMessage = new(apigw.VpcLinkStatusPending), nil
	return &pending, nil
}

// isOtherBalancer: an Application or Gateway Load Balancer, which a link does
// not reach.
func isOtherBalancer(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	return parts[2] == "elasticloadbalancing" && strings.HasPrefix(parts[5], "loadbalancer/") && !strings.HasPrefix(parts[5], "loadbalancer/net/")
}

// checkVpcLink: AF-155, and that a link has one target.
func checkVpcLink(in *apigw.CreateVpcLinkInput) error {
	if in.Name == "" {
		return apigw.BadRequest("Name cannot be empty")
	}
	if len(in.TargetArns) == 0 {
		return apigw.BadRequest("No target arn specified for vpc link.")
	}
	if len(in.TargetArns) > 1 {
		return apigw.BadRequest("More than one target arn specified for vpc link.")
	}
	for _, arn := range in.TargetArns {
		if parts := strings.SplitN(arn, ":", 6); len(parts) != 6 || parts[0] != "arn" || slices.Contains(parts[1:3], "") || parts[5] == "" {
			return apigw.BadRequest("Invalid ARN. ARN is not well formed %s", arn)
		}
	}
	return nil
}

// shownVpcLink is a link as Get and Update show it: with its tags, even if
// there are none (AF-006).
func shownVpcLink(link *apigw.VpcLink) *apigw.VpcLink {
	if link.Tags == nil {
		link.Tags = map[string]string{}
	}
	return link
}

func (t *tx) getVpcLink(in *apigw.GetVpcLinkInput) (*apigw.VpcLink, error) {
	link, err := t.vpcLink(in.VpcLinkId)
	if err != nil {
		return nil, err
	}
	return shownVpcLink(link), nil
}

func (t *tx) getVpcLinks(in *apigw.GetVpcLinksInput) (*apigw.VpcLinks, error) {
	items, position, err := listDocuments(t, t.key("vpclinks"), func(l *apigw.VpcLink) string { return *l.Id }, in.Position, in.Limit)
	return &apigw.VpcLinks{Items: items, Position: position}, err
}

var vpcLinkPatches = patchTable[apigw.VpcLink]{familyA, []patchRule[apigw.VpcLink]{
	{path: "/name", ops: replace, apply: patchVpcLinkName},
	{path: "/description", ops: replace, apply: setOptional(func(l *apigw.VpcLink) **string { return &l.Description })},
	{path: "/targetArns", shown: unlisted, wrongOp: "Target arns are not allowed to be changed/added."},
	{path: "/targetArns/*", shown: unlisted, wrongOp: "Target arns are not allowed to be changed/added."},
}}

func patchVpcLinkName(link *apigw.VpcLink, p *patch) error {
	if p.text() == "" {
		return apigw.BadRequest("Name cannot be empty")
	}
	link.Name = p.value
	return nil
}

func (t *tx) updateVpcLink(in *apigw.UpdateVpcLinkInput) (*apigw.VpcLink, error) {
	link, err := t.vpcLink(in.VpcLinkId)
	if err != nil {
		return nil, err
	}
	if err := vpcLinkPatches.apply(link, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := t.save(t.vpcLinkKey(in.VpcLinkId), link); err != nil {
		return nil, err
	}
	return shownVpcLink(link), nil
}

func (t *tx) deleteVpcLink(in *apigw.DeleteVpcLinkInput) error {
	if _, err := t.vpcLink(in.VpcLinkId); err != nil {
		return err
	}
	uses, err := t.vpcLinkUses(in.VpcLinkId)
	if err != nil {
		return err
	}
	if len(uses) > 0 {
		return apigw.BadRequest("Cannot delete vpc link. Vpc link '%s', is referenced in [%s] in format of [RESTApiId:Method:Resource:Stage].", in.VpcLinkId, strings.Join(uses, ", "))
	}
	return t.Delete(t.vpcLinkKey(in.VpcLinkId))
}

// vpcLinkUses are the Integrations over a link, as they are edited and as they
// are deployed, in the form of AWS's message.
func (t *tx) vpcLinkUses(id string) (uses []string, err error) {
	for api, err := range t.restApis("") {
		if err != nil {
			return nil, err
		}
		edited, err := t.definition(*api.Id)
		if err != nil {
			return nil, err
		}
		uses = append(uses, linkUses(*api.Id, "", id, edited)...)
		for stage, err := range scan[apigw.Stage](t, t.key("restapis", *api.Id, "stages")) {
			if err != nil {
				return nil, err
			}
			deployed, err := t.frozen(*api.Id, *stage.DeploymentId)
			if err != nil {
				return nil, err
			}
			uses = append(uses, linkUses(*api.Id, *stage.StageName, id, deployed)...)
		}
	}
	slices.Sort(uses)
	return uses, nil
}

func linkUses(api, stage, link string, definition *apigw.Definition) (uses []string) {
	for _, resource := range definition.Resources {
		for verb, method := range resource.ResourceMethods {
			if m := method.MethodIntegration; m != nil && deref(m.ConnectionId) == link {
				uses = append(uses, strings.Join([]string{api, verb, *resource.Id, stage}, ":"))
			}
		}
	}
	return uses
}
