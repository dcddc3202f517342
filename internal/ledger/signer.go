package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"github.com/tickmark/tickmark/internal/durable"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// The signer's files in the data directory.
const (
	keyFile  = "ledger.key"  // the private key, as a note signer key; mode 0600
	pubFile  = "ledger.pub"  // the public key, as a note verifier key; to be given to auditors
	headFile = "ledger.head" // the last published checkpoint of each log
	// changesFile has the statements by which keys follow each other, nextFile a key that is about to be in use.
	changesFile = "ledger.keys"
	nextFile    = "ledger.key.next"
)

// Public is a public key: a verifier of signatures, and the line it is published as.
type Public struct {
	note.Verifier
	line string
}

// String is the verifier key line.
func (p Public) String() string { return p.line }

// IsZero reports whether there is no key.
func (p Public) IsZero() bool { return p.line == "" }

// ParsePublic reads a verifier key line, as in ledger.pub.
func ParsePublic(line string) (Public, error) {
	line = strings.TrimSpace(line)
	v, err := note.NewVerifier(line)
	if err != nil {
		return Public{}, fault.Invalidf("key", "This is not a public key as in ledger.pub: one line of name+hash+key.")
	}
	return Public{v, line}, nil
}

// Signer signs checkpoints and reports with an Ed25519 key from a file. Its name, tickmark/<deployment id>, is
// the origin of the deployment's log. The key may be changed while it is in use.
type Signer struct {
	dir   string // empty keeps everything in memory
	heads *heads

	mu      sync.RWMutex
	pair    pair
	changes KeyChanges
}

// pair is the key in use.
type pair struct {
	signer note.Signer
	public Public
}

// OpenSigner reads the key in a directory; on first start it creates one. The public key is written beside it. A change
// of the key that a crash has cut short is completed.
func OpenSigner(dir string, ids stamp.Source) (*Signer, error) {
	changes, err := openChanges(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, keyFile)
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if len(changes) > 0 {
			return nil, fault.New(fault.Unavailable, "%s is missing, but %s tells that the ledger was signed before. Put the key back beside the database.", path, changesFile)
		}
		key, err = createKey(path, ids)
	}
	if err != nil {
		return nil, err
	}
	k, err := newPair(key)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if n := len(changes); n > 0 && changes[n-1].New != k.public.line {
		return nil, fault.New(fault.Unavailable, "%s is not the key that %s says is in use. Put the newest key back.", path, changesFile)
	}
	if err := writePublic(filepath.Join(dir, pubFile), k.public.line); err != nil {
		return nil, err
	}
	h, err := openHeads(filepath.Join(dir, headFile))
	return &Signer{dir: dir, heads: h, pair: k, changes: changes}, err
}

// newSigner builds a signer that remembers no published heads.
func newSigner(key string) (*Signer, error) {
	k, err := newPair(key)
	return &Signer{pair: k, heads: &heads{last: map[string]mark{}}}, err
}

func newPair(key string) (pair, error) {
	sk, err := note.NewSigner(key)
	if err != nil {
		return pair{}, err
	}
	// PRIVATE+KEY+name+hash+base64 of the algorithm's byte and the seed; NewSigner has checked it.
	raw, err := base64.StdEncoding.DecodeString(strings.SplitN(key, "+", 5)[4])
	if err != nil {
		return pair{}, err
	}
	line, err := note.NewEd25519VerifierKey(sk.Name(), ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey))
	if err != nil {
		return pair{}, err
	}
	public, err := ParsePublic(line)
	return pair{sk, public}, err
}

// current is the key in use; who signs more than one thing that must fit together takes it once.
func (s *Signer) current() pair {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.pair
}

// Public is the verifier key line.
func (s *Signer) Public() string { return s.current().public.line }

// Verifier checks the signer's signatures.
func (s *Signer) Verifier() Public { return s.current().public }

// KeyID is the id of the key in use.
func (s *Signer) KeyID() string { return s.current().id() }

func (k pair) id() string { return KeyID(k.public) }

// Changes are the changes of the key up to now.
func (s *Signer) Changes() KeyChanges {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.changes)
}

// Origin names the log of an account.
func (s *Signer) Origin(account string) string { return s.current().origin(account) }

func (k pair) origin(account string) string {
	if account == Deployment {
		return k.signer.Name()
	}
	return k.signer.Name() + "/" + account
}

// SignText signs any text, which must end with a newline, and returns the signature line without its newline.
func (s *Signer) SignText(text string) (string, error) {
	_, line, err := signText(s.current().signer, text)
	return strings.TrimSuffix(line, "\n"), err
}

// VerifyText checks a signature line made by SignText, in its one accepted spelling.
func VerifyText(text, line string, v note.Verifier) error {
	id, err := signatureKey(line + "\n")
	if err != nil {
		return err
	}
	if id != KeyID(v) {
		return fmt.Errorf("signed by %s, not by %s", id, KeyID(v))
	}
	if _, err := note.Open([]byte(text+"\n"+line+"\n"), note.VerifierList(v)); err != nil {
		return fmt.Errorf("the signature of %s does not fit: %w", id, err)
	}
	return nil
}

func readKey(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fault.New(fault.Denied, "The signing key %s is readable by others (mode %04o). Run chmod 600 on it, and consider whether it has leaked.", path, info.Mode().Perm())
	}
	b, err := os.ReadFile(path)
	return strings.TrimSpace(string(b)), err
}

func createKey(path string, ids stamp.Source) (string, error) {
	key, err := newKey("tickmark/" + ids.NewID())
	if err != nil {
		return "", err
	}
	return key, durable.WriteFile(path, []byte(key+"\n"), 0o600)
}

func newKey(name string) (string, error) {
	key, _, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", fmt.Errorf("create a signing key: %w", err)
	}
	return key, nil
}

func writePublic(path, pub string) error {
	want := []byte(pub + "\n")
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, want) {
		return nil
	}
	return durable.WriteFile(path, want, 0o644)
}
