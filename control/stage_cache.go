package control

import (
	"context"

	"github.com/poterne/poterne/apigw"
)

// Flushing what nothing is kept of is a success (control plane §2.8).

// flushStageCache has the gateway forget the responses of a stage.
func (s *Service) flushStageCache(ctx context.Context, c Caller, in *apigw.FlushStageCacheInput) error {
	return s.flush(ctx, c, in.RestApiId, in.StageName, Flusher.FlushStageCache)
}

// flushStageAuthorizersCache has the gateway forget what the authorizers of a
// stage answered.
func (s *Service) flushStageAuthorizersCache(ctx context.Context, c Caller, in *apigw.FlushStageAuthorizersCacheInput) error {
	return s.flush(ctx, c, in.RestApiId, in.StageName, Flusher.FlushAuthorizers)
}

func (s *Service) flush(ctx context.Context, c Caller, api, stage string, what func(Flusher, string, string)) error {
	err := s.view(ctx, c, func(t *tx) error {
		_, err := t.stage(api, stage)
		return err
	})
	if err == nil && s.deps.Flusher != nil {
		what(s.deps.Flusher, api, stage)
	}
	return err
}
