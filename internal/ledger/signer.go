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
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// The signer's files in the data directory.
const (
	keyFile  = "ledger.key"  // the private key, as a note signer key; mode 0600
	pubFile  = "ledger.pub"  // the public key, as a note verifier key; to be given to auditors
	headFile = "ledger.head" // the last published checkpoint of each log
)

// Signer signs checkpoints and reports with an Ed25519 key from a file. Its name, tickmark/<deployment id>, is
// the origin of the deployment's log.
type Signer struct {
	signer   note.Signer
	verifier note.Verifier
	pub      string
	heads    *heads
}

// OpenSigner reads the key in a directory; on first start it creates one. The public key is written beside it.
func OpenSigner(dir string, ids stamp.Source) (*Signer, error) {
	path := filepath.Join(dir, keyFile)
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = createKey(path, ids)
	}
	if err != nil {
		return nil, err
	}
	s, err := newSigner(key)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if err := writePublic(filepath.Join(dir, pubFile), s.pub); err != nil {
		return nil, err
	}
	if s.heads, err = openHeads(filepath.Join(dir, headFile)); err != nil {
		return nil, err
	}
	return s, nil
}

// newSigner builds a signer that remembers no published heads.
func newSigner(key string) (*Signer, error) {
	sk, err := note.NewSigner(key)
	if err != nil {
		return nil, err
	}
	// PRIVATE+KEY+name+hash+base64 of the algorithm's byte and the seed; NewSigner has checked it.
	raw, err := base64.StdEncoding.DecodeString(strings.SplitN(key, "+", 5)[4])
	if err != nil {
		return nil, err
	}
	pub, err := note.NewEd25519VerifierKey(sk.Name(), ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(pub)
	if err != nil {
		return nil, err
	}
	return &Signer{signer: sk, verifier: v, pub: pub, heads: &heads{last: map[string]mark{}}}, nil
}

// Public is the verifier key line.
func (s *Signer) Public() string { return s.pub }

// Verifier checks the signer's signatures.
func (s *Signer) Verifier() note.Verifier { return s.verifier }

// KeyID is the id of the key in use.
func (s *Signer) KeyID() string { return KeyID(s.verifier) }

// Origin names the log of an account.
func (s *Signer) Origin(account string) string {
	if account == Deployment {
		return s.signer.Name()
	}
	return s.signer.Name() + "/" + account
}

// SignText signs any text, which must end with a newline, and returns the signature line without its newline.
func (s *Signer) SignText(text string) (string, error) {
	_, line, err := signText(s.signer, text)
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

// ParsePublic reads a verifier key line, as in ledger.pub.
func ParsePublic(line string) (note.Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(line))
	if err != nil {
		return nil, fault.Invalidf("key", "This is not a public key as in ledger.pub: one line of name+hash+key.")
	}
	return v, nil
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
	key, _, err := note.GenerateKey(rand.Reader, "tickmark/"+ids.NewID())
	if err != nil {
		return "", fmt.Errorf("create the signing key: %w", err)
	}
	return key, replaceFile(path, []byte(key+"\n"), 0o600)
}

func writePublic(path, pub string) error {
	want := []byte(pub + "\n")
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, want) {
		return nil
	}
	return replaceFile(path, want, 0o644)
}

// replaceFile puts a whole new file in the place of the old one and makes it durable: after a crash there is
// either the old or the new content.
func replaceFile(path string, content []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
