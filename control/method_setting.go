package control

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// The settings of a Stage's methods are kept by "path/verb" as the path of the
// patch has them, escapes included; "*/*" is for all (control plane §5.2).

var (
	logLevels              = []string{"OFF", "ERROR", "INFO"}
	cacheControlStrategies = []string{
		apigw.UnauthorizedCacheControlHeaderStrategyFailWith403,
		apigw.UnauthorizedCacheControlHeaderStrategySucceedWithResponseHeader,
		apigw.UnauthorizedCacheControlHeaderStrategySucceedWithoutResponseHeader,
	}
)

const allMethods = "*/*"

// defaultSetting is what the first touch of a setting fills in (AF-124).
func defaultSetting() *apigw.MethodSetting {
	return &apigw.MethodSetting{
		MetricsEnabled:                         new(false),
		DataTraceEnabled:                       new(false),
		ThrottlingBurstLimit:                   new(accountBurstLimit),
		ThrottlingRateLimit:                    new(accountRateLimit),
		CachingEnabled:                         new(false),
		CacheTtlInSeconds:                      new(300),
		CacheDataEncrypted:                     new(false),
		RequireAuthorizationForCacheControl:    new(true),
		UnauthorizedCacheControlHeaderStrategy: new(apigw.UnauthorizedCacheControlHeaderStrategySucceedWithResponseHeader),
	}
}

// setting is the one that p addresses, the caller's to change. A new one
// begins as */* is by now, and goes its own way from there (AF-125).
func setting(s *apigw.Stage, p *patch) *apigw.MethodSetting {
	key := p.raw[0] + "/" + p.raw[1]
	begun := defaultSetting()
	if of := s.MethodSettings[key]; of != nil {
		*begun = *of
	} else if all := s.MethodSettings[allMethods]; all != nil {
		*begun = *all
	}
	settings := maps.Clone(s.MethodSettings)
	keepEmpty(&settings)
	settings[key] = begun
	s.MethodSettings = settings
	return begun
}

func removeSetting(s *apigw.Stage, p *patch) error {
	key := p.raw[0] + "/" + p.raw[1]
	if s.MethodSettings[key] == nil {
		return errNoSetting(key)
	}
	settings := maps.Clone(s.MethodSettings)
	delete(settings, key)
	s.MethodSettings = settings // an empty one is shown
	return nil
}

func settingFlag(field func(*apigw.MethodSetting) **bool) func(*apigw.Stage, *patch) error {
	return func(s *apigw.Stage, p *patch) error {
		*field(setting(s, p)) = new(isTrue(p))
		return nil
	}
}

func settingOneOf(field func(*apigw.MethodSetting) **string, values []string) func(*apigw.Stage, *patch) error {
	return func(s *apigw.Stage, p *patch) error {
		if !slices.Contains(values, p.text()) {
			return apigw.BadRequest("Invalid value %s specified for %s. Must be one of: [%s]", p.text(), p.path, strings.Join(values, ", "))
		}
		*field(setting(s, p)) = p.value
		return nil
	}
}

// wholeNumber is the value of p, from least to most.
func wholeNumber(p *patch, least, most int) (int, error) {
	n, err := strconv.Atoi(p.text())
	if err != nil || n < least || n > most {
		return 0, apigw.BadRequest("Invalid value %s specified for %s. Must be a whole number between %d and %d", p.text(), p.path, least, most)
	}
	return n, nil
}

// patchBurstLimit: -1 says that nothing is throttled (control plane §5.2).
func patchBurstLimit(s *apigw.Stage, p *patch) error {
	limit, err := wholeNumber(p, -1, math.MaxInt32)
	if err == nil {
		setting(s, p).ThrottlingBurstLimit = &limit
	}
	return err
}

func patchRateLimit(s *apigw.Stage, p *patch) error {
	limit, err := strconv.ParseFloat(p.text(), 64)
	if err != nil || math.IsInf(limit, 0) || !(limit >= 0 || limit == -1) {
		return apigw.BadRequest("Invalid value %s specified for %s. Must be a number that is not negative, or -1", p.text(), p.path)
	}
	setting(s, p).ThrottlingRateLimit = new(apigw.Double(limit))
	return nil
}

func patchCacheTtl(s *apigw.Stage, p *patch) error {
	ttl, err := wholeNumber(p, 0, 3600)
	if err != nil { // cdk-preflight
		return apigw.BadRequest("Invalid time-to-live setting, must be an integer no greater than 3600")
	}
	setting(s, p).CacheTtlInSeconds = &ttl
	return nil
}
