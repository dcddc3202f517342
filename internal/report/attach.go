package report

import (
	"errors"
	"fmt"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// rawFiles writes the raw objects behind an item. A raw object is written once, however many items rest on it;
// an uploaded file stands beside its item instead, under its own name.
func (w *controlWriter) rawFiles(it Item, stem string) ([]rawRef, error) {
	var out []rawRef
	if !it.Body.Raw.IsZero() {
		name := ""
		if it.Body.FileName != "" {
			name = uploadName(stem, it.Body.FileName)
		}
		ref, err := w.rawFile(it.Body.Raw, name)
		if err != nil {
			return nil, fmt.Errorf("evidence %s: %w", it.ID, err)
		}
		out = append(out, ref)
	}
	for _, h := range it.Body.Inputs {
		ref, err := w.rawFile(h, "")
		if err != nil {
			return nil, fmt.Errorf("evidence %s: %w", it.ID, err)
		}
		out = append(out, ref)
	}
	return out, nil
}

func (b *bundle) rawFile(h ledger.Hash, name string) (rawRef, error) {
	if ref, ok := b.raws[h]; ok && name == "" {
		return ref, nil
	}
	ref := rawRef{SHA256: h, State: rawKept, Path: name}
	raw, err := b.in.Source.Raw(b.ctx, h)
	if fault.KindOf(err) == fault.NotFound {
		ref = rawRef{SHA256: h, State: rawNotKept}
		b.raws[h] = ref
		return ref, nil
	}
	if err != nil {
		return ref, fmt.Errorf("raw object %s: %w", h, err)
	}
	if raw.Masked {
		ref.State = rawMasked
	}
	if name == "" {
		ref.Path = rawPath(h, raw)
	}
	err = errors.Join(b.add(ref.Path, raw), raw.Close())
	if err != nil {
		return ref, fmt.Errorf("raw object %s: %w", h, err)
	}
	if got := b.files[len(b.files)-1].SHA256; !raw.Masked && got != h.String() {
		return ref, fmt.Errorf("raw object %s was changed: its content has the hash %s", h, got)
	}
	if _, ok := b.raws[h]; !ok {
		b.raws[h] = ref
	}
	return ref, nil
}

func rawPath(h ledger.Hash, raw Raw) string {
	ext := clean(raw.Extension, 6)
	if raw.Extension == "" {
		ext = "bin"
	}
	if raw.Masked {
		ext = "masked." + ext
	}
	return rawFolder + h.String() + "." + ext
}

// writeMembers writes the bodies of the subjects that an occurrence stands for, once for each set of them.
func (b *bundle) writeMembers(m ledger.Members) error {
	if b.members[m.Root] {
		return nil
	}
	b.members[m.Root] = true
	var list spool
	defer func() { _ = list.close() }()
	var hashes []ledger.Hash
	for body, err := range b.in.Source.Members(b.ctx, m) {
		if err != nil {
			return err
		}
		enc, err := body.Encode()
		if err != nil {
			return err
		}
		hashes = append(hashes, ledger.BodyHash(enc))
		if _, err := list.Write(append(enc, '\n')); err != nil {
			return err
		}
	}
	if got := ledger.MembersOf(hashes); got != m {
		return fmt.Errorf("%d bodies are not the %d members of %s", got.Count, m.Count, m.Root)
	}
	return b.addSpool(membersFolder+m.Root.String()+".jsonl", &list)
}
