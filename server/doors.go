package server

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// doors hands each request of a listener to the plane that it is for.
type doors struct {
	data       dataHandler
	operations operationMatcher
	planes     map[plane]httpmsg.Handler // all but the data plane
}

// A dataHandler is the gateway as the doors see it.
type dataHandler interface {
	httpmsg.Handler
	Serves(method, path string) bool // at the root
	ServesHost(host string) bool     // as a custom domain
}

// An operationMatcher knows the paths of the control plane's operations.
type operationMatcher interface {
	Match(method, escapedPath, rawQuery string) (*apigw.Operation, bool)
}

// shared is the handler of a listener for both planes.
func (d *doors) shared() httpmsg.Handler {
	return httpmsg.HandlerFunc(func(r *httpmsg.Request, w *httpmsg.Response) {
		if p := d.planeOf(r); p != dataPlane {
			d.planes[p].Handle(r, w)
			return
		}
		d.data.Handle(r, w)
	})
}

// controlOnly is the handler of a listener for the control plane alone.
func (d *doors) controlOnly() httpmsg.Handler {
	return httpmsg.HandlerFunc(func(r *httpmsg.Request, w *httpmsg.Response) {
		d.planes[controlSide(r)].Handle(r, w)
	})
}

func controlSide(r *httpmsg.Request) plane {
	if strings.HasPrefix(r.Path, "/_poterne/") || strings.HasPrefix(r.Path, "/_localstack/") {
		return localPlane
	}
	scope, ok := credentialScope(r)
	if ok && scope.Service != "apigateway" && scope.Service != "execute-api" {
		return otherService
	}
	return controlPlane
}

func (d *doors) rootServes(r *httpmsg.Request) bool { return d.data.Serves(r.Method, r.Path) }

func (d *doors) isOperation(r *httpmsg.Request) bool {
	_, ok := d.operations.Match(r.Method, r.Path, r.RawQuery)
	return ok
}
