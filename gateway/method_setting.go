package gateway

import (
	"cmp"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// everyMethod is the key of the settings for all Methods.
const everyMethod = "*/*"

// settingKeys are the ways in which a Method is named in a stage's method
// settings: without the first slash or with it, other slashes as they are or as
// ~1 (AF-125).
func settingKeys(path, verb string) [4]string {
	bare := strings.TrimPrefix(path, "/")
	escape := func(s string) string { return strings.ReplaceAll(s, "/", "~1") }
	return [4]string{bare + "/" + verb, path + "/" + verb, escape(path) + "/" + verb, escape(bare) + "/" + verb}
}

// A methodSetting is a stage's setting for a Method, for requests of a verb.
type methodSetting struct {
	apigw.MethodSetting
	own bool // not that of */*
}

// settingOf resolves a stage's settings for a Method: its own, or those of */*
// (data plane §19). Requests to an ANY Method have the setting of their verb
// first.
func settingOf(stage *apigw.Stage, m *method, v verb) methodSetting {
	if own := cmp.Or(ownSetting(stage, m, v), ownSetting(stage, m, m.verb)); own != nil {
		return methodSetting{*own, true}
	}
	if every := stage.MethodSettings[everyMethod]; every != nil {
		return methodSetting{*every, false}
	}
	return methodSetting{}
}

// ownSetting is the setting for the resource and the verb alone; nil: there is
// none.
func ownSetting(stage *apigw.Stage, m *method, v verb) *apigw.MethodSetting {
	if len(stage.MethodSettings) == 0 {
		return nil
	}
	for _, key := range settingKeys(m.resourcePath, verbNames[v]) {
		if own := stage.MethodSettings[key]; own != nil {
			return own
		}
	}
	return nil
}

// verbSettings are the live Methods of an ANY Method for the verbs that the
// stage has a setting of; nil: there are none.
type verbSettings [verbAny]*liveMethod

func (g *Gateway) verbSettings(s *liveStage, m *method) (all *verbSettings) {
	if m.verb != verbAny {
		return nil
	}
	for v := range verbAny {
		if ownSetting(&s.release.Stage, m, v) == nil {
			continue
		}
		if all == nil {
			all = &verbSettings{}
		}
		live := g.makeMethod(s, m, v)
		all[v] = &live
	}
	return all
}

// of is the live Method for requests of a verb.
func (m *liveMethod) of(v verb) *liveMethod {
	if m.verbs == nil || v >= verbAny || m.verbs[v] == nil {
		return m
	}
	return m.verbs[v]
}
