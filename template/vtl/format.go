package vtl

import (
	"github.com/poterne/poterne/template/jsonv"
)

// formatOrNothing is for methods that take any number of arguments, of which
// String.format is the one; every other method that is in no table is
// undefined.
func (r *Run) formatOrNothing(_ Value, _ *stepNode, _ []Value) (Value, error) {
	return jsonv.Null, nil
}
