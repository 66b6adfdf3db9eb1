package gateway

import (
	"encoding/base64"
	"errors"
	"strings"
	"unicode/utf8"
)

// A handling is what contentHandling asks for.
type handling uint8

const (
	handlingNone handling = iota
	toBinary              // CONVERT_TO_BINARY
	toText                // CONVERT_TO_TEXT
)

func handlingOf(name *string) handling {
	switch deref(name) {
	case "CONVERT_TO_BINARY":
		return toBinary
	case "CONVERT_TO_TEXT":
		return toText
	}
	return handlingNone
}

// A conversion is what happens to a payload's bytes.
type conversion uint8

const (
	asText     conversion = iota // read as UTF-8; what is none becomes U+FFFD
	asBytes                      // unchanged
	fromBase64                   // decoded; undecodable is a configuration error
	intoBase64                   // encoded
)

// requestConversion is the table of data plane §12.1 (AF-268 to AF-271): is
// the request's Content-Type a binary media type × the Integration's
// contentHandling.
func requestConversion(binary bool, h handling) conversion {
	if binary {
		return [...]conversion{handlingNone: asBytes, toBinary: asBytes, toText: intoBase64}[h]
	}
	return [...]conversion{handlingNone: asText, toBinary: fromBase64, toText: asText}[h]
}

// exchange says which side of a response is binary: the payload by its own
// Content-Type, the client by the first media type of Accept.
type exchange uint8

const (
	textAlone     exchange = 0
	binaryPayload exchange = 1
	binaryAccept  exchange = 2
)

func exchangeOf(payload, accept bool) (e exchange) {
	if payload {
		e |= binaryPayload
	}
	if accept {
		e |= binaryAccept
	}
	return e
}

// responseConversion is the table of data plane §12.2 (AF-273 to AF-275).
var responseConversion = [4][3]conversion{
	textAlone:                    {handlingNone: asText, toBinary: fromBase64, toText: asText},
	binaryAccept:                 {handlingNone: fromBase64, toBinary: fromBase64, toText: asText},
	binaryPayload:                {handlingNone: intoBase64, toBinary: asBytes, toText: intoBase64},
	binaryPayload | binaryAccept: {handlingNone: asBytes, toBinary: asBytes, toText: intoBase64},
}

// isBinary reports whether what comes out of c is no text: a mapping template
// cannot be applied to it (AF-272, AF-276).
func (c conversion) isBinary() bool { return c == asBytes || c == fromBase64 }

var errNotBase64 = errors.New("payload is not base64")

// convert applies c to payload. The result may be payload itself.
func (c conversion) convert(payload []byte) ([]byte, error) {
	switch c {
	case asBytes:
		return payload, nil
	case intoBase64:
		return base64.StdEncoding.AppendEncode(nil, payload), nil
	case fromBase64:
		out, err := base64.StdEncoding.AppendDecode(nil, payload)
		if err != nil {
			return nil, errNotBase64
		}
		return out, nil
	}
	return validText(payload), nil
}

// validText replaces each byte that is no UTF-8 by U+FFFD, as Java's decoder
// does with what comes without binary media types.
func validText(payload []byte) []byte {
	if utf8.Valid(payload) {
		return payload
	}
	return appendDecoded(make([]byte, 0, len(payload)+len(payload)/2), payload)
}

// appendDecoded follows Java: one U+FFFD for each maximal part of a sequence
// that a valid one could begin with, and for each other invalid byte.
func appendDecoded(dst, src []byte) []byte {
	for len(src) > 0 {
		r, size := utf8.DecodeRune(src)
		if r != utf8.RuneError || size > 1 {
			dst = append(dst, src[:size]...)
			src = src[size:]
			continue
		}
		dst = append(dst, "\uFFFD"...)
		src = src[truncatedLength(src):]
	}
	return dst
}

// truncatedLength is how many bytes of src are the beginning of a UTF-8
// sequence that breaks off; at least 1.
func truncatedLength(src []byte) int {
	need, low, high := sequence(src[0])
	n := 1
	for n < need && n < len(src) && src[n] >= low && src[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}

// sequence is the length that the first byte b announces, and the range of the
// second byte (Unicode, table 3-7).
func sequence(b byte) (length int, low, high byte) {
	switch {
	case b >= 0xC2 && b <= 0xDF:
		return 2, 0x80, 0xBF
	case b == 0xE0:
		return 3, 0xA0, 0xBF
	case b == 0xED:
		return 3, 0x80, 0x9F
	case b >= 0xE1 && b <= 0xEF:
		return 3, 0x80, 0xBF
	case b == 0xF0:
		return 4, 0x90, 0xBF
	case b == 0xF4:
		return 4, 0x80, 0x8F
	case b >= 0xF1 && b <= 0xF3:
		return 4, 0x80, 0xBF
	}
	return 1, 0, 0
}

// mediaTypes are an API's binaryMediaTypes.
type mediaTypes []string

// match reports whether the media type of value, without its parameters, is
// one of m: the same, type/*, or */*.
func (m mediaTypes) match(value string) bool {
	if len(m) == 0 {
		return false
	}
	value = mediaType(value)
	for _, pattern := range m {
		if pattern == "*/*" || strings.EqualFold(pattern, value) {
			return true
		}
		kind, isWild := strings.CutSuffix(pattern, "/*")
		if isWild && len(value) > len(kind) && value[len(kind)] == '/' && strings.EqualFold(kind, value[:len(kind)]) {
			return true
		}
	}
	return false
}

// mediaType is a Content-Type or Accept value without parameters and without
// what follows the first comma.
func mediaType(value string) string {
	if value == "" || value == jsonType {
		return value
	}
	for i := range len(value) {
		if value[i] == ';' || value[i] == ',' {
			value = value[:i]
			break
		}
	}
	return strings.TrimSpace(value)
}

const jsonType = "application/json"

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
