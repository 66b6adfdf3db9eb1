package control

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// A DomainNameAccessAssociation lets a VPC endpoint use a private domain. It is
// kept under its ARN; VPC endpoints themselves are outside (control plane
// §2.19).

func (t *tx) associationKey(arn string) store.Key { return t.key("domainnameaccessassociations", arn) }

func (t *tx) association(arn string) (*apigw.DomainNameAccessAssociation, error) {
	association, err := load[apigw.DomainNameAccessAssociation](t, t.associationKey(arn))
	if err == nil && association == nil {
		err = apigw.NotFound("Invalid domain name access association identifier specified")
	}
	return association, err
}

func (t *tx) createDomainNameAccessAssociation(in *apigw.CreateDomainNameAccessAssociationInput) (*apigw.DomainNameAccessAssociation, error) {
	domain, err := t.privateDomain(in.DomainNameArn)
	if err != nil {
		return nil, err
	}
	if err := t.checkTags(in.Tags); err != nil {
		return nil, err
	}
	arn := t.arn("apigateway", "/domainnameaccessassociations/domainname/"+*domain.DomainName+"/vpcesource/"+in.AccessAssociationSource)
	taken, err := t.has(t.associationKey(arn))
	if err != nil {
		return nil, err
	}
	if taken {
		return nil, apigw.Conflict("The domain name access association already exists.")
	}
	if err := t.checkRoom(t.key("domainnameaccessassociations"), t.deps.Quotas.AccessAssociations, "domain name access associations", "this account"); err != nil {
		return nil, err
	}
	association := &apigw.DomainNameAccessAssociation{DomainNameAccessAssociationArn: &arn, DomainNameArn: &in.DomainNameArn,
		AccessAssociationSourceType: &in.AccessAssociationSourceType, AccessAssociationSource: &in.AccessAssociationSource, Tags: omitEmptyMap(in.Tags)}
	return association, t.save(t.associationKey(arn), association)
}

// privateDomain is the private domain of an ARN.
func (t *tx) privateDomain(arn string) (*apigw.DomainName, error) {
	_, ref, ok := strings.Cut(arn, ":/domainnames/")
	if !ok {
		return nil, apigw.BadRequest("Invalid ARN specified in the request")
	}
	domain, err := t.domainName(ref, nil)
	if err == nil && !isPrivate(domain) {
		err = apigw.BadRequest("Access associations are only supported for PRIVATE domain names.")
	}
	return domain, err
}

func (t *tx) getDomainNameAccessAssociations(in *apigw.GetDomainNameAccessAssociationsInput) (*apigw.DomainNameAccessAssociations, error) {
	if deref(in.ResourceOwner) == apigw.ResourceOwnerOtherAccounts {
		return &apigw.DomainNameAccessAssociations{Items: []apigw.DomainNameAccessAssociation{}}, nil // one account per server
	}
	items, position, err := listDocuments(t, t.key("domainnameaccessassociations"),
		func(a *apigw.DomainNameAccessAssociation) string { return *a.DomainNameAccessAssociationArn }, in.Position, in.Limit)
	return &apigw.DomainNameAccessAssociations{Items: items, Position: position}, err
}

func (t *tx) deleteDomainNameAccessAssociation(in *apigw.DeleteDomainNameAccessAssociationInput) error {
	if _, err := t.association(in.DomainNameAccessAssociationArn); err != nil {
		return err
	}
	return t.Delete(t.associationKey(in.DomainNameAccessAssociationArn))
}

// rejectDomainNameAccessAssociation is the domain owner's word; with one
// account it is the same as a delete.
func (t *tx) rejectDomainNameAccessAssociation(in *apigw.RejectDomainNameAccessAssociationInput) error {
	association, err := t.association(in.DomainNameAccessAssociationArn)
	if err != nil {
		return err
	}
	if *association.DomainNameArn != in.DomainNameArn {
		return apigw.NotFound(noDomain)
	}
	return t.Delete(t.associationKey(in.DomainNameAccessAssociationArn))
}

// deleteAssociations takes away what leads to a domain that goes.
func (t *tx) deleteAssociations(domainArn string) error {
	all, err := collect(scan[apigw.DomainNameAccessAssociation](t, t.key("domainnameaccessassociations")))
	if err != nil {
		return err
	}
	for _, association := range all {
		if *association.DomainNameArn == domainArn {
			if err := t.Delete(t.associationKey(*association.DomainNameAccessAssociationArn)); err != nil {
				return err
			}
		}
	}
	return nil
}
