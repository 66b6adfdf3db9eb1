package iam

import (
	"net/netip"
	"strconv"
	"time"
)

// A Call is what the global condition keys say of a request over HTTP,
// whoever makes it.
type Call struct {
	Time      time.Time
	Source    netip.Addr // of the client
	Secure    bool       // over TLS
	UserAgent string
	Referer   string
	Region    string

	// Of a request that came through a VPC endpoint. It has no aws:SourceIp.
	VPC, VPCEndpoint string
}

// Values are those of a condition key, named in lower case; none for a key
// that the call does not have.
func (c *Call) Values(name string) []string {
	value := ""
	switch name {
	case "aws:currenttime":
		value = c.Time.UTC().Format(time.RFC3339)
	case "aws:epochtime":
		value = strconv.FormatInt(c.Time.Unix(), 10)
	case "aws:sourceip", "aws:vpcsourceip":
		value = c.source(name == "aws:vpcsourceip")
	case "aws:securetransport":
		value = strconv.FormatBool(c.Secure)
	case "aws:useragent":
		value = c.UserAgent
	case "aws:referer":
		value = c.Referer
	case "aws:requestedregion":
		value = c.Region
	case "aws:sourcevpc":
		value = c.VPC
	case "aws:sourcevpce":
		value = c.VPCEndpoint
	}
	if value == "" {
		return nil
	}
	return []string{value}
}

// source is the client's address: aws:VpcSourceIp has it of a request through
// a VPC endpoint, aws:SourceIp of another.
func (c *Call) source(inVPC bool) string {
	if inVPC != (c.VPCEndpoint != "") || !c.Source.IsValid() {
		return ""
	}
	return c.Source.Unmap().WithZone("").String()
}
