package ledger

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is a signed statement of a log's size and root, in the C2SP tlog-checkpoint format.
type Checkpoint struct {
	// Origin names the log: tickmark/<deployment>/<account>, or tickmark/<deployment> for the deployment's own.
	Origin string
	Size   int64
	Root   tlog.Hash
	// KeyID is the id of the key that signed.
	KeyID string
	// Note is the whole signed text, the bytes that are published.
	Note []byte
}

// Text is what is signed.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// maxCheckpoint bounds what is parsed as a checkpoint.
const maxCheckpoint = 1 << 16

// ParseCheckpoint reads a signed checkpoint without checking its signatures; Open does. Exactly one spelling is
// accepted, with one signature.
func ParseCheckpoint(msg []byte) (Checkpoint, error) {
	c := Checkpoint{Note: msg}
	if len(msg) > maxCheckpoint {
		return c, fmt.Errorf("%d bytes are too many for a checkpoint", len(msg))
	}
	text, sig, ok := strings.Cut(string(msg), "\n\n")
	if !ok {
		return c, fmt.Errorf("not a checkpoint: there is no blank line before a signature")
	}
	lines := strings.Split(text, "\n")
	if len(lines) != 3 {
		return c, fmt.Errorf("not a checkpoint: %d lines of text, not origin, size and root", len(lines))
	}
	var err error
	if c.Origin = lines[0]; c.Origin == "" {
		return c, fmt.Errorf("not a checkpoint: the origin is empty")
	}
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 {
		return c, fmt.Errorf("not a checkpoint: %q is no tree size", lines[1])
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return c, fmt.Errorf("not a checkpoint: %q is no root hash", lines[2])
	}
	if text+"\n" != c.Text() {
		return c, fmt.Errorf("not a checkpoint: size or root not in their canonical form")
	}
	c.KeyID, err = signatureKey(sig)
	return c, err
}

// signatureKey reads the one signature line of a note and returns the id of its key, name+hash.
func signatureKey(line string) (string, error) {
	rest, ok := strings.CutPrefix(line, "— ")
	rest, end := strings.CutSuffix(rest, "\n")
	name, b64, sep := strings.Cut(rest, " ")
	// Strict, since a lenient reader would accept a changed last letter.
	raw, err := base64.StdEncoding.Strict().DecodeString(b64)
	if !ok || !end || !sep || name == "" || err != nil || strings.ContainsAny(b64, "\r\n") || len(raw) != 4+64 {
		return "", fmt.Errorf("the signature line is malformed")
	}
	return fmt.Sprintf("%s+%08x", name, binary.BigEndian.Uint32(raw)), nil
}

// Open reads a checkpoint and checks its signature.
func Open(msg []byte, v note.Verifier) (Checkpoint, error) {
	c, err := ParseCheckpoint(msg)
	if err != nil {
		return c, err
	}
	if _, err := note.Open(msg, note.VerifierList(v)); err != nil {
		if c.KeyID != KeyID(v) {
			return c, fmt.Errorf("signed by %s, not by %s", c.KeyID, KeyID(v))
		}
		return c, fmt.Errorf("the signature of %s does not fit: %w", c.KeyID, err)
	}
	return c, nil
}

// KeyID names a key: its name and hash.
func KeyID(v note.Verifier) string { return fmt.Sprintf("%s+%08x", v.Name(), v.KeyHash()) }

// signText signs a text as a note and returns the signature line.
func signText(s note.Signer, text string) (msg []byte, line string, err error) {
	msg, err = note.Sign(&note.Note{Text: text}, s)
	if err != nil {
		return nil, "", err
	}
	return msg, strings.TrimPrefix(string(msg), text+"\n"), nil
}
