package mapping

import "github.com/poterne/poterne/template/jsonv"

// exprPath is the JSONPath of an expression on the body.
type exprPath struct{ path *templatePath }

func parseExprPath(source string) (exprPath, error) {
	path, err := compilePath(source)
	return exprPath{path}, err
}

// read reports false where the path leads nowhere.
func (p exprPath) read(doc jsonv.Value, _ *Scope) (jsonv.Value, bool, error) {
	v, err := p.path.read(nil, doc)
	return v, !v.IsNull(), err
}
