package report

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/ledger"
)

// contents is what one pass over the files gathers.
type contents struct {
	controls map[string]*controlContents // by folder
	leaves   []Leaf
	lastSeq  int64
	raw      RawCounts
	raws     index                 // raw objects that evidence rests on; each is counted once
	rawFiles index                 // their paths, and their paths with hash and state
	byHash   index                 // file of each raw object kept exactly
	members  map[ledger.Hash]int64 // counted in member files
	wanted   map[ledger.Hash]int64 // counts that occurrences state
	rules    []int64               // files of items that a rule has judged
}

// controlContents are one control's numbers, counted again.
type controlContents struct {
	tally
	set     string
	control ManifestControl
}

// readContents reads every file once.
func (v *verifier) readContents() error {
	v.c = &contents{
		controls: map[string]*controlContents{}, members: map[ledger.Hash]int64{}, wanted: map[ledger.Hash]int64{},
	}
	for _, set := range v.res.Manifest.ControlSets {
		for _, c := range set.Controls {
			if v.c.controls[c.Folder] != nil {
				return broken(v.folder+manifestName, "names the folder %s for two controls", safeName(c.Folder))
			}
			v.c.controls[c.Folder] = &controlContents{tally: newTally(), set: set.ID, control: c}
		}
	}
	i := int64(0)
	for f, err := range v.d.each() {
		if err == nil {
			err = v.ctx.Err()
		}
		if err != nil {
			return err
		}
		e, err := v.zip.entry(i)
		if err != nil {
			return err
		}
		if err := v.file(i, f, e); err != nil {
			return err
		}
		i++
	}
	return v.c.attachments(v)
}

// file checks one file by what it is.
func (v *verifier) file(i int64, f File, e zipEntry) error {
	name := strings.TrimPrefix(f.Path, v.folder)
	plain := func(io.Reader) error { return nil }
	top, rest, nested := strings.Cut(name, "/")
	switch {
	case !nested && slices.Contains([]string{readmeName, csvName, manifestName, pdfName, indexName}, name), name == checkpointName, name == keysName, strings.HasPrefix(name, tileFolder+"tile/"):
		return v.zip.content(e, f, plain)
	case strings.HasPrefix(name, rawFolder):
		return v.zip.content(e, f, plain) // the hash is compared once every item is read
	case strings.HasPrefix(name, membersFolder):
		return v.zip.content(e, f, func(r io.Reader) error { return v.memberFile(name, r) })
	case nested && v.c.controls[top] != nil:
		cc := v.c.controls[top]
		switch {
		case rest == indexName, isPage(rest):
			return v.zip.content(e, f, plain)
		case rest == leftOutName:
			return v.zip.content(e, f, func(r io.Reader) error { return v.leftOutFile(cc, name, r) })
		case isEvidence(rest):
			return v.evidence(i, f, e, cc, name)
		case strings.Count(rest, "/") == 2:
			return v.zip.content(e, f, plain) // an uploaded file; compared below
		}
	}
	return broken(e.name, "is not a file that a report has")
}

// isEvidence tells an item's file from an uploaded JSON file, whose stem ends with the file's name.
func isEvidence(path string) bool {
	stem, ok := strings.CutSuffix(path, ".json")
	id := stem[strings.LastIndex(stem, "_")+1:]
	return ok && len(id) == idLength && strings.Trim(id, "0123456789abcdef") == ""
}

// evidence checks the file of a selected item.
func (v *verifier) evidence(i int64, file File, e zipEntry, cc *controlContents, name string) error {
	data, err := v.whole(file, e)
	if err != nil {
		return err
	}
	var f evidenceFile
	bad := func(format string, args ...any) error { return broken(v.folder+name, format, args...) }
	if err := parse(data, "  ", &f); err != nil {
		return bad("%v", err)
	}
	if f.Format != evidenceFormat {
		return bad("has the format %q, which this program does not know", f.Format)
	}
	o := f.Occurrence
	enc, err := f.Body.Encode()
	if err != nil {
		return bad("%v", err)
	}
	if ledger.BodyHash(enc) != o.Body {
		return bad("its body is not the one that was recorded")
	}
	if o.Source != f.Body.Source || o.Verdict != f.Body.Verdict || f.Body.Rule != nil && o.LogicVersion != f.Body.Rule.Version {
		return bad("its occurrence and its body contradict each other")
	}
	if err := v.occurrence(cc, name, f.ID, f.LeafIndex, f.LeafHash, o, true); err != nil {
		return err
	}
	if name != cc.control.Folder+"/"+evidenceStem(o, f.Body, f.ID)+".json" {
		return bad("is not where its time, source and id belong")
	}
	if err := producedFits(f); err != nil {
		return bad("%v", err)
	}
	cc.item(&f, name)
	if f.Body.Rule != nil {
		v.c.rules = append(v.c.rules, i)
	}
	return v.attached(cc, f, bad)
}

// attached notes which raw objects and members an item rests on.
func (v *verifier) attached(cc *controlContents, f evidenceFile, bad func(string, ...any) error) error {
	var want []ledger.Hash
	if !f.Body.Raw.IsZero() {
		want = append(want, f.Body.Raw)
	}
	want = append(want, f.Body.Inputs...)
	if len(want) != len(f.Raw) {
		return bad("names %d raw objects, but rests on %d", len(f.Raw), len(want))
	}
	for i, ref := range f.Raw {
		if ref.SHA256 != want[i] || (ref.State == rawNotKept) != (ref.Path == "") || !slices.Contains([]string{rawKept, rawMasked, rawNotKept}, ref.State) {
			return bad("its list of raw objects does not fit what was recorded")
		}
		if err := v.rawRef(ref, bad); err != nil {
			return err
		}
	}
	m := f.Occurrence.Members
	if (m != nil) != (f.Members != "") || m != nil && f.Members != membersFolder+m.Root.String()+".jsonl" {
		return bad("does not name the list of its resources")
	}
	if m != nil {
		if n, ok := v.c.wanted[m.Root]; ok && n != m.Count {
			return bad("counts its resources otherwise than other evidence does")
		}
		v.c.wanted[m.Root] = m.Count
	}
	return nil
}

// rawRef compares what evidence rests on with what is there.
func (v *verifier) rawRef(ref rawRef, bad func(string, ...any) error) error {
	if _, added := v.c.raws.put(ref.SHA256, 0); added {
		v.c.raw.count(ref.State)
	}
	if ref.Path == "" {
		return nil
	}
	path := nameKey(ref.Path)
	full := nameKey(ref.Path + "\x00" + ref.State + ref.SHA256.String())
	if v.c.rawFiles.has(full) {
		return nil
	}
	if v.c.rawFiles.has(path) {
		return bad("takes %s for another raw object than other evidence does", safeName(ref.Path))
	}
	v.c.rawFiles.put(path, 0)
	v.c.rawFiles.put(full, 0)
	i, ok := v.files.get(path)
	if !ok {
		return broken(v.folder+safeName(ref.Path), "is missing: evidence rests on it")
	}
	if ref.State != rawKept {
		return nil
	}
	f, err := v.d.file(i)
	if err != nil {
		return err
	}
	if f.SHA256 != ref.SHA256.String() {
		return broken(v.folder+ref.Path, "is not the raw object that was recorded")
	}
	v.c.byHash.put(ref.SHA256, i)
	return nil
}

func producedFits(f evidenceFile) error {
	if f.Produced == nil {
		if !f.Occurrence.Produced.IsZero() {
			return errProduced
		}
		return nil
	}
	enc, err := f.Produced.Encode()
	if err != nil {
		return err
	}
	if ledger.ProducedHash(enc) != f.Occurrence.Produced {
		return errProduced
	}
	return nil
}

var errProduced = producedError{}

type producedError struct{}

func (producedError) Error() string {
	return "how it was produced is not what was recorded"
}

// leftOutFile counts what was not selected.
func (v *verifier) leftOutFile(cc *controlContents, name string, r io.Reader) error {
	return eachLine(r, func(line []byte) error {
		var l leftOutLine
		if err := parse(line, "", &l); err != nil {
			return broken(v.folder+name, "%v", err)
		}
		id, err := l.Occurrence.ID()
		if err != nil {
			return broken(v.folder+name, "%v", err)
		}
		return v.occurrence(cc, name, id, l.LeafIndex, l.LeafHash, l.Occurrence, false)
	})
}

// occurrence checks one record of the log, counts it, and notes its leaf for the proof.
func (v *verifier) occurrence(cc *controlContents, name, id string, index int64, leaf tlog.Hash, o ledger.Occurrence, selected bool) error {
	enc, err := o.Encode()
	if err != nil {
		return broken(v.folder+name, "%v", err)
	}
	if ledger.Leaf(enc) != leaf {
		return broken(v.folder+name, "the record of leaf %d was changed", index)
	}
	if want, err := o.ID(); err != nil || want != id {
		return broken(v.folder+name, "the id %s is not that of its record", safeName(id))
	}
	m := v.res.Manifest
	if o.Owner != m.Account || o.Assessment != m.Assessment.ID || o.Control != cc.control.ID || o.ControlSet != cc.set {
		return broken(v.folder+name, "leaf %d belongs to another assessment or control", index)
	}
	cc.record(o, selected)
	v.c.lastSeq = max(v.c.lastSeq, o.Sequence)
	v.c.leaves = append(v.c.leaves, Leaf{Index: index, Hash: leaf, Selected: selected})
	return nil
}

// memberFile recomputes the root over the bodies of a member list.
func (v *verifier) memberFile(name string, r io.Reader) error {
	var hashes []ledger.Hash
	err := eachLine(r, func(line []byte) error {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if _, err := ledger.DecodeBody(line); err != nil {
			return broken(v.folder+name, "%v", err)
		}
		hashes = append(hashes, ledger.BodyHash(line))
		return nil
	})
	if err != nil {
		return err
	}
	m := ledger.MembersOf(hashes)
	if m.Count != int64(len(hashes)) || name != membersFolder+m.Root.String()+".jsonl" {
		return broken(v.folder+name, "does not hold the resources that were recorded")
	}
	v.c.members[m.Root] = m.Count
	return nil
}

// attachments compares what evidence rests on with what is there.
func (c *contents) attachments(v *verifier) error {
	for root, n := range c.wanted {
		if c.members[root] != n {
			return broken(v.folder+membersFolder+root.String()+".jsonl", "is missing, or holds %d resources instead of %d", c.members[root], n)
		}
	}
	for f, err := range v.d.each() {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(f.Path, v.folder)
		top, rest, _ := strings.Cut(name, "/")
		upload := c.controls[top] != nil && strings.Count(rest, "/") == 2 && !isEvidence(rest)
		if (strings.HasPrefix(name, rawFolder) || upload) && !c.rawFiles.has(nameKey(name)) {
			return broken(f.Path, "belongs to no evidence of this report")
		}
	}
	return nil
}

// eachLine reads lines of any length up to maxInMemory, with their newline.
func eachLine(r io.Reader, use func([]byte) error) error {
	b := bufio.NewReader(r)
	var long []byte
	for {
		part, err := b.ReadSlice('\n')
		if err == bufio.ErrBufferFull && len(long) < maxInMemory {
			long = append(long, part...)
			continue
		}
		if err == io.EOF && len(part)+len(long) == 0 {
			return nil
		}
		if err != nil && err != io.EOF {
			return nil // damaged: the caller's checks of the content say so
		}
		if useErr := use(append(long, part...)); useErr != nil {
			return useErr
		}
		long = long[:0]
		if err == io.EOF {
			return nil
		}
	}
}
