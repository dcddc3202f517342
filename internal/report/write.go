package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// Written tells what Write has written.
type Written struct {
	// Folder is the bundle's top folder inside the zip, Files the number of its files.
	Folder   string
	Files    int
	Manifest Manifest
}

// Write writes a signed report bundle. It fails rather than write evidence that the log does not hold.
func Write(ctx context.Context, w io.Writer, in Input, s Signer) (Written, error) {
	b := &bundle{
		ctx: ctx, in: in, zip: newZipWriter(w),
		folder:  folderName(in.Assessment.Name, in.Assessment.ID) + "/" + folderName(in.Report.Name, in.Report.ID) + "/",
		folders: map[string]bool{}, members: map[ledger.Hash]bool{},
	}
	defer func() { _ = errors.Join(b.csv.close(), b.files.close()); b.zip.close() }()
	key, known := s.Known(in.Checkpoint.KeyID)
	if !known {
		return Written{}, fmt.Errorf("the report's checkpoint is signed by %s, which is no key of this deployment", in.Checkpoint.KeyID)
	}
	if _, err := ledger.Open(in.Checkpoint.Note, key); err != nil {
		return Written{}, fmt.Errorf("the report's checkpoint: %w", err)
	}
	b.m = Manifest{
		Format: manifestFormat, Tool: in.Tool, Created: in.Created, Account: in.Account, Assessment: in.Assessment, Report: in.Report,
		From: in.From, To: in.To, Exceptions: in.Exceptions, Anchors: in.Anchors, ControlSets: []ManifestSet{},
		Rollbacks: rollbacksOf(s.Changes(), in.Account),
		Log:       LogState{Origin: in.Checkpoint.Origin, Size: in.Checkpoint.Size, Root: in.Checkpoint.Root, KeyID: in.Checkpoint.KeyID},
	}
	if b.m.Anchors == nil {
		b.m.Anchors = []Anchor{}
	}
	writeKeys := func() error { return b.writeKeys(s.Changes()) }
	for _, step := range []func() error{b.writeStart, writeKeys, b.writeControls, b.writeTiles, b.writeSummary} {
		if err := step(); err != nil {
			return Written{}, err
		}
	}
	if err := b.writeDigest(s); err != nil {
		return Written{}, err
	}
	return Written{Folder: b.folder, Files: int(b.zip.entries), Manifest: b.m}, b.zip.finish()
}

// bundle is a report being written.
type bundle struct {
	ctx    context.Context
	in     Input
	zip    *zipWriter
	folder string
	m      Manifest
	files  spool // their lines in the digest
	last   File  // the last one written
	leaves []Leaf

	folders    map[string]bool      // taken by controls
	raws       index                // raw objects, with their state and extension
	extensions []string             // of raw objects
	members    map[ledger.Hash]bool // written member lists
	csv        spool
	lastSeq    int64
}

func (b *bundle) add(name string, content io.Reader) error {
	if len([]rune(name)) > maxPath {
		return fmt.Errorf("the path %s has more than %d characters", name, maxPath)
	}
	f, err := b.zip.add(b.folder+name, methodDeflate, content)
	if err != nil {
		return err
	}
	b.last = f
	return listLine(&b.files, f)
}

func (b *bundle) addSpool(name string, s *spool) error {
	r, err := s.reader()
	if err != nil {
		return err
	}
	return b.add(name, r)
}

func (b *bundle) addJSON(name string, v any) error {
	data, err := render(v, "  ")
	if err != nil {
		return err
	}
	return b.add(name, bytes.NewReader(data))
}

func (b *bundle) writeStart() error {
	if err := b.add(readmeName, strings.NewReader(readmeText)); err != nil {
		return err
	}
	return b.add(checkpointName, bytes.NewReader(b.in.Checkpoint.Note))
}

func (b *bundle) writeControls() error {
	if _, err := b.csv.WriteString(CSVLine(csvHeader...)); err != nil {
		return err
	}
	for _, set := range b.in.ControlSets {
		ms := ManifestSet{ID: set.ID, Name: set.Name, Status: set.Status, Controls: []ManifestControl{}}
		for _, c := range set.Controls {
			mc, err := b.writeControl(set, c)
			if err != nil {
				return fmt.Errorf("control %q: %w", c.Name, err)
			}
			ms.Controls = append(ms.Controls, mc)
			b.m.Totals.plus(mc.Totals)
		}
		b.m.ControlSets = append(b.m.ControlSets, ms)
	}
	b.m.Unaccounted = b.lastSeq - b.m.Totals.Records
	return nil
}

func (b *bundle) controlFolder(c Control) string {
	name := folderName(c.Name, c.ID)
	for n := 2; b.folders[strings.ToLower(name)]; n++ { // the same control may stand in two sets
		name = fmt.Sprintf("%s-%d", folderName(c.Name, c.ID), n)
	}
	b.folders[strings.ToLower(name)] = true
	return name
}

// writeControl writes the evidence of a control, its page, and the list of what was left out.
func (b *bundle) writeControl(set ControlSet, c Control) (ManifestControl, error) {
	cw := controlWriter{bundle: b, set: set, tally: newTally(), mc: ManifestControl{Control: c, Folder: b.controlFolder(c)}}
	defer func() { _ = errors.Join(cw.rows.close(), cw.further.close(), cw.leftOut.close()) }()
	for it, err := range b.in.Source.Evidence(b.ctx, set.ID, c.ID) {
		if err == nil {
			err = b.ctx.Err()
		}
		if err == nil {
			err = cw.item(it)
		}
		if err != nil {
			return cw.mc, err
		}
	}
	b.zip.names = index{} // nothing else is written into the control's folder but its pages
	cw.finish(&cw.mc, b.in.From, b.in.To)
	if err := cw.endPage(); err != nil {
		return cw.mc, err
	}
	if cw.leftOut.n > 0 {
		if err := b.addSpool(cw.mc.Folder+"/"+leftOutName, &cw.leftOut); err != nil {
			return cw.mc, err
		}
	}
	rows, err := cw.rows.reader()
	if err != nil {
		return cw.mc, err
	}
	return cw.mc, b.add(cw.mc.Folder+"/"+indexName, controlPage(b.m, set, cw.mc, cw.pages, rows))
}

// controlWriter writes one control.
type controlWriter struct {
	*bundle
	tally
	set     ControlSet
	mc      ManifestControl
	rows    spool // table rows of the control's page
	further spool // of the page behind it that is being filled
	pages   []itemPage
	leftOut spool
}

func (w *controlWriter) item(it Item) error {
	enc, err := it.Occurrence.Encode()
	if err != nil {
		return fmt.Errorf("evidence %s: %w", it.ID, err)
	}
	if it.LeafIndex >= w.in.Checkpoint.Size {
		return fault.New(fault.Conflict, "Evidence %s is newer than the report's checkpoint. Sign a new checkpoint and repeat.", it.ID)
	}
	leaf := ledger.Leaf(enc)
	w.leaves = append(w.leaves, Leaf{Index: it.LeafIndex, Hash: leaf, Selected: it.Selected})
	w.record(it.Occurrence, it.Selected)
	w.lastSeq = max(w.lastSeq, it.Sequence)
	if it.Selected {
		return w.selected(it, leaf)
	}
	line, err := render(leftOutLine{LeafIndex: it.LeafIndex, LeafHash: leaf, Occurrence: it.Occurrence}, "")
	if err != nil {
		return err
	}
	_, err = w.leftOut.Write(line)
	return err
}

func (w *controlWriter) selected(it Item, leaf tlog.Hash) error {
	enc, err := it.Body.Encode()
	if err != nil {
		return fmt.Errorf("evidence %s: %w", it.ID, err)
	}
	if ledger.BodyHash(enc) != it.Occurrence.Body {
		return fmt.Errorf("evidence %s has another body than the log says", it.ID)
	}
	f := evidenceFile{
		Format: evidenceFormat, ID: it.ID, LeafIndex: it.LeafIndex, LeafHash: leaf, Occurrence: it.Occurrence, Body: it.Body, Produced: it.Produced,
	}
	stem := w.mc.Folder + "/" + evidenceStem(it.Occurrence, it.Body, it.ID)
	if f.Raw, err = w.rawFiles(it, stem); err != nil {
		return err
	}
	if it.Members() {
		f.Members = membersFolder + it.Occurrence.Members.Root.String() + ".jsonl"
		if err := w.writeMembers(*it.Occurrence.Members); err != nil {
			return err
		}
	}
	if err := w.addJSON(stem+".json", f); err != nil {
		return err
	}
	w.tally.item(&f, stem+".json")
	if _, err := w.csv.WriteString(CSVLine(csvRecord(w.set, w.mc.Control, f, stem+".json")...)); err != nil {
		return err
	}
	return w.row(it.Day, evidenceRow(f, strings.TrimPrefix(stem, w.mc.Folder+"/")+".json"))
}

// row adds a row to the control's page, or to a further one when it is full.
func (w *controlWriter) row(day, html string) error {
	if n := len(w.pages); n == 0 || w.pages[n-1].rows == pageRows {
		if err := w.endPage(); err != nil {
			return err
		}
		w.pages = append(w.pages, itemPage{first: day})
	}
	p, out := &w.pages[len(w.pages)-1], &w.rows
	p.last, p.rows = day, p.rows+1
	if len(w.pages) > 1 {
		out = &w.further
	}
	_, err := out.WriteString(html)
	return err
}

// endPage writes the further page that was begun.
func (w *controlWriter) endPage() error {
	n := len(w.pages)
	if n < 2 {
		return nil
	}
	rows, err := w.further.reader()
	if err != nil {
		return err
	}
	if err := w.add(w.mc.Folder+"/"+pageName(n-1), furtherPage(w.m, w.set, w.mc, n-1, rows)); err != nil {
		return err
	}
	return w.further.reset()
}

// Members reports whether the item stands for many subjects.
func (it Item) Members() bool { return it.Occurrence.Members != nil }

// writeTiles writes the tiles of the tree that prove every leaf of the report, and every earlier checkpoint.
func (b *bundle) writeTiles() error {
	slices.SortFunc(b.leaves, func(x, y Leaf) int { return int(x.Index - y.Index) })
	for i := 1; i < len(b.leaves); i++ {
		if b.leaves[i].Index == b.leaves[i-1].Index {
			return fmt.Errorf("leaf %d of the log was given twice", b.leaves[i].Index)
		}
	}
	if b.in.Checkpoint.Size == 0 {
		return nil
	}
	tr := &tileWriter{bundle: b, hashes: b.in.Source.Hashes(b.ctx), seen: map[tlog.Tile]bool{}}
	tree := tlog.Tree{N: b.in.Checkpoint.Size, Hash: b.in.Checkpoint.Root}
	if err := checkLeaves(tree, tr, b.leaves); err != nil {
		return err
	}
	sizes := map[int64]bool{}
	for _, c := range b.in.Earlier {
		if c.Size <= 0 || c.Size >= tree.N || sizes[c.Size] {
			continue
		}
		sizes[c.Size] = true
		root, err := tlog.TreeHash(c.Size, tlog.TileHashReader(tree, tr))
		if err != nil {
			return err
		}
		if root != c.Root {
			return fmt.Errorf("the log does not begin with its checkpoint over %d leaves", c.Size)
		}
	}
	return tr.err
}

// checkLeaves proves that each leaf is in the tree.
func checkLeaves(tree tlog.Tree, tr tlog.TileReader, leaves []Leaf) error {
	reader := tlog.TileHashReader(tree, tr)
	for part := range slices.Chunk(leaves, 4096) {
		indexes := make([]int64, len(part))
		for i, l := range part {
			if l.Index < 0 || l.Index >= tree.N {
				return fmt.Errorf("leaf %d is not in the log of %d leaves", l.Index, tree.N)
			}
			indexes[i] = tlog.StoredHashIndex(0, l.Index)
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return fmt.Errorf("the tree of the log: %w", err)
		}
		for i, l := range part {
			if hashes[i] != l.Hash {
				return fmt.Errorf("leaf %d of the log is not the leaf of this evidence", l.Index)
			}
		}
	}
	return nil
}

// tileName is a tile's path in a bundle.
func tileName(t tlog.Tile) string { return tileFolder + ledger.TilePath(t) }

// tileWriter reads tiles from the log's tree and puts each that was needed into the bundle.
type tileWriter struct {
	*bundle
	hashes tlog.HashReader
	seen   map[tlog.Tile]bool
	err    error
}

func (t *tileWriter) Height() int { return ledger.TileHeight }

func (t *tileWriter) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if out[i], err = tlog.ReadTileData(tile, t.hashes); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *tileWriter) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, tile := range tiles {
		if t.err == nil && !t.seen[tile] {
			t.seen[tile] = true
			t.err = t.add(tileName(tile), bytes.NewReader(data[i]))
		}
	}
}

// writeSummary writes the files that speak of the whole.
func (b *bundle) writeSummary() error {
	if err := b.addSpool(csvName, &b.csv); err != nil {
		return err
	}
	if err := b.addJSON(manifestName, b.m); err != nil {
		return err
	}
	pdf, err := summaryPDF(b.m)
	if err != nil {
		return fmt.Errorf("summary PDF: %w", err)
	}
	if err := b.add(pdfName, bytes.NewReader(pdf)); err != nil {
		return err
	}
	return b.add(indexName, indexPage(b.m))
}

func (b *bundle) writeDigest(s Signer) error {
	d := Digest{
		Format: digestFormat, Created: b.in.Created, Report: b.in.Report.ID, Assessment: b.in.Assessment.ID,
		Origin: b.in.Checkpoint.Origin, TreeSize: b.in.Checkpoint.Size, RootHash: b.in.Checkpoint.Root,
	}
	var leaves spool
	defer func() { _ = leaves.close() }()
	for _, l := range b.leaves {
		if err := listLine(&leaves, l); err != nil {
			return err
		}
	}
	data, err := signDigest(&d, &b.files, &leaves, s)
	if err != nil {
		return err
	}
	_, err = b.zip.add(b.folder+digestName, methodStore, data)
	return err
}
