package control

import "github.com/poterne/poterne/apigw"

// Flushing what nothing is kept of is a success (control plane §2.8).

func (t *tx) flushStageCache(in *apigw.FlushStageCacheInput) error {
	_, err := t.stage(in.RestApiId, in.StageName)
	return err
}

func (t *tx) flushStageAuthorizersCache(in *apigw.FlushStageAuthorizersCacheInput) error {
	_, err := t.stage(in.RestApiId, in.StageName)
	return err
}
