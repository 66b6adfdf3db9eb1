package mapping

import (
	"errors"

	"github.com/poterne/poterne/template/jsonv"
)

type bodyPath struct{}

func parseBodyPath(string) (bodyPath, error) {
	return bodyPath{}, errors.New("JSONPath is not there yet")
}

func (bodyPath) read(jsonv.Value, *Scope) (jsonv.Value, bool, error) { return jsonv.Null, false, nil }
