package server

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/wire/sigv4"
)

// identities are who may call, as the file of --identities had them when it
// was last read.
type identities struct {
	file string // "" without --identities
	live atomic.Pointer[iam.Identities]
}

// read reads the file anew. What cannot be read changes nothing.
func (i *identities) read() error {
	if i.file == "" {
		return nil
	}
	data, err := os.ReadFile(i.file)
	if err != nil {
		return fmt.Errorf("read --identities: %w", err)
	}
	all, err := iam.ParseIdentities(string(data))
	if err != nil {
		return fmt.Errorf("read --identities %s:%w", i.file, err)
	}
	i.live.Store(all)
	return nil
}

// current are the identities; nil where none are configured.
func (i *identities) current() *iam.Identities { return i.live.Load() }

// authenticate finds out who signed r. The error is a *sigv4.Error.
func (i *identities) authenticate(r *sigv4.Request, service sigv4.Service, now time.Time) (*iam.Identity, error) {
	all := i.current()
	claim, err := sigv4.Authenticate(r, func(accessKey string) (sigv4.Key, bool) {
		key, ok := all.Find(accessKey)
		if !ok {
			return sigv4.Key{}, false
		}
		return sigv4.Key{Secret: string(key.Secret), SessionToken: string(key.Token), Expires: key.Expires}, true
	}, service, now)
	if err != nil {
		return nil, err
	}
	key, _ := all.Find(claim.AccessKey)
	return key.Identity, nil
}

// Reload reads again what may change while the server runs: identities, the
// keys of user pools, certificates and truststores.
// What cannot be read stays as it was, and is said.
func (s *Server) Reload() error {
	s.gateway.ForgetKeys()
	errIdentities, errCertificates := s.identities.read(), error(nil)
	if s.config.DataTLS != "" {
		errCertificates = s.certificates.read()
	}
	if all := s.identities.current(); all != nil && errIdentities == nil {
		s.log.Info("identities read", "file", s.identities.file, "accessKeys", all.Len())
	}
	return errors.Join(errIdentities, errCertificates)
}
