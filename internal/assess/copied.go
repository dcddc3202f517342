package assess

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/object"
)

// What is copied from an account of AWS Audit Manager keeps its ids, its times and its people. Copying again adds nothing.

// CopiedCollector is the collector of evidence that AWS collected.
const CopiedCollector = "AWS Audit Manager, copied"

// CopiedEvidence is a piece of evidence as Audit Manager tells it.
type CopiedEvidence struct {
	ID       string
	Time     time.Time
	Body     ledger.Body
	Selected bool
	// Account and Region are where it comes from.
	Account, Region string
}

// CopyControl takes over a custom control. It answers whether it is new.
func (s *Service) CopyControl(ctx context.Context, c Caller, v Control) (bool, error) {
	v.Type, v.Owner = Custom, c.Account
	return s.copyDefinition(ctx, "control", v.Name, func(tx Tx) error {
		return controls.Insert(tx, "", "", v.ID, ownName(c.Account, v.Name), v)
	}, func(tx Tx) error { _, err := controls.Get(tx, "", "", v.ID); return err })
}

// CopyFramework takes over a custom framework.
func (s *Service) CopyFramework(ctx context.Context, c Caller, v Framework) (bool, error) {
	v.Type, v.Owner = Custom, c.Account
	return s.copyDefinition(ctx, "framework", v.Name, func(tx Tx) error {
		return frameworks.Insert(tx, "", "", v.ID, ownName(c.Account, v.Name), v)
	}, func(tx Tx) error { _, err := frameworks.Get(tx, "", "", v.ID); return err })
}

func (s *Service) copyDefinition(ctx context.Context, noun, name string, insert, get func(Tx) error) (bool, error) {
	return write(ctx, s, func(tx Tx) (bool, error) {
		err := get(tx)
		if fault.KindOf(err) != fault.NotFound {
			return false, err
		}
		return true, nameTaken(insert(tx), noun, name)
	})
}

// CopyAssessment takes over an assessment with the definitions of its controls. One that is active goes on here: evidence
// is collected from today on.
func (s *Service) CopyAssessment(ctx context.Context, c Caller, a Assessment, snap Snapshot) (bool, error) {
	today := s.o.IDs.Now().Format(time.DateOnly)
	a.Owner, a.From, a.Pending = c.Account, today, a.Status == Active
	return write(ctx, s, func(tx Tx) (bool, error) {
		_, err := assessments.Get(tx, c.Account, "", a.ID)
		if fault.KindOf(err) != fault.NotFound {
			return false, err
		}
		if err := assessments.Insert(tx, c.Account, "", a.ID, "", a); err != nil {
			return false, err
		}
		return true, snapshots.Insert(tx, c.Account, "", a.ID, "", snap)
	})
}

// copySpace makes the ids of what has none in Audit Manager.
var copySpace = uuid.MustParse("4a8d7f0e-93d5-5c43-9d2f-6a1c2f8a7b10")

// CopyChanges takes over entries of an assessment's change log; those that look alike are numbered.
func (s *Service) CopyChanges(ctx context.Context, c Caller, assessment string, list []Change) (added int, err error) {
	return write(ctx, s, func(tx Tx) (int, error) {
		added, seen := 0, map[string]int{}
		for _, ch := range list {
			key := fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%s\x00%d", assessment, ch.Object, ch.Name, ch.Action, ch.By, ch.At.UnixMicro())
			seen[key]++
			id := uuid.NewSHA1(copySpace, fmt.Appendf(nil, "%s\x00%d", key, seen[key])).String()
			err := changes(assessment).Insert(tx, c.Account, "", id, "", ch)
			if fault.KindOf(err) == fault.Exists {
				continue
			}
			if err != nil {
				return added, err
			}
			added++
		}
		return added, nil
	})
}

// folderAlias is the id that a folder had, and the key it has here.
type folderAlias struct {
	Key FolderKey `json:"key"`
}

var folderAliases = docs.Collection[folderAlias]{Kind: "evidence-folder-alias", Noun: "evidence folder"}

// folderByID finds a folder by its id here, or by the one it had in Audit Manager.
func folderByID(tx Tx, owner, id string) (Folder, error) {
	f, err := tx.EvidenceFolderByID(owner, id)
	if fault.KindOf(err) != fault.NotFound {
		return f, err
	}
	alias, aliasErr := folderAliases.Get(tx, owner, "", id)
	if aliasErr != nil {
		return f, err
	}
	return tx.EvidenceFolder(alias.Value.Key)
}

// CopyFolder takes over evidence of a folder, at most a page of it at once. The folder keeps answering to the id it had.
func (s *Service) CopyFolder(ctx context.Context, k FolderKey, id string, list []CopiedEvidence) (added int, err error) {
	return write(ctx, s, func(tx Tx) (int, error) {
		if id != k.ID() {
			err := folderAliases.Insert(tx, k.Owner, "", id, "", folderAlias{k})
			if err != nil && fault.KindOf(err) != fault.Exists {
				return 0, err
			}
		}
		var pieces []piece
		for _, e := range list {
			p := e.piece(k)
			// Evidence of several controls may have one id; the log knows each once.
			if old, err := ledger.Get(tx, k.Owner, e.ID); err == nil && (old.Assessment != k.Assessment || old.ControlSet != k.Set || old.Control != k.Control) {
				p.item.Occurrence.Original = ""
			}
			pieces = append(pieces, p)
		}
		done, err := record(tx, pieces)
		if err != nil {
			return 0, err
		}
		var chosen []string
		for _, r := range done {
			if r.New && slices.ContainsFunc(list, func(e CopiedEvidence) bool { return e.Selected && e.ID == r.ID }) {
				chosen = append(chosen, r.ID)
			}
		}
		if len(chosen) == 0 {
			return len(done), nil
		}
		f, err := tx.EvidenceFolder(k)
		if err != nil {
			return 0, err
		}
		return len(done), mark(tx, f, chosen, true)
	})
}

func (e *CopiedEvidence) piece(k FolderKey) piece {
	return piece{
		fact: factOf("copied", k.Assessment, k.Set, k.Control, e.ID),
		item: ledger.Item{
			Body: e.Body,
			Occurrence: ledger.Occurrence{
				Owner: k.Owner, Assessment: k.Assessment, ControlSet: k.Set, Control: k.Control, Day: k.Day, Collector: CopiedCollector,
				Account: e.Account, Region: e.Region, ObservedAt: e.Time, Original: e.ID, Backfilled: true,
			},
		},
	}
}

// CopiedCount is how much evidence a folder holds here.
func (s *Service) CopiedCount(ctx context.Context, k FolderKey) (int64, error) {
	f, err := read(ctx, s, func(tx Tx) (Folder, error) { return tx.EvidenceFolder(k) })
	if fault.KindOf(err) == fault.NotFound {
		return 0, nil
	}
	return f.Total, err
}

// CopyReport takes over a report with its bundle, which is as AWS made it: Tickmark's verification does not apply to it.
func (s *Service) CopyReport(ctx context.Context, c Caller, r Report, bundle io.Reader) (bool, error) {
	_, err := read(ctx, s, func(tx Tx) (docs.Doc[Report], error) { return reports.Get(tx, c.Account, "", r.ID) })
	if fault.KindOf(err) != fault.NotFound {
		return false, err
	}
	r.Owner = c.Account
	if bundle != nil {
		r.Bucket, r.Key = EvidenceBucket(c.Account), "copied/"+r.ID+"/"+r.Name+".zip"
		if err := s.o.Shelf.CreateBucket(ctx, c.Account, c.Region, r.Bucket, s.o.IDs.Now()); err != nil && fault.KindOf(err) != fault.Exists {
			return false, err
		}
		o, err := s.o.Shelf.Put(ctx, c.Account, object.Object{Bucket: r.Bucket, Key: r.Key, Modified: s.o.IDs.Now()}, bundle)
		if err != nil {
			return false, err
		}
		r.Size = o.Size
	}
	return write(ctx, s, func(tx Tx) (bool, error) {
		err := reports.Insert(tx, c.Account, "", r.ID, "", r)
		if fault.KindOf(err) == fault.Exists {
			return false, nil
		}
		return err == nil, err
	})
}
