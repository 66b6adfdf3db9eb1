package lazyregexp_test

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryExpressionCompiles finds what New is given anywhere in the module.
func TestEveryExpressionCompiles(t *testing.T) {
	found := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if arg := argumentOfNew(n); arg != nil {
				found++
				compile(t, files, arg)
			}
			return true
		})
		return nil
	})
	if err != nil || found < 20 {
		t.Fatalf("%d expressions found, error %v", found, err)
	}
}

func argumentOfNew(n ast.Node) ast.Expr {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil
	}
	if function, ok := call.Fun.(*ast.SelectorExpr); !ok || function.Sel.Name != "New" || !isPackage(function.X, "lazyregexp") {
		return nil
	}
	return call.Args[0]
}

func isPackage(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func compile(t *testing.T, files *token.FileSet, arg ast.Expr) {
	t.Helper()
	value, err := types.Eval(files, nil, token.NoPos, types.ExprString(arg))
	if err != nil || value.Value == nil {
		t.Errorf("%s: %s is no constant: %v", files.Position(arg.Pos()), types.ExprString(arg), err)
		return
	}
	if _, err := regexp.Compile(constant.StringVal(value.Value)); err != nil {
		t.Errorf("%s: %v", files.Position(arg.Pos()), err)
	}
}
