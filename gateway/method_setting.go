package gateway

import (
	"strings"

	"github.com/poterne/poterne/apigw"
)

// everyMethod is the key of the settings for all Methods.
const everyMethod = "*/*"

// settingKeys are the ways in which a Method is named in a stage's method
// settings: without the first slash or with it, other slashes as they are or as
// ~1 (AF-125).
func settingKeys(m *method) [4]string {
	path, verb := m.resourcePath, verbNames[m.verb]
	bare := strings.TrimPrefix(path, "/")
	escape := func(s string) string { return strings.ReplaceAll(s, "/", "~1") }
	return [4]string{bare + "/" + verb, path + "/" + verb, escape(path) + "/" + verb, escape(bare) + "/" + verb}
}

// methodSetting resolves a stage's settings for a Method: its own, or those of
// */* (data plane §19).
func methodSetting(stage *apigw.Stage, m *method) apigw.MethodSetting {
	if own := ownSetting(stage, m); own != nil {
		return *own
	}
	if every := stage.MethodSettings[everyMethod]; every != nil {
		return *every
	}
	return apigw.MethodSetting{}
}

// ownSetting is the setting for the Method alone; nil: there is none.
func ownSetting(stage *apigw.Stage, m *method) *apigw.MethodSetting {
	if len(stage.MethodSettings) == 0 {
		return nil
	}
	for _, key := range settingKeys(m) {
		if own := stage.MethodSettings[key]; own != nil {
			return own
		}
	}
	return nil
}
