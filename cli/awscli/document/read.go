package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Parse reads one JSON document. Numbers without fraction and exponent become
// int64, others float64. Of members with one name the last counts, at the place
// of the first.
func Parse(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := read(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the document")
	}
	return v, nil
}

func read(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return readObject(d)
		}
		return readList(d)
	case json.Number:
		return number(string(t)), nil
	}
	return token, nil
}

func number(text string) any {
	if !strings.ContainsAny(text, ".eE") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	f, _ := strconv.ParseFloat(text, 64) // the decoder has checked the form; out of range is ±Inf
	return f
}

func readObject(d *json.Decoder) (any, error) {
	o := &Object{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := read(d)
		if err != nil {
			return nil, err
		}
		text, _ := name.(string) // the decoder takes no other names
		o.Set(text, value)
	}
	_, err := d.Token()
	return o, err
}

func readList(d *json.Decoder) (any, error) {
	list := []any{}
	for d.More() {
		value, err := read(d)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := d.Token()
	return list, err
}
