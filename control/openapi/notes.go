package openapi

import (
	"github.com/poterne/poterne/apigw"
)

func (im *importer) noteNoIntegration(o *operation) {
	im.found.add("no-integration", o.position, "Method %s %s has no integration", o.verb, o.path)
}

func (im *importer) noteIntegration(_ *operation, _ *node, _ *apigw.Integration) {}
