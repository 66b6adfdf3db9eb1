package restjson

import (
	"reflect"
)

func encodeHAL(m *match, rawQuery string, value reflect.Value) ([]byte, error) {
	return marshal(value.Addr().Interface())
}
