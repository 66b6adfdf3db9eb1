package memstore

import (
	"testing"

	"github.com/poterne/poterne/store"
	"github.com/poterne/poterne/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return New() })
}
