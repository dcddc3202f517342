package server

import (
	"context"
	"io"
	"maps"
	"os"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/logfile"
)

// proofs are what digests are checked with: the keys of our own trails and those of a file, and the metadata of a file.
// Neither file need be given.
func (s *Server) proofs(ctx context.Context, keyFile, metadataFile string) (logfile.Keys, map[string]map[string]string, error) {
	keys, err := s.deliverer.Keys(ctx)
	if err != nil {
		return nil, nil, err
	}
	more, meta, err := ReadProofs(keyFile, metadataFile)
	maps.Copy(keys, more)
	return keys, meta, err
}

// readFile reads a file that a flag names.
func readFile[T any](name, flag string, read func(r io.Reader) (T, error)) (v T, err error) {
	f, err := os.Open(name)
	if err != nil {
		return v, &fault.Error{Kind: fault.Invalid, Field: flag, Message: "The file " + name + " of --" + flag + " cannot be read.", Err: err}
	}
	defer f.Close()
	return read(f)
}
