package assess

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// The kinds of evidence, as Audit Manager spells them.
const (
	ComplianceCheck   = "Compliance check"
	UserActivity      = "User activity"
	ConfigurationData = "Configuration data"
	ManualEvidence    = "Manual"
)

// The data sources, as Audit Manager spells them.
const (
	SourceConfig      = "AWS Config"
	SourceSecurityHub = "AWS Security Hub"
	SourceAPI         = "AWS API calls"
	SourceCloudTrail  = "AWS CloudTrail"
	SourceManual      = "Manual"
)

// FolderKey addresses a folder: the evidence of a control of one UTC day.
type FolderKey struct{ Owner, Assessment, Set, Control, Day string }

// folderSpace makes the ids of folders, which follow from their keys.
var folderSpace = uuid.MustParse("0d3fd0a9-5a0c-5f0e-8d5b-6f6b9a3d2c11")

// ID is the folder's id.
func (k FolderKey) ID() string {
	return uuid.NewSHA1(folderSpace, []byte(strings.Join([]string{k.Owner, k.Assessment, k.Set, k.Control, k.Day}, "\x00"))).String()
}

// Folder counts the evidence of a control and day. Total is the sum of the four types.
type Folder struct {
	FolderKey
	Total, Selected                             int64
	Compliance, Configuration, Activity, ByHand int64
	// Issues and Compliant are the non-compliant and the compliant pieces, Excepted those that an exception covers; the
	// rest is inconclusive.
	Issues, Compliant, Excepted, Resources int64
	Backfilled                             int64
	// Services are the event sources and Sources the data sources met, each once, in order.
	Services, Sources []string
	// First is the time of the first evidence.
	First time.Time
}

// add counts a new occurrence.
func (f *Folder) add(o *ledger.Occurrence, b *ledger.Body) {
	f.Total++
	switch b.Type {
	case ComplianceCheck:
		f.Compliance++
		switch {
		case o.Exception != "":
			f.Excepted++
		case b.Verdict == ledger.NonCompliant:
			f.Issues++
		case b.Verdict == ledger.Compliant:
			f.Compliant++
		}
	case UserActivity:
		f.Activity++
	case ManualEvidence:
		f.ByHand++
	default:
		f.Configuration++
	}
	if o.Members != nil {
		f.Resources += o.Members.Count
	} else {
		f.Resources += int64(len(b.Subjects))
	}
	if o.Backfilled {
		f.Backfilled++
	}
	f.Services, f.Sources = with(f.Services, b.Service), with(f.Sources, b.Source)
	if f.First.IsZero() || o.ObservedAt.Before(f.First) {
		f.First = o.ObservedAt
	}
}

func with(list []string, s string) []string {
	if s == "" {
		return list
	}
	i, found := slices.BinarySearch(list, s)
	if found {
		return list
	}
	return slices.Insert(slices.Clone(list), i, s)
}

// FolderQuery selects folders of one assessment, ordered by day descending, then set and control.
type FolderQuery struct {
	Owner, Assessment string
	// Set, Control and Day narrow when given.
	Set, Control, Day string
	// After is the folder behind which the page begins; nil for the first page.
	After *FolderKey
	Limit int
}

// ControlCount are the numbers of a control over all days.
type ControlCount struct {
	Set, Control                              string
	Total, Selected, ByHand, Issues, Excepted int64
}

// SourceNote is what a mapping source has collected so far.
type SourceNote struct {
	Control, Type, Keyword string
	FirstDay, LastDay      string
	Items                  int64
	// LastAt is when it collected last; the store sets it.
	LastAt time.Time
}

// RawPlace tells where a raw object behind evidence is kept.
type RawPlace struct {
	// Kind is item, event, finding or blob; Place is in the kind's own spelling.
	Kind, Place string
}

// EvidenceTx is what a store offers for evidence beside the ledger. Every method names the owning account but
// RawPlace, whose hash is a secret only the holder of the evidence has, and the cursors, which are the installation's.
type EvidenceTx interface {
	// AddFact notes that a fact is evidence now; false when it was before.
	AddFact(owner string, fact [32]byte, day string) (bool, error)
	// FactDay is the day under which a fact was noted; "" when it was not.
	FactDay(owner string, fact [32]byte) (string, error)

	// EvidenceFolder reads a folder; NotFound when there is none.
	EvidenceFolder(k FolderKey) (Folder, error)
	// EvidenceFolderByID finds a folder by its id.
	EvidenceFolderByID(owner, id string) (Folder, error)
	// PutEvidenceFolder writes a folder, and counts for its control what it has more than before, as it was read in the
	// same transaction: zero when there was none.
	PutEvidenceFolder(before, f Folder) error
	// EvidenceFolders reads a page.
	EvidenceFolders(q FolderQuery) ([]Folder, error)
	// ControlCounts are the sums over the folders of each control of an assessment.
	ControlCounts(owner, assessment string) ([]ControlCount, error)

	// SelectEvidence sets or clears the mark of evidence for the report; false when it was so before.
	SelectEvidence(owner, assessment, folder, id string, on bool) (bool, error)
	// SelectedEvidence are the marked ids of a folder.
	SelectedEvidence(owner, assessment, folder string) ([]string, error)

	// NoteSource adds to what a mapping source has collected.
	NoteSource(owner, assessment string, n SourceNote) error
	// SourceNotes are the notes of an assessment.
	SourceNotes(owner, assessment string) ([]SourceNote, error)

	// PutRawPlace notes where a raw object is kept; the first note stays.
	PutRawPlace(h ledger.Hash, p RawPlace) error
	// RawPlace fails with NotFound when nothing is noted.
	RawPlace(h ledger.Hash) (RawPlace, error)

	// EvidenceCursor is how far a feed was read; 0 at the beginning.
	EvidenceCursor(name string) (int64, error)
	// MoveEvidenceCursor moves it on, failing with Conflict when it is not at from.
	MoveEvidenceCursor(name string, from, to int64) error

	// DeleteEvidence forgets the folders, marks and notes of an assessment. The ledger keeps its entries.
	DeleteEvidence(owner, assessment string) error
}

// Folders is a page of an assessment's folders, newest day first; of one set and control when they are given.
func (s *Service) Folders(ctx context.Context, c Caller, id, set, control string, after *FolderKey, limit int) ([]Folder, error) {
	return read(ctx, s, func(tx Tx) ([]Folder, error) {
		d, err := assessment(tx, c, id)
		if err != nil {
			return nil, err
		}
		if set != "" {
			cs, err := d.Value.Set(set)
			if err != nil {
				return nil, err
			}
			if err := c.looks(&d.Value, set); err != nil {
				return nil, err
			}
			if control != "" {
				if _, err := cs.Control(control); err != nil {
					return nil, err
				}
			}
		} else if err := c.looksAll(&d.Value); err != nil {
			return nil, err
		}
		return tx.EvidenceFolders(FolderQuery{Owner: c.Account, Assessment: id, Set: set, Control: control, After: after, Limit: limit})
	})
}

// looksAll fails unless the caller may see every set.
func (c Caller) looksAll(a *Assessment) error {
	if c.Reader {
		return nil
	}
	return c.owns(a)
}

// Folder reads one folder. The set may be empty, or hold the folder's id, as a much-copied example of AWS's does.
func (s *Service) Folder(ctx context.Context, c Caller, id, set, folder string) (Folder, error) {
	return read(ctx, s, func(tx Tx) (Folder, error) {
		_, f, err := folderIn(tx, c, id, set, folder)
		return f, err
	})
}

func folderIn(tx Tx, c Caller, id, set, folder string) (*Assessment, Folder, error) {
	d, err := assessment(tx, c, id)
	if err != nil {
		return nil, Folder{}, err
	}
	f, err := folderByID(tx, c.Account, folder)
	if err == nil && (f.Assessment != id || set != "" && set != f.Set && set != folder) {
		err = fault.Missing("evidence folder", folder)
	}
	if err == nil {
		err = c.looks(&d.Value, f.Set)
	}
	return &d.Value, f, err
}

// Counts are the numbers of every control of an assessment.
func (s *Service) Counts(ctx context.Context, c Caller, id string) ([]ControlCount, error) {
	return read(ctx, s, func(tx Tx) ([]ControlCount, error) {
		if _, err := assessment(tx, c, id); err != nil {
			return nil, err
		}
		return tx.ControlCounts(c.Account, id)
	})
}
