package gateway

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"testing"
)

func TestPutHexWritesWhatHexDoes(t *testing.T) {
	values := []uint64{0, 9, 0xa, 0xf, 0x10, 0x99aa00ff09afa990, 1<<64 - 1}
	for range 1000 {
		values = append(values, rand.Uint64())
	}
	for _, v := range values {
		var got [16]byte
		putHex(got[:], v)
		if want := hex.EncodeToString(binary.BigEndian.AppendUint64(nil, v)); string(got[:]) != want {
			t.Fatalf("%#x is written %q, want %q", v, got, want)
		}
	}
}
