package assess

import (
	"context"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// SelectFolder puts all evidence of a folder into the report, or takes it out.
func (s *Service) SelectFolder(ctx context.Context, c Caller, id, folder string, on bool) error {
	_, err := write(ctx, s, func(tx Tx) (struct{}, error) {
		f, err := ownedFolder(tx, c, id, folder)
		if err != nil {
			return struct{}{}, err
		}
		entries, err := tx.Entries(ledger.Query{Account: c.Account, Assessment: id, ControlSet: f.Set, Control: f.Control, Day: f.Day})
		if err != nil {
			return struct{}{}, err
		}
		ids := make([]string, len(entries))
		for i, e := range entries {
			ids[i] = e.ID
		}
		return struct{}{}, mark(tx, f, ids, on)
	})
	return err
}

// ownedFolder is a folder whose selection the caller may change. Reports are made of inactive assessments too.
func ownedFolder(tx Tx, c Caller, id, folder string) (Folder, error) {
	a, f, err := folderIn(tx, c, id, "", folder)
	if err != nil {
		return f, err
	}
	for _, p := range a.Frozen {
		if p.Pending && p.From <= f.Day && f.Day <= p.To {
			return f, fault.New(fault.Conflict, "The period %s to %s is being frozen. Try again in a moment.", p.From, p.To)
		}
	}
	return f, c.owns(a)
}

func mark(tx Tx, f Folder, ids []string, on bool) error {
	folder, before := f.ID(), f
	for _, id := range ids {
		changed, err := tx.SelectEvidence(f.Owner, f.Assessment, folder, id, on)
		if err != nil {
			return err
		}
		switch {
		case changed && on:
			f.Selected++
		case changed:
			f.Selected--
		}
	}
	return tx.PutEvidenceFolder(before, f)
}

// SelectEvidence puts pieces of evidence of a folder into the report, or takes them out. What is not in the folder
// is named in the answer; the rest is done.
func (s *Service) SelectEvidence(ctx context.Context, c Caller, id, folder string, evidence []string, on bool) (done []string, failed []BatchFailure, err error) {
	_, err = write(ctx, s, func(tx Tx) (struct{}, error) {
		done, failed = nil, nil
		f, err := ownedFolder(tx, c, id, folder)
		if err != nil {
			return struct{}{}, err
		}
		for i, x := range evidence {
			e, err := ledger.Get(tx, c.Account, x)
			if err == nil && (FolderKey{e.Owner, e.Assessment, e.ControlSet, e.Control, e.Day}) != f.FolderKey {
				err = fault.Missing("evidence", x)
			}
			if err != nil {
				b, err := failure(i, x, err)
				if err != nil {
					return struct{}{}, err
				}
				failed = append(failed, b)
				continue
			}
			done = append(done, x)
		}
		return struct{}{}, mark(tx, f, done, on)
	})
	return done, failed, err
}

// SelectAll puts all evidence of an assessment into the report, or takes it out; of one verdict class when it is
// given. It works in steps, so that no transaction is long, and answers how many pieces changed.
func (s *Service) SelectAll(ctx context.Context, c Caller, id string, class ledger.Class, on bool) (int, error) {
	total := 0
	var after *FolderKey
	for {
		folders, err := s.Folders(ctx, c, id, "", "", after, 50)
		if err != nil || len(folders) == 0 {
			return total, err
		}
		n, err := write(ctx, s, func(tx Tx) (int, error) {
			n := 0
			for _, f := range folders {
				changed, err := markClass(tx, c, f.FolderKey, class, on)
				if err != nil {
					return n, err
				}
				n += changed
			}
			return n, nil
		})
		if err != nil {
			return total, err
		}
		total += n
		after = &folders[len(folders)-1].FolderKey
	}
}

func markClass(tx Tx, c Caller, k FolderKey, class ledger.Class, on bool) (int, error) {
	f, err := ownedFolder(tx, c, k.Assessment, k.ID())
	if err != nil {
		return 0, err
	}
	entries, err := tx.Entries(ledger.Query{Account: k.Owner, Assessment: k.Assessment, ControlSet: k.Set, Control: k.Control, Day: k.Day})
	if err != nil {
		return 0, err
	}
	var ids []string
	for _, e := range entries {
		if class == "" || e.Class() == class {
			ids = append(ids, e.ID)
		}
	}
	before := f.Selected
	if err := mark(tx, f, ids, on); err != nil {
		return 0, err
	}
	g, err := tx.EvidenceFolder(k)
	return int(max(g.Selected-before, before-g.Selected)), err
}
