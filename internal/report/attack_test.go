package report

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/ledger"
)

// freshSigner is a forger's key under the deployment's name.
func freshSigner(t testing.TB, name string) *ledger.Signer {
	t.Helper()
	key, _, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ledger.key"), []byte(key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := ledger.OpenSigner(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// part is an entry of a bundle being forged.
type part struct {
	name    string
	content []byte
}

// forgedDigest is a digest being forged, with its leaves.
type forgedDigest struct {
	Digest
	Leaves []Leaf
}

func entriesOf(t testing.TB, z *zipReader) []zipEntry {
	t.Helper()
	var out []zipEntry
	for i := range z.offsets {
		e, err := z.entry(int64(i))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// forge takes a bundle apart, lets change alter it, and writes and signs it again as the writer would.
func forge(t testing.TB, bundle []byte, s Signer, change func(folder string, parts []part, d *forgedDigest) []part) []byte {
	t.Helper()
	r, n := bytesAt(bundle)
	z, err := openZip(r, n)
	if err != nil {
		t.Fatal(err)
	}
	contents := unpack(t, bundle)
	var parts []part
	entries := entriesOf(t, z)
	for _, e := range entries[:len(entries)-1] {
		parts = append(parts, part{e.name, contents[e.name]})
	}
	last := entries[len(entries)-1].name
	read, err := readDigest(bytes.NewReader(contents[last]), 0, int64(len(contents[last])))
	if err != nil {
		t.Fatal(err)
	}
	d := forgedDigest{Digest: read.Digest}
	for l, err := range read.eachLeaf() {
		if err != nil {
			t.Fatal(err)
		}
		d.Leaves = append(d.Leaves, l)
	}
	parts = change(strings.TrimSuffix(last, digestName), parts, &d)
	var out bytes.Buffer
	w := newZipWriter(&out)
	var files, leaves spool
	for _, p := range parts {
		f, err := w.add(p.name, methodDeflate, bytes.NewReader(p.content))
		if err != nil {
			t.Fatal(err)
		}
		if err := listLine(&files, f); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range d.Leaves {
		if err := listLine(&leaves, l); err != nil {
			t.Fatal(err)
		}
	}
	data, err := signDigest(&d.Digest, &files, &leaves, s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.add(last, methodStore, data); err != nil {
		t.Fatal(err)
	}
	if err := w.finish(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// find is the index of the part whose path below the folder has all the pieces.
func find(t testing.TB, parts []part, pieces ...string) int {
	t.Helper()
	for i, p := range parts {
		ok := true
		for _, piece := range pieces {
			ok = ok && strings.Contains(p.name, piece)
		}
		if ok {
			return i
		}
	}
	t.Fatalf("no part with %q", pieces)
	return -1
}

func replace(t testing.TB, parts []part, i int, from, to string) {
	t.Helper()
	if !bytes.Contains(parts[i].content, []byte(from)) {
		t.Fatalf("%s does not contain %q", parts[i].name, from)
	}
	parts[i].content = bytes.Replace(bytes.Clone(parts[i].content), []byte(from), []byte(to), 1)
}

func without(parts []part, i int) []part {
	return append(append([]part{}, parts[:i]...), parts[i+1:]...)
}

// attacked is the sample with one failing item left out.
func attacked(t testing.TB) *world {
	w := newWorld(t).sample()
	w.leftOut[w.ids[0]] = true
	return w
}

// TestForgeries: a changed bundle signed again with a fresh key of the same name fails under the real key; and
// the change itself is found whoever signs it, even the holder of the real key.
func TestForgeries(t *testing.T) {
	w := attacked(t)
	bundle := w.write(w.input())
	own := w.publisher.Signer()
	fresh := freshSigner(t, own.Verifier().Name())
	plain := forge(t, bundle, own, func(_ string, parts []part, _ *forgedDigest) []part { return parts })
	if !bytes.Equal(plain, bundle) {
		t.Fatal("taking a bundle apart and together changes it")
	}
	for name, c := range map[string]struct {
		change func(folder string, parts []part, d *forgedDigest) []part
		part   string
	}{
		"changed verdict": {func(_ string, parts []part, _ *forgedDigest) []part {
			i := find(t, parts, "AWS Config/2023-07-12/")
			parts[i].content = bytes.ReplaceAll(parts[i].content, []byte("NON_COMPLIANT"), []byte("COMPLIANT"))
			return parts
		}, "its body is not the one that was recorded"},
		"changed record": {func(_ string, parts []part, _ *forgedDigest) []part {
			replace(t, parts, find(t, parts, leftOutName), "NON_COMPLIANT", "COMPLIANT")
			return parts
		}, "the record of leaf 0 was changed"},
		"removed evidence": {func(_ string, parts []part, _ *forgedDigest) []part {
			return without(parts, find(t, parts, "13-30-00_manual"))
		}, "list of leaves"},
		"removed evidence and its leaf": {func(_ string, parts []part, d *forgedDigest) []part {
			d.Leaves = append(append([]Leaf{}, d.Leaves[:7]...), d.Leaves[8:]...)
			return without(parts, find(t, parts, "13-30-00_manual"))
		}, "numbers of the control"},
		"removed evidence, its leaf and its numbers": {func(_ string, parts []part, d *forgedDigest) []part {
			d.Leaves = append(append([]Leaf{}, d.Leaves[:7]...), d.Leaves[8:]...)
			i := find(t, parts, manifestName)
			var m Manifest
			if err := parse(parts[i].content, "  ", &m); err != nil {
				t.Fatal(err)
			}
			c := &m.ControlSets[1].Controls[0]
			src := &c.Sources[0]
			for _, counts := range []*Counts{&m.Totals.Population, &m.Totals.Selected, &c.Totals.Population, &c.Totals.Selected, &c.Days[0].Selected, &src.Population, &src.Selected} {
				counts.Inconclusive--
				counts.Total--
			}
			made := &c.Production[0]
			for _, n := range []*int64{&m.Totals.Records, &c.Totals.Records, &src.Records, &made.Items, &made.Records, &c.ManualItems} {
				*n--
			}
			c.Manual = c.Manual[1:]
			parts[i].content, _ = render(m, "  ")
			return without(parts, find(t, parts, "13-30-00_manual"))
		}, "numbers of records without a control"},
		"removed left-out list": {func(_ string, parts []part, d *forgedDigest) []part {
			d.Leaves = d.Leaves[1:]
			return without(parts, find(t, parts, leftOutName))
		}, "numbers of the control"},
		"added evidence": {func(_ string, parts []part, d *forgedDigest) []part {
			i := find(t, parts, "AWS CloudTrail/")
			var f evidenceFile
			if err := parse(parts[i].content, "  ", &f); err != nil {
				t.Fatal(err)
			}
			f.Body.Actor = "arn:aws:iam::111111111111:user/mallory"
			enc, _ := f.Body.Encode()
			f.Occurrence.Body, f.Occurrence.Sequence, f.LeafIndex = ledger.BodyHash(enc), 13, 11
			f.ID, _ = f.Occurrence.ID()
			occ, _ := f.Occurrence.Encode()
			f.LeafHash = ledger.Leaf(occ)
			content, _ := render(f, "  ")
			dir := parts[i].name[:strings.LastIndex(parts[i].name, "AWS CloudTrail/")]
			return append(parts, part{dir + evidenceStem(f.Occurrence, f.Body, f.ID) + ".json", content})
		}, "leaf 11 stands twice"},
		"changed left-out totals": {func(_ string, parts []part, _ *forgedDigest) []part {
			i := find(t, parts, manifestName)
			var m Manifest
			if err := parse(parts[i].content, "  ", &m); err != nil {
				t.Fatal(err)
			}
			m.Totals.LeftOut, m.Totals.Population = Counts{}, m.Totals.Selected
			parts[i].content, _ = render(m, "  ")
			return parts
		}, "numbers of the report"},
		"hidden gap": {func(_ string, parts []part, _ *forgedDigest) []part {
			replace(t, parts, find(t, parts, manifestName), `"incomplete": 1`, `"incomplete": 0`)
			return parts
		}, "numbers of the control"},
		"changed way of production": {func(_ string, parts []part, _ *forgedDigest) []part {
			replace(t, parts, find(t, parts, manifestName), `"call": "config:PutEvaluations"`, `"call": "by hand"`)
			return parts
		}, "numbers of the control"},
		"hidden days": {func(_ string, parts []part, _ *forgedDigest) []part {
			replace(t, parts, find(t, parts, manifestName), `"to": "2023-07-14"`, `"to": "2023-07-12"`)
			return parts
		}, "numbers of the control"},
		"swapped raw object": {func(_ string, parts []part, _ *forgedDigest) []part {
			parts[find(t, parts, "/raw/", "316b249b")].content = []byte("{}")
			return parts
		}, "is not the raw object that was recorded"},
		"removed raw object": {func(_ string, parts []part, _ *forgedDigest) []part {
			return without(parts, find(t, parts, "/raw/", "316b249b"))
		}, "evidence rests on it"},
		"added raw object": {func(folder string, parts []part, _ *forgedDigest) []part {
			return append(parts, part{folder + "raw/x.json", []byte("{}")})
		}, "belongs to no evidence"},
		"added file": {func(folder string, parts []part, _ *forgedDigest) []part {
			return append(parts, part{folder + "setup.exe", []byte("MZ")})
		}, "is not a file that a report has"},
		"changed resources": {func(_ string, parts []part, _ *forgedDigest) []part {
			replace(t, parts, find(t, parts, "/members/"), "sg-0000000a", "sg-0000000f")
			return parts
		}, "does not hold the resources"},
		"changed production": {func(_ string, parts []part, _ *forgedDigest) []part {
			replace(t, parts, find(t, parts, "AWS Config/2023-07-12/"), "tickmark test", "by hand")
			return parts
		}, "how it was produced"},
		"moved evidence": {func(_ string, parts []part, _ *forgedDigest) []part {
			i := find(t, parts, "AWS Config/2023-07-12/")
			parts[i].name = strings.Replace(parts[i].name, "2023-07-12", "2023-07-13", 1)
			return parts
		}, "is not where its time"},
		"damaged tile": {func(_ string, parts []part, _ *forgedDigest) []part {
			i := find(t, parts, "/tile/")
			parts[i].content = append(bytes.Clone(parts[i].content[:32]), make([]byte, len(parts[i].content)-32)...)
			return parts
		}, "tile"},
		"another checkpoint": {func(_ string, parts []part, d *forgedDigest) []part {
			o := newWorld(t)
			o.record(o.rule(1, day0, ledger.Compliant))
			parts[find(t, parts, checkpointName)].content = o.checkpoint().Note
			return parts
		}, "signed by"},
		"shorter tree": {func(_ string, parts []part, d *forgedDigest) []part {
			i := find(t, parts, manifestName)
			replace(t, parts, i, `"size": 12`, `"size": 11`)
			d.TreeSize = 11
			return parts
		}, "another state of the log"},
	} {
		want(t, name+", fresh key", forge(t, bundle, fresh, c.change), Options{Key: own.Verifier()}, NotIntact, "not by "+ledger.KeyID(own.Verifier()))
		want(t, name+", real key", forge(t, bundle, own, c.change), Options{Key: own.Verifier()}, NotIntact, c.part)
		res := want(t, name+", fresh key, nothing to compare with", forge(t, bundle, fresh, c.change), Options{}, NotIntact, "")
		if res.Entry == "" || res.Problem == "" {
			t.Errorf("%s: the entry is not named", name)
		}
	}
}

// TestRerolled: a whole log made anew with a fresh key is intact in itself, and fails under the real key and
// under a kept checkpoint.
func TestRerolled(t *testing.T) {
	honest := newWorld(t).sample()
	kept := honest.checkpoint()
	key := honest.publisher.Signer().Verifier()

	forger := newWorld(t)
	forger.publisher = ledger.NewPublisher(forger.Store, freshSigner(t, key.Name()))
	forger.record(forger.rule(2, day0, ledger.Compliant))
	short := forger.write(forger.input())
	want(t, "nothing to compare with", short, Options{}, Unauthenticated, "")
	want(t, "real key", short, Options{Key: key}, NotIntact, digestName)
	want(t, "kept checkpoint", short, Options{Checkpoint: kept.Note}, NotIntact, "same signer")
}

// TestKeptCheckpoint: consistency with what was kept from earlier.
func TestKeptCheckpoint(t *testing.T) {
	w := newWorld(t)
	var kept []ledger.Checkpoint
	for n := range 6 {
		for i := range 100 * n {
			w.record(w.rule(1000*n+i, day0.Add(time.Duration(1000*n+i)*time.Second), ledger.Compliant))
			if i == 99 {
				break
			}
		}
		kept = append(kept, w.checkpoint())
	}
	old := w.write(w.input())
	w.record(w.rule(9_999, day0, ledger.NonCompliant))
	newer := w.checkpoint()
	for _, k := range kept {
		res := want(t, fmt.Sprintf("kept at %d", k.Size), old, Options{Checkpoint: k.Note}, Intact, "")
		if res.ConsistentWith != k.Size || res.AuthenticatedBy != "checkpoint" {
			t.Errorf("kept at %d: %+v", k.Size, res)
		}
	}
	want(t, "newer than the report", old, Options{Checkpoint: newer.Note}, NotIntact, "shortened")
	want(t, "nonsense", old, Options{Checkpoint: []byte("x")}, NotIntact, "not a checkpoint")

	// The holder of the key signs another log of the same name.
	other := newWorld(t)
	other.publisher = ledger.NewPublisher(other.Store, w.publisher.Signer())
	other.record(other.rule(1, day0, ledger.NonCompliant))
	c := ledger.Checkpoint{Origin: kept[2].Origin, Size: kept[2].Size, Root: tlog.Hash{1}}
	line, err := w.publisher.Signer().SignText(c.Text())
	if err != nil {
		t.Fatal(err)
	}
	want(t, "another history", old, Options{Checkpoint: []byte(c.Text() + "\n" + line + "\n")}, NotIntact, "rewritten")
	stranger, err := w.publisher.Checkpoint(context.Background(), ledger.Deployment)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "another log", old, Options{Checkpoint: stranger.Note}, NotIntact, "kept checkpoint is of")
}

// TestFlips: no byte of the file can change without being found.
func TestFlips(t *testing.T) {
	w := newWorld(t)
	w.record(w.rule(1, day0, ledger.NonCompliant), w.rule(2, day0, ledger.Compliant))
	w.leftOut[w.ids[0]] = true
	in := w.input()
	in.ControlSets = in.ControlSets[:1]
	bundle := w.write(in)
	r, n := bytesAt(bundle)
	z, err := openZip(r, n)
	if err != nil {
		t.Fatal(err)
	}
	// Of compressed contents every 5th byte is flipped, of the PDF's fonts every 251st; of all else every byte.
	every := make([]int, len(bundle))
	for _, e := range entriesOf(t, z) {
		for i := e.dataOffset() + 16; i < e.dataOffset()+e.packed-16 && e.method == methodDeflate; i++ {
			every[i] = 5
			if strings.HasSuffix(e.name, pdfName) {
				every[i] = 251
			}
		}
	}
	o := Options{Key: w.publisher.Signer().Verifier()}
	want(t, "unchanged", bundle, o, Intact, "")
	flips := make(chan int)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			bad := bytes.Clone(bundle)
			for i := range flips {
				bad[i] ^= 1 << (i % 8)
				r, n := bytesAt(bad)
				res, err := VerifyReader(context.Background(), r, n, o)
				if err != nil || res.Status != NotIntact || res.Entry == "" {
					t.Errorf("byte %d of %d flipped: %+v, %v", i, len(bad), res, err)
				}
				bad[i] = bundle[i]
			}
		})
	}
	for i := 0; i < len(bundle); i++ {
		if every[i] > 0 && i%every[i] != 0 {
			continue
		}
		flips <- i
	}
	close(flips)
	wg.Wait()
}

// TestCut: no part of the file can be missing or doubled.
func TestCut(t *testing.T) {
	w := attacked(t)
	bundle := w.write(w.input())
	o := Options{Key: w.publisher.Signer().Verifier()}
	for n := 0; n < len(bundle); n += 997 {
		want(t, fmt.Sprintf("cut at %d", n), bundle[:n], o, NotIntact, "")
		want(t, fmt.Sprintf("byte %d doubled", n), bytes.Join([][]byte{bundle[:n+1], bundle[n:]}, nil), o, NotIntact, "")
		want(t, fmt.Sprintf("byte %d removed", n), bytes.Join([][]byte{bundle[:n], bundle[n+1:]}, nil), o, NotIntact, "")
	}
	want(t, "something behind it", append(bytes.Clone(bundle), 0), o, NotIntact, "behind its end")
	want(t, "something before it", append([]byte("x"), bundle...), o, NotIntact, "")
	want(t, "empty", nil, o, NotIntact, "")
	want(t, "another zip", []byte("PK\x05\x06"+strings.Repeat("\x00", 18)), o, NotIntact, "is empty")
}

// TestEntries: entries added, doubled, reordered, renamed or removed in the container, the digest untouched.
func TestEntries(t *testing.T) {
	w := attacked(t)
	bundle := w.write(w.input())
	o := Options{Key: w.publisher.Signer().Verifier()}
	contents := unpack(t, bundle)
	r, n := bytesAt(bundle)
	z, err := openZip(r, n)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entriesOf(t, z) {
		names = append(names, e.name)
	}
	build := func(names ...string) []byte {
		var out bytes.Buffer
		zw := newZipWriter(&out)
		for _, name := range names {
			method, content := uint16(methodDeflate), contents[name]
			if strings.HasSuffix(name, digestName) {
				method = methodStore
			}
			zw.names = index{} // a forger's writer does not care
			if _, err := zw.add(name, method, bytes.NewReader(content)); err != nil {
				t.Fatal(err)
			}
		}
		if err := zw.finish(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	if !bytes.Equal(build(names...), bundle) {
		t.Fatal("the same entries give another container")
	}
	last := len(names) - 1
	insert := func(i int, name string) []byte {
		contents[name] = []byte("extra")
		return build(append(append(append([]string{}, names[:i]...), name), names[i:]...)...)
	}
	swapped := append([]string{}, names...)
	swapped[3], swapped[4] = swapped[4], swapped[3]
	folder := strings.TrimSuffix(names[last], digestName)
	for name, c := range map[string]struct {
		bundle []byte
		part   string
	}{
		"extra":               {insert(2, folder+"extra.txt"), "added or reordered"},
		"extra before digest": {insert(last, folder+"extra.txt"), "it was added"},
		"extra behind digest": {insert(last+1, folder+"extra.txt"), "no report bundle"},
		"doubled":             {build(append(append([]string{}, names[:3]...), names[2:]...)...), "stands twice"},
		"digest doubled":      {build(append(append([]string{}, names...), names[last])...), "stands twice"},
		"reordered":           {build(swapped...), "added or reordered"},
		"removed":             {build(append(append([]string{}, names[:3]...), names[4:]...)...), "removed"},
		"digest removed":      {build(names[:last]...), "no report bundle"},
		"dot dot":             {insert(2, folder+"../../../etc/passwd"), "leaves its folder"},
		"absolute":            {insert(2, "/etc/passwd"), "no name that a report uses"},
		"backslash":           {insert(2, folder+`..\..\x`), "no name that a report uses"},
		"drive":               {insert(2, "C:x"), "no name that a report uses"},
		"empty name":          {insert(2, ""), "an entry without a name"},
	} {
		want(t, name, c.bundle, o, NotIntact, c.part)
	}
}

func TestReperform(t *testing.T) {
	w := attacked(t)
	bundle := w.write(w.input())
	judge := func(_ context.Context, s Subject) (ledger.Verdict, string, bool) {
		raw, err := s.Raw(s.Body.Raw)
		if err != nil {
			return "", err.Error(), false
		}
		if s.Body.Verdict != ledger.NonCompliant {
			return s.Body.Verdict, "", true
		}
		if bytes.Contains(raw, []byte(`"open":true`)) {
			return ledger.NonCompliant, "", true
		}
		return ledger.Compliant, "closed", true
	}
	o := Options{Key: w.publisher.Signer().Verifier(), Reperform: judge}
	res := want(t, "honest", bundle, o, Intact, "")
	if res.Reperformed.Same != 5 || res.Reperformed.Skipped != 1 || !strings.Contains(res.Reperformed.WhySkipped, "does not hold") {
		t.Errorf("judged again: %+v", res.Reperformed)
	}
	o.Reperform = func(context.Context, Subject) (ledger.Verdict, string, bool) {
		return ledger.Compliant, "as the rule is now", true
	}
	want(t, "another verdict", bundle, o, NotIntact, "as the rule is now")
}

func TestValidate(t *testing.T) {
	w := attacked(t)
	bundle := w.write(w.input())
	key := w.publisher.Signer().Verifier()
	r, n := bytesAt(bundle)
	got, err := Validate(context.Background(), r, n, w.publisher.Signer().Known)
	if err != nil || !got.SignatureValid || got.SignatureAlgorithm != "Ed25519" || !got.SignatureDateTime.Equal(made) || got.SignatureKeyID != ledger.KeyID(key) || len(got.ValidationErrors) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	bundle[len(bundle)/2] ^= 1
	got, err = Validate(context.Background(), r, n, w.publisher.Signer().Known)
	if err != nil || got.SignatureValid || len(got.ValidationErrors) != 1 {
		t.Errorf("changed: %+v, %v", got, err)
	}
}

func FuzzVerifyBundle(f *testing.F) {
	w := attacked(f)
	bundle := w.write(w.input())
	f.Add(bundle)
	f.Add(bundle[:1000])
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	o := Options{Key: w.publisher.Signer().Verifier()}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, n := bytesAt(data)
		res, err := VerifyReader(context.Background(), r, n, o)
		if err != nil {
			t.Fatal(err)
		}
		if (res.Status == Intact) != bytes.Equal(data, bundle) {
			t.Fatalf("%d bytes: %+v", len(data), res)
		}
		_, _ = io.WriteString(io.Discard, res.Text())
	})
}
