package jsonv

import "github.com/poterne/poterne/template/javatext"

// appendDouble appends Double.toString(f).
func appendDouble(dst []byte, f float64) []byte { return javatext.AppendDouble(dst, f) }
