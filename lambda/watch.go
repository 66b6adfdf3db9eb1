package lambda

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Watch says which change means new code: of File, and of the files beside
// and below it whose names end in one of Suffixes. The zero value watches
// nothing.
type Watch struct {
	File     string
	Suffixes []string // none: File alone
}

const (
	// maxWatched bounds the files and folders that a look takes in.
	maxWatched = 2000
	// lookEvery is how often the files beside File are looked at.
	lookEvery = time.Second
)

// A look is what a Watch last saw. Names, sizes and times of files are summed
// up in one number: another one means new code.
type look struct {
	file   string // File itself, which is looked at every time
	beside uint64
	at     time.Time // of the last look beside it
}

// again looks once more.
func (w *Watch) again(last look, now time.Time) look {
	if w.File == "" {
		return last
	}
	last.file = trait(os.Stat(w.File))
	if len(w.Suffixes) > 0 && now.Sub(last.at) >= lookEvery {
		last.beside, last.at = w.beside(), now
	}
	return last
}

func (l look) equals(other look) bool { return l.file == other.file && l.beside == other.beside }

// trait is what changes when a file does. A file that is being replaced just
// now has none: the next look will see it.
func trait(info fs.FileInfo, err error) string {
	if err != nil {
		return ""
	}
	return fmt.Sprint(info.Size(), info.ModTime().UnixNano())
}

// beside sums up the files beside and below File. Hidden folders and those of
// installed packages and of caches are left out.
func (w *Watch) beside() uint64 {
	sum, left := fnv.New64a(), maxWatched
	_ = filepath.WalkDir(filepath.Dir(w.File), func(path string, entry fs.DirEntry, err error) error {
		left--
		readable := err == nil // else gone meanwhile, or closed to us
		switch {
		case left < 0:
			return filepath.SkipAll
		case readable && entry.IsDir() && path != filepath.Dir(w.File) && isForeign(entry.Name()):
			return filepath.SkipDir
		case readable && entry.Type().IsRegular() && w.isCode(path):
			fmt.Fprint(sum, path, trait(entry.Info()), "\n")
		}
		return nil
	})
	return sum.Sum64()
}

func (w *Watch) isCode(path string) bool {
	return slices.Contains(w.Suffixes, filepath.Ext(path))
}

// isForeign: a folder that holds no code of the function's own.
func isForeign(name string) bool {
	return strings.HasPrefix(name, ".") || name == "node_modules" || name == "__pycache__"
}
