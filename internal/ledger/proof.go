package ledger

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
)

// Proof shows that one piece of evidence is in a signed log, to anybody who has the public key. Its text is a C2SP
// tlog-proof whose extra data is the encoding of the occurrence that the leaf hashes.
type Proof struct {
	Occurrence Occurrence
	Index      int64
	Path       tlog.RecordProof
	Checkpoint Checkpoint
}

const (
	proofTitle = "c2sp.org/tlog-proof@v1"
	maxProof   = 1 << 20
)

// Prove proves a piece of evidence under a checkpoint of its log.
func Prove(tx Tx, account, id string, c Checkpoint) (Proof, error) {
	e, err := Get(tx, account, id)
	if err != nil {
		return Proof{}, err
	}
	if e.LeafIndex >= c.Size {
		return Proof{}, fault.New(fault.Conflict, "Evidence %s is newer than the checkpoint. Sign a new checkpoint and repeat.", id)
	}
	p := Proof{Occurrence: e.Occurrence, Index: e.LeafIndex, Checkpoint: c}
	p.Path, err = Inclusion(tx, account, c.Size, e.LeafIndex)
	return p, err
}

// Encode writes the proof as text.
func (p Proof) Encode() ([]byte, error) {
	extra, err := p.Occurrence.Encode()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nextra %s\nindex %d\n", proofTitle, base64.StdEncoding.EncodeToString(extra), p.Index)
	for _, h := range p.Path {
		fmt.Fprintln(&b, h)
	}
	b.WriteByte('\n')
	b.Write(p.Checkpoint.Note)
	return b.Bytes(), nil
}

// CheckProof reads a proof and checks all of it: the signature of the checkpoint under the key, and that the leaf of the
// occurrence is in the tree. In one spelling only.
func CheckProof(text []byte, key Public) (Proof, error) {
	p, err := parseProof(text)
	if err != nil {
		return p, err
	}
	if p.Checkpoint, err = Open(p.Checkpoint.Note, key); err != nil {
		return p, fmt.Errorf("the checkpoint: %w", err)
	}
	if want := key.Name() + "/" + p.Occurrence.Owner; p.Checkpoint.Origin != want {
		return p, fmt.Errorf("the checkpoint is of the log %s, the evidence belongs to %s", p.Checkpoint.Origin, want)
	}
	enc, err := p.Occurrence.Encode()
	if err != nil {
		return p, err
	}
	if err := tlog.CheckRecord(p.Path, p.Checkpoint.Size, p.Checkpoint.Root, p.Index, Leaf(enc)); err != nil {
		return p, fmt.Errorf("the evidence is not in the log under this checkpoint: %w", err)
	}
	return p, nil
}

func parseProof(text []byte) (p Proof, err error) {
	head, note, ok := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(text) > maxProof || len(lines) < 3 || lines[0] != proofTitle {
		return p, fmt.Errorf("not a proof: it does not begin with %s, extra and index", proofTitle)
	}
	extra, isExtra := strings.CutPrefix(lines[1], "extra ")
	index, isIndex := strings.CutPrefix(lines[2], "index ")
	if !isExtra || !isIndex {
		return p, fmt.Errorf("not a proof: extra and index are missing")
	}
	enc, err := base64.StdEncoding.Strict().DecodeString(extra)
	if err != nil {
		return p, fmt.Errorf("not a proof: %w", err)
	}
	if p.Occurrence, err = DecodeOccurrence(enc); err != nil {
		return p, err
	}
	if p.Index, err = strconv.ParseInt(index, 10, 64); err != nil || p.Index < 0 {
		return p, fmt.Errorf("not a proof: %q is no index", index)
	}
	for _, l := range lines[3:] {
		h, err := tlog.ParseHash(l)
		if err != nil {
			return p, fmt.Errorf("not a proof: %w", err)
		}
		p.Path = append(p.Path, h)
	}
	p.Checkpoint.Note = []byte(note)
	again, err := p.Encode()
	if err == nil && !bytes.Equal(again, text) {
		err = fmt.Errorf("the proof is not in its canonical form")
	}
	return p, err
}
