package report

import (
	"errors"
	"fmt"
	"slices"

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

// rawStates number the states of raw objects.
var rawStates = []string{rawKept, rawMasked, rawNotKept}

// count adds a raw object of a state.
func (c *RawCounts) count(state string) {
	switch state {
	case rawKept:
		c.Kept++
	case rawMasked:
		c.Masked++
	default:
		c.NotKept++
	}
}

// known is a raw object that was met before.
func (b *bundle) known(h ledger.Hash) (rawRef, bool) {
	v, ok := b.raws.get(h)
	if !ok {
		return rawRef{}, false
	}
	ref := rawRef{SHA256: h, State: rawStates[v%4]}
	if v/4 > 0 {
		ref.Path = rawPath(h, Raw{Extension: b.extensions[v/4-1], Masked: ref.State == rawMasked})
	}
	return ref, true
}

// know notes a raw object; one that was written under the name of an uploaded file is written again when it is needed
// under its own.
func (b *bundle) know(ref rawRef, extension string, shared bool) {
	v := int64(slices.Index(rawStates, ref.State))
	if shared {
		i := slices.Index(b.extensions, extension)
		if i < 0 {
			i = len(b.extensions)
			b.extensions = append(b.extensions, extension)
		}
		v += 4 * int64(i+1)
	}
	if _, added := b.raws.put(ref.SHA256, v); added {
		b.m.Raw.count(ref.State)
	} else if shared {
		b.raws.set(ref.SHA256, v)
	}
}

func (b *bundle) rawFile(h ledger.Hash, name string) (rawRef, error) {
	if ref, ok := b.known(h); ok && name == "" && (ref.Path != "" || ref.State == rawNotKept) {
		return ref, nil
	}
	ref := rawRef{SHA256: h, State: rawKept, Path: name}
	raw, err := b.in.Source.Raw(b.ctx, h)
	if fault.KindOf(err) == fault.NotFound {
		ref = rawRef{SHA256: h, State: rawNotKept}
		b.know(ref, "", false)
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
	if got := b.last.SHA256; !raw.Masked && got != h.String() {
		return ref, fmt.Errorf("raw object %s was changed: its content has the hash %s", h, got)
	}
	b.know(ref, raw.Extension, name == "")
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
