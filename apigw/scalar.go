package apigw

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Templates are mapping templates by content type. A nil template is one that
// was given as null, which AWS keeps and returns (AF-080).
type Templates map[string]*string

// Double is a number that keeps a fraction on the wire: 50 is written 50.0,
// as AWS does.
type Double float64

// MarshalJSON writes d with a fraction.
func (d Double) MarshalJSON() ([]byte, error) {
	b := strconv.AppendFloat(nil, float64(d), 'f', -1, 64)
	if bytes.IndexByte(b, '.') < 0 {
		b = append(b, ".0"...)
	}
	return b, nil
}

// Timestamp is a time in whole seconds, epoch seconds on the wire.
type Timestamp struct{ time.Time }

// NewTimestamp is t cut to AWS's resolution of a second.
func NewTimestamp(t time.Time) *Timestamp {
	return &Timestamp{t.UTC().Truncate(time.Second)}
}

// MarshalJSON writes epoch seconds.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, t.Unix(), 10), nil
}

// UnmarshalJSON reads epoch seconds, with or without a fraction, or an
// ISO 8601 text.
func (t *Timestamp) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`"`)) {
		var text string
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return fmt.Errorf("read timestamp: %w", err)
		}
		t.Time = at.UTC()
		return nil
	}
	seconds, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return fmt.Errorf("read timestamp: %w", err)
	}
	t.Time = time.Unix(int64(seconds), 0).UTC()
	return nil
}
