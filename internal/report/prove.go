package report

import (
	"fmt"
	"reflect"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/ledger"
)

// leaves proves that every record, selected or left out, is in the signed tree, each once.
func (v *verifier) leaves() error {
	ls := v.c.leaves
	slices.SortFunc(ls, func(x, y Leaf) int { return int(min(1, max(-1, x.Index-y.Index))) })
	for i := 1; i < len(ls); i++ {
		if ls[i].Index == ls[i-1].Index {
			return broken(v.folder+digestName, "leaf %d stands twice in the report", ls[i].Index)
		}
	}
	if v.d.leaves != int64(len(ls)) {
		return broken(v.folder+digestName, "its list of leaves is not that of the files")
	}
	n := 0
	for l, err := range v.d.eachLeaf() {
		if err != nil {
			return err
		}
		if l != ls[n] {
			return broken(v.folder+digestName, "its list of leaves is not that of the files")
		}
		n++
	}
	for _, l := range ls {
		if l.Selected {
			v.res.Evidence++
		} else {
			v.res.LeftOut++
		}
	}
	if v.d.TreeSize == 0 {
		empty, err := tlog.TreeHash(0, nil)
		if err != nil || v.d.RootHash != empty || len(ls) > 0 {
			return broken(v.folder+checkpointName, "is of an empty log, but has a root or leaves")
		}
		return nil
	}
	if err := checkLeaves(v.tree(), tileReader{v}, ls); err != nil {
		return asProblem(v.folder+tileFolder+"tile", err)
	}
	return nil
}

func (v *verifier) tree() tlog.Tree { return tlog.Tree{N: v.d.TreeSize, Hash: v.d.RootHash} }

// tileReader reads the tree's tiles from the bundle.
type tileReader struct{ *verifier }

func (t tileReader) Height() int { return ledger.TileHeight }

func (t tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := t.read(tileName(tile))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, broken(t.folder+tileName(tile), "has not the size of a tile")
		}
		out[i] = data
	}
	return out, nil
}

func (t tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

// asProblem makes any error a problem of an entry, unless it is one already.
func asProblem(entry string, err error) error {
	if p, ok := err.(*problem); ok {
		return p
	}
	return &problem{entry, err.Error()}
}

// totals compares the numbers of the manifest, which the pages repeat, with the ones counted.
func (v *verifier) totals() error {
	bad := func(what string) error {
		return broken(v.folder+manifestName, "the numbers of %s are not those of the records", what)
	}
	m := v.res.Manifest
	var sum Totals
	for _, set := range m.ControlSets {
		for _, c := range set.Controls {
			got := ManifestControl{Control: c.Control, Folder: c.Folder}
			v.c.controls[c.Folder].finish(&got, m.From, m.To)
			if !reflect.DeepEqual(got, c) {
				return bad("the control " + safeName(c.Name))
			}
			sum.plus(got.Totals)
		}
	}
	if !reflect.DeepEqual(sum, m.Totals) {
		return bad("the report")
	}
	if m.Unaccounted != v.c.lastSeq-sum.Records {
		return bad("records without a control")
	}
	if v.c.raw != m.Raw {
		return bad("raw objects")
	}
	return nil
}

// consistency proves that the log of the bundle continues the one of the kept checkpoint.
func (v *verifier) consistency() error {
	if v.o.Checkpoint == nil {
		return nil
	}
	entry := v.folder + checkpointName
	kept, err := v.open(v.o.Checkpoint)
	switch {
	case err != nil:
		return broken(entry, "the kept checkpoint and this report do not have the same signer: %v", err)
	case kept.Origin != v.d.Origin && len(v.res.Manifest.Rollbacks) > 0:
		return broken(entry, "is of the log %s; the kept checkpoint over %d records is of %s, which was given up: %s", v.d.Origin, kept.Size, kept.Origin, v.res.Manifest.Rollbacks[len(v.res.Manifest.Rollbacks)-1].text())
	case kept.Origin != v.d.Origin:
		return broken(entry, "is of the log %s; the kept checkpoint is of %s", v.d.Origin, kept.Origin)
	case kept.Size > v.d.TreeSize:
		return broken(entry, "covers %d records, fewer than the %d of the kept checkpoint: the log was shortened, or the report is older than the checkpoint", v.d.TreeSize, kept.Size)
	}
	root, err := v.rootAt(kept.Size)
	if err != nil {
		return asProblem(entry, fmt.Errorf("consistency with the kept checkpoint over %d records cannot be shown: %w", kept.Size, err))
	}
	if root != kept.Root {
		return broken(entry, "does not continue the kept checkpoint over %d records: the log was rewritten", kept.Size)
	}
	v.res.Continued, v.res.ConsistentWith = true, kept.Size
	if v.res.AuthenticatedBy == "" {
		v.res.AuthenticatedBy = "checkpoint"
	}
	return nil
}

func (v *verifier) rootAt(size int64) (tlog.Hash, error) {
	if size == v.d.TreeSize {
		return v.d.RootHash, nil
	}
	return tlog.TreeHash(size, tlog.TileHashReader(v.tree(), tileReader{v}))
}
