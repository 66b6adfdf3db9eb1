package server

import (
	"context"
	"encoding/json"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/wire/restjson"
)

// A permission is an action that an operation needs beside the one of its
// verb, if it sets what the action guards (control plane §1.11).
type permission struct {
	operations []string
	action     string
	sets       func(*asked) bool
}

var permissions = []permission{
	{[]string{"CreateRestApi", "UpdateRestApi", "ImportRestApi", "PutRestApi"}, "apigateway:UpdateRestApiPolicy", setting("policy", "x-amazon-apigateway-policy")},
	{[]string{"UpdateStage"}, "apigateway:SetWebACL", setting("webAclArn")},
	{[]string{"CreateDomainName", "UpdateDomainName"}, "apigateway:AddCertificateToDomain", setting("certificateArn", "certificateBody", "regionalCertificateArn")},
	{[]string{"UpdateDomainName"}, "apigateway:RemoveCertificateFromDomain", removing("certificateArn", "regionalCertificateArn")},
	{[]string{"CreateDomainName", "UpdateDomainName"}, "apigateway:UpdateDomainNamePolicy", setting("policy")},
	{[]string{"CreateDomainName", "UpdateDomainName"}, "apigateway:UpdateDomainNameManagementPolicy", setting("managementPolicy")},
	{[]string{"CreateDomainNameAccessAssociation"}, "apigateway:CreateAccessAssociation", always},
	{[]string{"RejectDomainNameAccessAssociation"}, "apigateway:RejectAccessAssociation", always},
}

func always(*asked) bool { return true }

// setting: a member of the body, or a path of its patch operations.
func setting(members ...string) func(*asked) bool {
	return func(a *asked) bool {
		for _, member := range members {
			if a.body[member] != nil || a.patches(member, "add", "replace", "copy", "move") {
				return true
			}
		}
		return false
	}
}

func removing(members ...string) func(*asked) bool {
	return func(a *asked) bool {
		for _, member := range members {
			if a.patches(member, "remove", "replace") {
				return true
			}
		}
		return false
	}
}

// asked is what a call's body says of what it wants, as far as permissions go.
// A body that is no JSON says nothing: its operation will refuse it, or it is
// a document in YAML.
//
// Members are looked up by their exact names, as operations read them: in a
// struct, package json would take "Path" for path.
type asked struct {
	body       map[string]json.RawMessage
	tags       map[string]string
	operations []map[string]any
}

func newAsked(body []byte) *asked {
	a := &asked{}
	_ = json.Unmarshal(body, &a.body)
	_ = json.Unmarshal(a.body["tags"], &a.tags)
	_ = json.Unmarshal(a.body["patchOperations"], &a.operations)
	return a
}

func (a *asked) patches(member string, ops ...string) bool {
	for _, o := range a.operations {
		path, _ := o["path"].(string)
		op, _ := o["op"].(string)
		path = strings.TrimPrefix(path, "/")
		if path != member && !strings.HasPrefix(path, member+"/") {
			continue
		}
		if slices.ContainsFunc(ops, func(of string) bool { return strings.EqualFold(op, of) }) {
			return true
		}
	}
	return false
}

// authorise asks the policies of the caller about the actions of a call. The
// error is an *apigw.Error.
func (s *Server) authorise(ctx context.Context, call *restjson.Call, caller *iam.Identity) error {
	if caller.IsRoot() {
		return nil
	}
	wants := newAsked(call.Body)
	r := iam.Request{
		Principal: caller.Principal, Action: "apigateway:" + call.Operation.Method,
		Resource: resourceArn(s.scopeRegion(call), call.HTTP.URL.EscapedPath()),
		Keys:     s.conditionKeys(ctx, call, caller, wants),
	}
	if err := permit(caller, &r); err != nil {
		return err
	}
	for _, p := range permissions {
		for _, operation := range p.operations {
			if operation != call.Operation.Name || !p.sets(wants) && !s.mayChangePolicy(ctx, call, wants) {
				continue
			}
			r.Action = p.action
			if err := permit(caller, &r); err != nil {
				return err
			}
		}
	}
	return nil
}

// mayChangePolicy: an imported document may change the resource policy without
// naming it in a way that is seen here, as one that is not JSON, or as one that
// overwrites an API and so takes away the policy that it does not have.
func (s *Server) mayChangePolicy(ctx context.Context, call *restjson.Call, wants *asked) bool {
	switch call.Operation.Name {
	case "ImportRestApi":
		return wants.body == nil
	case "PutRestApi":
		api, _, _ := strings.Cut(strings.TrimPrefix(call.HTTP.URL.Path, "/restapis/"), "/")
		return wants.body == nil ||
			call.HTTP.URL.Query().Get("mode") == apigw.PutModeOverwrite && s.control.HasPolicy(ctx, s.regionOf(ctx, call), api)
	}
	return false
}

// permit refuses what the caller's policies do not allow, in AWS's words.
func permit(caller *iam.Identity, r *iam.Request) error {
	var why string
	switch caller.Decide(r) {
	case iam.Allow:
		return nil
	case iam.Deny:
		why = "with an explicit deny in an identity-based policy"
	default:
		why = "because no identity-based policy allows the " + r.Action + " action"
	}
	return &apigw.Error{Code: apigw.AccessDeniedException,
		Message: "User: " + caller.ARN + " is not authorized to perform: " + r.Action + " on resource: " + r.Resource + " " + why}
}

// resourceArn is the ARN of what a path names. The path is written in one way
// only, however it was sent: policies compare texts. A segment that holds
// slashes, an ARN, is escaped, as in policies.
func resourceArn(region, escapedPath string) string {
	segments := strings.Split(strings.Trim(escapedPath, "/"), "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		switch {
		case err != nil:
		case strings.Contains(plain, "/"):
			segments[i] = strings.ReplaceAll(url.QueryEscape(plain), "+", "%20")
		default:
			segments[i] = plain
		}
	}
	return "arn:" + apigw.Partition(region) + ":apigateway:" + region + "::/" + strings.Join(segments, "/")
}

// conditionKeys are what conditions of a caller's policies can ask about.
func (s *Server) conditionKeys(ctx context.Context, call *restjson.Call, caller *iam.Identity, wants *asked) iam.Keys {
	remote, _ := netip.ParseAddrPort(call.HTTP.RemoteAddr)
	about := iam.Call{Time: s.config.now(), Source: remote.Addr(), Secure: call.HTTP.TLS != nil,
		UserAgent: call.HTTP.UserAgent(), Referer: call.HTTP.Referer(), Region: s.scopeRegion(call)}
	return caller.Keys(func(name string) []string {
		if tag, ok := strings.CutPrefix(name, "aws:requesttag/"); ok {
			return tagValue(wants.tags, tag)
		}
		if tag, ok := strings.CutPrefix(name, "aws:resourcetag/"); ok {
			return tagValue(s.control.TagsAt(ctx, s.regionOf(ctx, call), call.HTTP.URL.EscapedPath()), tag)
		}
		if name == "aws:tagkeys" {
			return tagKeys(call, wants)
		}
		return about.Values(name)
	})
}

func tagValue(tags map[string]string, name string) []string {
	for key, value := range tags {
		if strings.EqualFold(key, name) {
			return []string{value}
		}
	}
	return nil
}

// tagKeys are the names of the tags that a call sets or takes away.
func tagKeys(call *restjson.Call, wants *asked) []string {
	keys := call.HTTP.URL.Query()["tagKeys"]
	for key := range wants.tags {
		keys = append(keys, key)
	}
	return keys
}
