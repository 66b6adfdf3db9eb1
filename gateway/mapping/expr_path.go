package mapping

import (
	"errors"

	"github.com/poterne/poterne/template/jsonv"
)

type exprPath struct{}

func parseExprPath(string) (exprPath, error) {
	return exprPath{}, errors.New("JSONPath is not there yet")
}

func (exprPath) read(jsonv.Value, *Scope) (jsonv.Value, bool, error) { return jsonv.Null, false, nil }
