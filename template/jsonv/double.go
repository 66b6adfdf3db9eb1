package jsonv

import "strconv"

// appendDouble appends Double.toString(f).
func appendDouble(dst []byte, f float64) []byte { return strconv.AppendFloat(dst, f, 'g', -1, 64) }
