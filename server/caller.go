package server

import (
	"context"
	"strings"

	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/wire/restjson"
)

// caller is who a call is from, and which region it means. Credentials are not
// verified: the listener is on the loopback address, or was told to accept any.
func (s *Server) caller(ctx context.Context, call *restjson.Call) control.Caller {
	return control.Caller{Region: s.regionOf(ctx, call), AccountId: s.config.Account,
		Arn: "arn:aws:iam::" + s.config.Account + ":root", RequestId: call.RequestId}
}

// regionOf is the region that a call is signed for. An unsigned one about a
// RestApi means that RestApi's region, since its id is unique; another one
// means the configured region.
func (s *Server) regionOf(ctx context.Context, call *restjson.Call) string {
	if found := scopeOf(call.HTTP); found.Region != "" {
		return found.Region
	}
	rest, ok := strings.CutPrefix(call.HTTP.URL.Path, "/restapis/")
	if !ok {
		return s.config.Region
	}
	id, _, _ := strings.Cut(rest, "/")
	region, err := s.control.RegionOf(ctx, id)
	if err != nil || region == "" {
		return s.config.Region // the operation will say what is wrong
	}
	return region
}
