package gateway

import (
	"crypto/sha256"
	"encoding/binary"
	"runtime"
	"sync"
	"weak"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/template/javatext"
)

// sharedParts are what deployments have in common while one of them uses it.
// The versions of an API, and APIs that a tool has made, repeat their templates
// and patterns; a server with hundreds of them compiles each once.
type sharedParts struct {
	templates shared[mapping.Template]
	patterns  shared[javatext.Regex]
}

// template is a parsed template.
func (p *sharedParts) template(name, src string) (*mapping.Template, error) {
	t, _ := p.deferred(name, src)
	return t, t.Parse()
}

// deferred is a template that is parsed when it is first rendered; it never
// fails.
func (p *sharedParts) deferred(name, src string) (*mapping.Template, error) {
	return p.templates.of(sourceDigest(name, src), func() (*mapping.Template, error) { return mapping.DeferTemplate(name, src), nil })
}

func (p *sharedParts) pattern(src string) (*javatext.Regex, error) {
	return p.patterns.of(sourceDigest(src), func() (*javatext.Regex, error) { return javatext.CompileRegex(src) })
}

// A shared holds values that never change by a digest of what they are made of.
type shared[T any] struct {
	mu   sync.Mutex
	made map[digest]weak.Pointer[T]
}

type digest [sha256.Size]byte

// sourceDigest is the digest of texts, each with its length.
func sourceDigest(texts ...string) digest {
	var room [1 << 10]byte // for most: then nothing is allocated
	all := room[:0]
	for _, text := range texts {
		all = binary.AppendUvarint(all, uint64(len(text)))
		all = append(all, text...)
	}
	return sha256.Sum256(all)
}

// of is the value of key, made by create where there is none.
func (s *shared[T]) of(key digest, create func() (*T, error)) (*T, error) {
	if value := s.get(key); value != nil {
		return value, nil
	}
	value, err := create()
	if err != nil {
		return nil, err
	}
	return s.put(key, value), nil
}

func (s *shared[T]) get(key digest) *T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made[key].Value()
}

// put keeps value, unless another was faster.
func (s *shared[T]) put(key digest, value *T) *T {
	s.mu.Lock()
	defer s.mu.Unlock()
	if faster := s.made[key].Value(); faster != nil {
		return faster
	}
	if s.made == nil {
		s.made = map[digest]weak.Pointer[T]{}
	}
	s.made[key] = weak.Make(value)
	runtime.AddCleanup(value, s.forget, key)
	return value
}

// forget drops a value that nobody has any more.
func (s *shared[T]) forget(key digest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made[key].Value() == nil {
		delete(s.made, key)
	}
}
