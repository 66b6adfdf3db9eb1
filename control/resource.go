package control

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/store"
)

// A Resource is a document without its Methods, which are documents of their
// own: moving in the tree never reads a template (control plane §2.2).

const noResource = "Invalid Resource identifier specified"

// resource reads a Resource. One of a missing RestApi is a missing Resource
// (AF-014).
func (t *tx) resource(api, id string) (*apigw.Resource, error) {
	resource, err := load[apigw.Resource](t, t.resourceKey(api, id))
	if err == nil && resource == nil {
		err = apigw.NotFound(noResource)
	}
	return resource, err
}

func (t *tx) createResource(in *apigw.CreateResourceInput) (*apigw.Resource, error) {
	tree, err := t.tree(in.RestApiId)
	if err != nil {
		return nil, err
	}
	parent := tree.byId[in.ParentId]
	if parent == nil {
		return nil, apigw.NotFound(noResource)
	}
	resource := &apigw.Resource{ParentId: parent.Id, PathPart: &in.PathPart}
	if err := tree.check(resource); err != nil {
		return nil, err
	}
	if len(tree.byId) >= t.deps.Quotas.ResourcesPerApi {
		return nil, errQuota("Resources", "this API")
	}
	id, err := t.newID("resource", func(id string) store.Key { return t.resourceKey(in.RestApiId, id) })
	if err != nil {
		return nil, err
	}
	resource.Id = &id
	resource.Path = new(childPath(parent, in.PathPart))
	tree.byId[id] = resource
	return resource, t.saveResource(in.RestApiId, resource)
}

// saveResource leaves out the Methods, which an answer may have embedded.
func (t *tx) saveResource(api string, resource *apigw.Resource) error {
	stored := *resource
	stored.ResourceMethods = nil
	return t.save(t.resourceKey(api, *resource.Id), &stored)
}

func (t *tx) getResource(in *apigw.GetResourceInput) (*apigw.Resource, error) {
	resource, err := t.resource(in.RestApiId, in.ResourceId)
	if err != nil {
		return nil, err
	}
	return resource, t.embedMethods(in.RestApiId, resource, in.Embed)
}

// getResources lists in the order of paths (AF-037).
func (t *tx) getResources(in *apigw.GetResourcesInput) (*apigw.Resources, error) {
	if _, err := t.restApi(in.RestApiId); err != nil {
		return nil, err
	}
	tree, err := t.tree(in.RestApiId)
	if err != nil {
		return nil, err
	}
	page, position, err := paginate(tree.sorted(), func(r *apigw.Resource) string { return *r.Path }, in.Position, in.Limit)
	if err != nil {
		return nil, err
	}
	answer := &apigw.Resources{Position: position, Items: []apigw.Resource{}}
	for _, resource := range page {
		if err := t.embedMethods(in.RestApiId, resource, in.Embed); err != nil {
			return nil, err
		}
		answer.Items = append(answer.Items, *resource)
	}
	return answer, nil
}

// embedMethods adds the Methods to a Resource that is to be answered: whole
// with embed=methods, else as empty objects (AF-168).
func (t *tx) embedMethods(api string, resource *apigw.Resource, embed []string) error {
	methods, err := t.methods(api, *resource.Id)
	if err != nil {
		return err
	}
	if !embeds(embed, "methods") {
		for verb := range methods {
			methods[verb] = &apigw.Method{}
		}
	}
	resource.ResourceMethods = methods
	return nil
}

// embeds says whether the embed parameter names what: repeated, or joined by
// commas.
func embeds(embed []string, what string) bool {
	return slices.Contains(strings.Split(strings.Join(embed, ","), ","), what)
}

// deleteResource takes the subtree and its Methods along (AF-046).
func (t *tx) deleteResource(in *apigw.DeleteResourceInput) error {
	tree, err := t.tree(in.RestApiId)
	if err != nil {
		return err
	}
	resource := tree.byId[in.ResourceId]
	if resource == nil {
		return apigw.NotFound(noResource)
	}
	if resource.ParentId == nil {
		return apigw.BadRequest("Root resource cannot be deleted.")
	}
	for _, doomed := range tree.subtree(resource) {
		if err := t.removeResource(in.RestApiId, *doomed.Id); err != nil {
			return err
		}
		delete(tree.byId, *doomed.Id)
	}
	return nil
}

func (t *tx) removeResource(api, id string) error {
	if err := t.deleteAll(t.key("restapis", api, "methods", id)); err != nil {
		return err
	}
	return t.Delete(t.resourceKey(api, id))
}

var resourcePatches = patchTable[apigw.Resource]{familyA, []patchRule[apigw.Resource]{
	{path: "/parentId", ops: replace, apply: func(r *apigw.Resource, p *patch) error {
		if r.ParentId == nil {
			return apigw.BadRequest("Root resource cannot update its parentId.")
		}
		r.ParentId = new(p.text())
		return nil
	}},
	{path: "/pathPart", ops: replace, apply: func(r *apigw.Resource, p *patch) error {
		if r.ParentId == nil {
			return apigw.BadRequest("Root resource cannot update its pathPart.")
		}
		r.PathPart = new(p.text())
		return nil
	}},
}}

// updateResource renames or moves a Resource; the paths below it follow
// (AF-044).
func (t *tx) updateResource(in *apigw.UpdateResourceInput) (*apigw.Resource, error) {
	tree, err := t.tree(in.RestApiId)
	if err != nil {
		return nil, err
	}
	resource := tree.byId[in.ResourceId]
	if resource == nil {
		return nil, apigw.NotFound(noResource)
	}
	if err := resourcePatches.apply(resource, in.PatchOperations); err != nil {
		return nil, err
	}
	if resource.ParentId == nil {
		return resource, t.embedMethods(in.RestApiId, resource, nil)
	}
	if err := tree.checkMove(resource); err != nil {
		return nil, err
	}
	for _, moved := range tree.subtree(resource) {
		moved.Path = new(childPath(tree.byId[*moved.ParentId], *moved.PathPart))
		if err := t.saveResource(in.RestApiId, moved); err != nil {
			return nil, err
		}
	}
	return resource, t.embedMethods(in.RestApiId, resource, nil)
}

func childPath(parent *apigw.Resource, part string) string {
	return strings.TrimSuffix(*parent.Path, "/") + "/" + part
}

// A tree is the Resources of a RestApi, read at once.
type tree struct {
	byId map[string]*apigw.Resource
}

// tree is the Resources of api, none when it does not exist; it is read once
// in a transaction, so that an import of many Resources stays linear.
func (t *tx) tree(api string) (*tree, error) {
	if read, ok := t.trees[api]; ok {
		return read, nil
	}
	read := &tree{byId: map[string]*apigw.Resource{}}
	for resource, err := range scan[apigw.Resource](t, t.key("restapis", api, "resources")) {
		if err != nil {
			return nil, err
		}
		read.byId[*resource.Id] = resource
	}
	t.trees[api] = read
	return read, nil
}

// sorted is the Resources by path.
func (tr *tree) sorted() []*apigw.Resource {
	sorted := make([]*apigw.Resource, 0, len(tr.byId))
	for _, resource := range tr.byId {
		sorted = append(sorted, resource)
	}
	slices.SortFunc(sorted, func(a, b *apigw.Resource) int { return strings.Compare(*a.Path, *b.Path) })
	return sorted
}

// subtree is resource and what is below it, parents first.
func (tr *tree) subtree(resource *apigw.Resource) []*apigw.Resource {
	found := []*apigw.Resource{resource}
	children := map[string][]*apigw.Resource{}
	for _, r := range tr.sorted() {
		if r.ParentId != nil {
			children[*r.ParentId] = append(children[*r.ParentId], r)
		}
	}
	for i := 0; i < len(found); i++ {
		found = append(found, children[*found[i].Id]...)
	}
	return found
}

// checkMove holds a Resource that was moved or renamed against its new place.
func (tr *tree) checkMove(resource *apigw.Resource) error {
	for at := tr.byId[*resource.ParentId]; at != nil; at = tr.byId[deref(at.ParentId)] {
		if at == resource {
			return apigw.BadRequest("Resources cannot be cyclical.")
		}
	}
	if tr.byId[*resource.ParentId] == nil {
		return apigw.NotFound(noResource)
	}
	if err := tr.check(resource); err != nil {
		return err
	}
	if len(tr.subtree(resource)) == 1 {
		return nil
	}
	return rule.Parent(*resource.PathPart)
}

// check holds a Resource against its place in the tree (control plane §2.2).
func (tr *tree) check(resource *apigw.Resource) error {
	if err := rule.PathPart(*resource.PathPart); err != nil {
		return err
	}
	return tr.checkPlace(resource)
}

// checkPlace is check for a path part that a document has, where AWS allows
// another character or two.
func (tr *tree) checkPlace(resource *apigw.Resource) error {
	part := *resource.PathPart
	parent := tr.byId[*resource.ParentId]
	if err := rule.Parent(deref(parent.PathPart)); err != nil {
		return err
	}
	for _, sibling := range tr.byId {
		if sibling != resource && deref(sibling.ParentId) == *parent.Id && *sibling.PathPart == part {
			return apigw.Conflict("Another resource with the same parent already has this name: %s", part)
		}
	}
	for _, sibling := range tr.byId {
		if sibling == resource || deref(sibling.ParentId) != *parent.Id {
			continue
		}
		if err := rule.Siblings(part, *sibling.PathPart); err != nil {
			return err
		}
	}
	return nil
}
