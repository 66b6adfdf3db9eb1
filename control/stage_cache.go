package control

import (
	"context"

	"github.com/poterne/poterne/apigw"
)

// Flushing what nothing is kept of is a success (control plane §2.8).

func (t *tx) flushStageCache(in *apigw.FlushStageCacheInput) error {
	_, err := t.stage(in.RestApiId, in.StageName)
	return err
}

// flushStageAuthorizersCache has the gateway forget what the authorizers of a
// stage answered.
func (s *Service) flushStageAuthorizersCache(ctx context.Context, c Caller, in *apigw.FlushStageAuthorizersCacheInput) error {
	err := s.view(ctx, c, func(t *tx) error {
		_, err := t.stage(in.RestApiId, in.StageName)
		return err
	})
	if err == nil && s.deps.Flusher != nil {
		s.deps.Flusher.FlushAuthorizers(in.RestApiId, in.StageName)
	}
	return err
}
