package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/trail"
)

// totals is what a directory holds, in numbers that do not depend on when it was interrupted.
type totals struct {
	Items, Changes, Events, Evidence int
	// Verified tells that there is a report; Unfinished are those that were asked for and not written.
	Verified   bool
	Unfinished int
	// Rules has the counts of each rule, Folders the evidence of each control, source and verdict.
	Rules, Folders map[string]string
}

func (t totals) String() string {
	return fmt.Sprintf("%d items, %d changes, %d events, %d pieces of evidence, %d rules", t.Items, t.Changes, t.Events, t.Evidence, len(t.Rules))
}

// differences names the rules and folders that differ.
func (t totals) differences(want totals) string {
	var b strings.Builder
	for i, pair := range [][2]map[string]string{{t.Rules, want.Rules}, {t.Folders, want.Folders}} {
		keys := maps.Clone(pair[0])
		maps.Copy(keys, pair[1])
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			if pair[0][k] != pair[1][k] {
				fmt.Fprintf(&b, "\n%s %s: %q, want %q", [2]string{"rule", "evidence"}[i], k, pair[0][k], pair[1][k])
			}
		}
	}
	return b.String()
}

// check opens the directory as the next process would and compares it with what was acknowledged.
func (w *witness) check() totals {
	w.t.Helper()
	s, err := openForKill(w.dir)
	if err != nil {
		w.t.Fatalf("opening after the kill: %v", err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			w.t.Errorf("closing: %v", err)
		}
	}()
	c := checker{T: w.t, witness: w, s: s, ctx: context.Background(), got: totals{Rules: map[string]string{}, Folders: map[string]string{}}}
	c.ok(s.db.Read(c.ctx, func(tx *store.Tx) error {
		c.items(tx)
		c.feeds(tx)
		c.ledger(tx, s.cfg.Account)
		c.evidence(tx)
		return nil
	}))
	c.events()
	c.rules()
	c.reports()
	return c.got
}

type checker struct {
	*testing.T
	*witness
	s   *Server
	ctx context.Context
	got totals
}

func (c *checker) ok(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// items: every acknowledged state of every resource is there once, byte by byte, and nothing else is.
func (c *checker) items(tx *store.Tx) {
	type state struct {
		inventory.Key
		captured, id int64
	}
	of := func(it *inventory.Item) state { return state{it.Key, it.Captured.UnixMicro(), it.StateID} }
	stored, resources := map[state]*inventory.Item{}, map[inventory.Key]bool{}
	for n, batch := range c.story.batches {
		for _, it := range batch {
			if !resources[it.Key] {
				resources[it.Key] = true
				versions, err := tx.ItemHistory(it.Key, inventory.History{})
				c.ok(err)
				for _, v := range versions {
					if stored[of(v.Item)] != nil {
						c.Errorf("%v is there twice", of(v.Item))
					}
					stored[of(v.Item)] = v.Item
				}
			}
			got := stored[of(it)]
			if got == nil && n < c.from.items {
				c.Errorf("batch %d was acknowledged but %v is lost", n, of(it))
			}
			if got != nil && !bytes.Equal(got.Raw(), it.Raw()) {
				c.Errorf("%v was changed", of(it))
			}
		}
	}
	current := 0
	for it, err := range inventory.All(tx, arn.Everything(), inventory.Filter{Gone: true}) {
		c.ok(err)
		if it.Type == compliance.PackComplianceType { // the engine's own, no part of the story
			versions, err := tx.ItemHistory(it.Key, inventory.History{Limit: 1})
			if c.ok(err); len(versions) != 1 || of(versions[0].Item) != of(it) {
				c.Errorf("%v is current but not the last of its history", of(it))
			}
			continue
		}
		current++
		if stored[of(it)] == nil {
			c.Errorf("%v is current but in no history", of(it))
		}
	}
	past := map[inventory.Key]bool{}
	for k := range stored {
		past[k.Key] = true
	}
	if current != len(past) {
		c.Errorf("%d resources have a current state, %d a history", current, len(past))
	}
	c.got.Items = len(stored)
}

// feeds: the numbers of changes have no gap, and no reader is ahead of its feed.
func (c *checker) feeds(tx *store.Tx) {
	feeds, err := tx.ItemFeeds(arn.Everything())
	c.ok(err)
	for _, f := range feeds {
		changes, err := tx.ItemChanges(f.Account, f.Region, 0, 1<<30)
		c.ok(err)
		for i, ch := range changes {
			if ch.Seq != int64(i)+1 {
				c.Fatalf("feed %s %s: change %d has number %d", f.Account, f.Region, i+1, ch.Seq)
			}
		}
		if int64(len(changes)) != f.Last {
			c.Errorf("feed %s %s has %d changes and ends at %d", f.Account, f.Region, len(changes), f.Last)
		}
		for _, ch := range changes {
			if ch.Type != compliance.PackComplianceType { // how often an account comes to rest differs
				c.got.Changes++
			}
		}
	}
}

// ledger: the tree over all stored leaves gives the root of the head, and every checkpoint that was signed is of a
// beginning of it, the acknowledged ones among them.
func (c *checker) ledger(tx *store.Tx, account string) {
	entries, err := tx.Entries(ledger.Query{Account: account})
	c.ok(err)
	var hashes []tlog.Hash
	at := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = hashes[x]
		}
		return out, nil
	})
	ids := map[string]bool{}
	for i, e := range entries {
		if e.LeafIndex != int64(i) || e.Sequence != int64(i)+1 {
			c.Fatalf("entry %d has leaf %d and number %d", i, e.LeafIndex, e.Sequence)
		}
		if ids[e.ID] {
			c.Errorf("evidence %s is there twice", e.ID)
		}
		ids[e.ID] = true
		enc, err := e.Occurrence.Encode()
		c.ok(err)
		add, err := tlog.StoredHashesForRecordHash(int64(i), ledger.Leaf(enc), at)
		c.ok(err)
		hashes = append(hashes, add...)
		if _, err := ledger.ReadBody(tx, account, e.Body); err != nil {
			c.Errorf("body of %s: %v", e.ID, err)
		}
	}
	root := func(size int64) tlog.Hash {
		r, err := tlog.TreeHash(size, at)
		c.ok(err)
		return r
	}
	head, err := tx.Head(account)
	c.ok(err)
	if head.Size != int64(len(entries)) || head.Root != root(head.Size) && head.Size > 0 {
		c.Fatalf("the head has %d leaves and root %s; the %d entries give %s", head.Size, head.Root, len(entries), root(int64(len(entries))))
	}
	kept, err := tx.Checkpoints(account)
	c.ok(err)
	known := map[string]bool{}
	for _, k := range kept {
		if _, err := ledger.Open(k.Note, c.s.reporter.Signer.Verifier()); err != nil {
			c.Errorf("checkpoint over %d: %v", k.Size, err)
		}
		if k.Size > head.Size || k.Root != root(k.Size) {
			c.Errorf("the log of %d leaves does not begin with the checkpoint over %d", head.Size, k.Size)
		}
		known[fmt.Sprint(k.Size, " ", k.Root)] = true
	}
	for _, k := range c.checkpoints {
		if !known[k] {
			c.Errorf("the acknowledged checkpoint %s is lost", k)
		}
	}
	c.got.Evidence = len(entries)
}

// evidence: folders count what is in them, and acknowledged manual evidence is there once, files with their content.
func (c *checker) evidence(tx *store.Tx) {
	entries, err := tx.Entries(ledger.Query{Account: c.s.cfg.Account})
	c.ok(err)
	inFolder, notes := map[assess.FolderKey]int64{}, map[string]int{}
	for _, e := range entries {
		inFolder[assess.FolderKey{Owner: e.Owner, Assessment: e.Assessment, Set: e.ControlSet, Control: e.Control, Day: e.Day}]++
		c.tally(e)
		if e.Source != assess.SourceManual {
			continue
		}
		b, err := ledger.ReadBody(tx, e.Owner, e.Body)
		c.ok(err)
		notes[noteOf(b)]++
		if !b.Raw.IsZero() {
			c.blob(b.Raw.String(), noteOf(b))
		}
	}
	for name, n := range notes {
		if n != 1 {
			c.Errorf("%s is there %d times", name, n)
		}
	}
	for _, name := range c.notes {
		if notes[name] == 0 {
			c.Errorf("the acknowledged %s is lost", name)
		}
	}
	c.folders(tx, inFolder)
}

// tally counts an entry by what does not depend on its time.
func (c *checker) tally(e ledger.Entry) {
	k := strings.Join([]string{e.ControlSet, e.Control, e.Source, string(e.Verdict), e.Day}, " | ")
	var n, weight int64
	_, _ = fmt.Sscan(c.got.Folders[k], &n, &weight)
	c.got.Folders[k] = fmt.Sprint(n+1, " ", weight+e.Weight())
}

func (c *checker) blob(hash, content string) {
	r, err := c.s.blobs.Open(c.ctx, hash)
	if err != nil {
		c.Errorf("the file of %s: %v", content, err)
		return
	}
	defer r.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil || b.String() != content {
		c.Errorf("the file of %s holds %q (%v)", content, b.String(), err)
	}
}

func (c *checker) folders(tx *store.Tx, inFolder map[assess.FolderKey]int64) {
	list, err := c.s.audit.ListAssessments(c.ctx, c.owner(), "")
	if err != nil || len(list) == 0 {
		if len(inFolder) > 0 {
			c.Errorf("evidence without an assessment: %v", err)
		}
		return
	}
	if len(list) > 1 {
		c.Errorf("%d assessments", len(list))
	}
	folders, err := tx.EvidenceFolders(assess.FolderQuery{Owner: c.s.cfg.Account, Assessment: list[0].ID, Limit: 1 << 30})
	c.ok(err)
	for _, f := range folders {
		if n := inFolder[f.FolderKey]; n != f.Total || f.Total != f.Compliance+f.Configuration+f.Activity+f.ByHand {
			c.Errorf("folder %v holds %d: %+v", f.FolderKey, n, f)
		}
		delete(inFolder, f.FolderKey)
	}
	for k, n := range inFolder {
		c.Errorf("%d pieces have no folder %v", n, k)
	}
}

func (c *checker) owner() assess.Caller {
	return assess.Caller{Account: c.s.cfg.Account, Region: c.story.estate.Regions[0], Principal: "arn:aws:iam::" + c.s.cfg.Account + ":root", Owner: true}
}

// events: every acknowledged event is there once, whether asked for by scan or by look-up.
func (c *checker) events() {
	seen := map[string]int{}
	c.ok(c.s.events.Scan(c.ctx, trail.ScanQuery{Scope: arn.Everything()}, func(e *trail.Event) bool {
		seen[e.Account+" "+e.ID]++
		return true
	}))
	for id, n := range seen {
		if n != 1 {
			c.Errorf("event %s is there %d times", id, n)
		}
	}
	for i := range c.from.events {
		var log struct {
			Records []struct{ EventID, RecipientAccountID string }
		}
		c.ok(json.Unmarshal(c.story.log(i), &log))
		for _, r := range log.Records {
			if seen[r.RecipientAccountID+" "+r.EventID] == 0 {
				c.Errorf("file %d was acknowledged but event %s is lost", i, r.EventID)
			}
		}
	}
	looked := 0
	for q := (trail.Query{Scope: arn.Everything(), Limit: 1000}); ; {
		p, err := c.s.events.Lookup(c.ctx, q)
		c.ok(err)
		looked += len(p.Events)
		if q.After = p.Next; q.After.IsZero() {
			break
		}
	}
	if looked != len(seen) {
		c.Errorf("look-up finds %d events, the scan %d", looked, len(seen))
	}
	c.got.Events = len(seen)
}

func (c *checker) rules() {
	rules, err := c.s.program.ComplianceIn(c.ctx, arn.Everything())
	c.ok(err)
	for _, r := range rules {
		k := r.Rule.Account + " " + r.Rule.Region + " " + r.Rule.Pack + " " + r.Rule.PackRule // names of rules of packs end at random
		c.got.Rules[k] += fmt.Sprint(r.Counts, ";")
	}
}

// reports: those that are complete were copied whole and verify.
func (c *checker) reports() {
	if list, err := c.s.audit.ListReports(c.ctx, c.owner()); err == nil { // it fails before the account is registered
		for _, r := range list {
			if r.Status != assess.ReportComplete {
				c.got.Unfinished++
			}
		}
	}
	paths, err := filepath.Glob(filepath.Join(c.s.cfg.Data, "reports", "*.zip"))
	c.ok(err)
	for _, path := range paths {
		if c.how != "" && c.lines < c.expected-1 { // the copy may be under way
			return
		}
		r, err := report.Verify(c.ctx, path, report.Options{Key: c.s.reporter.Signer.Verifier()})
		c.ok(err)
		if r.Status != report.Intact {
			c.Errorf("%s: %s: %s", path, r.Entry, r.Problem)
		}
		c.got.Verified = true
	}
}
