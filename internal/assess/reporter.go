package assess

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/report"
)

// Reporter writes the reports that were asked for.
type Reporter struct {
	Service *Service
	// Publisher signs a checkpoint over the evidence, Signer the bundle.
	Publisher *ledger.Publisher
	Signer    report.Signer
	// Ledger is the store of the log.
	Ledger ledger.Store
	// Find chooses evidence by a statement of the evidence finder, and tells of a leaf whether it was chosen; nil: there
	// are no such reports.
	Find func(ctx context.Context, account, assessment, statement string) (func(leaf int64) bool, error)
	// Anchors are the places outside of the operator's control where checkpoints of an account's log up to a size are kept; nil:
	// reports say that they are unanchored.
	Anchors func(ctx context.Context, account string, size int64) ([]report.Anchor, error)

	// mu lets one write at a time: the background, or a command that waits for its report.
	mu sync.Mutex
}

// Pending writes every report in progress, and answers how many there were. One that cannot be written is marked as
// failed with the reason; a report that a crash has cut short is written again.
func (r *Reporter) Pending(ctx context.Context) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.freeze(ctx); err != nil {
		return 0, err
	}
	waiting, err := read(ctx, r.Service, func(tx Tx) ([]Report, error) {
		all, err := reports.All(tx, arn.Everything())
		var out []Report
		for _, d := range all {
			if d.Value.Status == ReportInProgress {
				out = append(out, d.Value)
			}
		}
		return out, err
	})
	if err != nil {
		return 0, err
	}
	for _, rep := range waiting {
		if err := r.finish(ctx, rep); err != nil {
			return 0, err
		}
	}
	return len(waiting), nil
}

func (r *Reporter) finish(ctx context.Context, rep Report) error {
	at, err := r.store(ctx, rep)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	failure := ""
	if err != nil {
		failure = "The report could not be written."
		var f *fault.Error
		if errors.As(err, &f) {
			failure = f.Message
		}
	}
	_, werr := write(ctx, r.Service, func(tx Tx) (struct{}, error) {
		d, err := reports.Get(tx, rep.Owner, "", rep.ID)
		if err != nil {
			return struct{}{}, err
		}
		d.Value.Status, d.Value.Failure = ReportComplete, failure
		d.Value.Bucket, d.Value.Key, d.Value.Size = at.Bucket, at.Key, at.Size
		if failure != "" {
			d.Value.Status = ReportFailed
		}
		return struct{}{}, reports.Update(tx, d)
	})
	if fault.KindOf(err) == fault.Internal && err != nil && werr == nil {
		return fmt.Errorf("report %s: %w", rep.ID, err) // for the operator's log; the record is marked
	}
	return werr
}

// store writes the bundle straight into the assessment's bucket.
func (r *Reporter) store(ctx context.Context, rep Report) (object.Object, error) {
	s := r.Service
	a, err := read(ctx, s, func(tx Tx) (Assessment, error) {
		d, err := assessments.Get(tx, rep.Owner, "", rep.Assessment)
		return d.Value, err
	})
	if err != nil {
		return object.Object{}, err
	}
	bucket, prefix, err := object.ParseURI(a.Destination.Path)
	if err != nil {
		return object.Object{}, err
	}
	if err := s.o.Shelf.CreateBucket(ctx, rep.Owner, a.Region, bucket, s.o.IDs.Now()); err != nil {
		return object.Object{}, err
	}
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(r.Write(ctx, pw, rep.Owner, rep.ID)) }()
	o := object.Object{Bucket: bucket, Key: reportKey(prefix, rep), ContentType: "application/zip", Modified: s.o.IDs.Now()}
	written, err := s.o.Shelf.Put(ctx, rep.Owner, o, pr)
	_ = pr.CloseWithError(err) // ends the writer when the shelf gave up
	if rep.Freeze != "" && ctx.Err() == nil {
		return r.keep(ctx, rep, o, written.SHA256, err)
	}
	return written, err
}

func reportKey(prefix string, rep Report) string {
	key := rep.Name + "-" + rep.ID + ".zip"
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		key = prefix + "/" + key
	}
	return key
}

// Write writes a report's bundle.
func (r *Reporter) Write(ctx context.Context, w io.Writer, owner, reportID string) error {
	rep, err := read(ctx, r.Service, func(tx Tx) (docs.Doc[Report], error) { return reports.Get(tx, owner, "", reportID) })
	if err != nil {
		return err
	}
	in, err := r.inputOf(ctx, &rep.Value)
	if err != nil {
		return err
	}
	_, err = report.Write(ctx, w, in, r.Signer)
	return err
}

// inputOf is what a report says: of a frozen period as it was fixed, otherwise up to a fresh checkpoint.
func (r *Reporter) inputOf(ctx context.Context, rep *Report) (report.Input, error) {
	if rep.Freeze != "" {
		return r.frozenInput(ctx, rep.Owner, rep.Freeze)
	}
	c, err := r.Publisher.Checkpoint(ctx, rep.Owner)
	if err != nil {
		return report.Input{}, err
	}
	return r.input(ctx, rep, c)
}

// input is what a report says, up to a checkpoint.
func (r *Reporter) input(ctx context.Context, rep *Report, c ledger.Checkpoint) (report.Input, error) {
	s, owner := r.Service, rep.Owner
	in := report.Input{Tool: s.o.Tool, Account: owner, Checkpoint: c}
	_, err := read(ctx, s, func(tx Tx) (struct{}, error) {
		a, err := assessments.Get(tx, owner, "", rep.Assessment)
		if err != nil {
			return struct{}{}, err
		}
		snap, err := snapshots.Get(tx, owner, "", rep.Assessment)
		if err != nil {
			return struct{}{}, err
		}
		describe(&in, rep, &a.Value, snap.Value)
		if err := decided(tx, &in, &a.Value, c.Size); err != nil {
			return struct{}{}, err
		}
		in.Earlier, err = tx.Checkpoints(owner)
		return struct{}{}, err
	})
	if err != nil {
		return in, err
	}
	if r.Anchors != nil {
		if in.Anchors, err = r.Anchors(ctx, owner, c.Size); err != nil {
			return in, err
		}
	}
	all := report.LedgerSource{Store: r.Ledger, Account: owner, Assessment: in.Assessment.ID, Size: c.Size, Objects: s.Raw}
	if rep.Query == "" {
		in.Source = &selection{all, s}
		return in, nil
	}
	all.SelectedAt, err = r.Find(ctx, owner, in.Assessment.ID, rep.Query)
	in.Source = all
	return in, err
}

func describe(in *report.Input, rep *Report, a *Assessment, snap Snapshot) {
	in.Created = rep.Created
	in.Report = report.About{ID: rep.ID, Name: rep.Name, Description: rep.Description, Author: rep.Author}
	if rep.Query != "" {
		in.Report.Description = strings.TrimSpace(rep.Description + "\nThe evidence was chosen by the query: " + rep.Query)
	}
	in.Assessment = report.Assessment{
		ID: a.ID, Name: a.Name, Description: a.Description, Status: a.Status, Region: a.Region, Created: a.Created, Updated: a.Updated,
		Framework: report.Framework{ID: a.Framework.ID, Name: a.Framework.Name, ComplianceType: a.Framework.ComplianceType},
	}
	for _, x := range a.Accounts {
		in.Assessment.Accounts = append(in.Assessment.Accounts, x.ID)
	}
	for _, x := range a.Roles {
		in.Assessment.Owners = append(in.Assessment.Owners, x.ARN)
	}
	in.From, in.To = a.From, rep.Created.UTC().Format(time.DateOnly)
	if a.Status == Inactive {
		in.To = min(in.To, a.Updated.UTC().Format(time.DateOnly))
	}
	for _, set := range a.Sets {
		rs := report.ControlSet{ID: set.ID, Name: set.ID, Status: set.Status}
		for _, k := range set.Controls {
			d := snap[k.ID]
			status := k.Status
			if k.Removed {
				status = "REMOVED"
			}
			rc := report.Control{
				ID: k.ID, Name: d.Name, Description: d.Description, TestingInformation: d.TestingInformation, ActionPlanTitle: d.ActionPlanTitle,
				ActionPlanInstructions: d.ActionPlanInstructions, Status: status, Automated: d.Daily() && k.Status != Inactive && !k.Removed,
			}
			for _, m := range d.Sources {
				rc.Mappings = append(rc.Mappings, report.Mapping{Name: m.Name, Source: sourceNames[m.Type], Keyword: m.Keyword, Frequency: m.Frequency})
			}
			for _, c := range k.Comments {
				rc.Comments = append(rc.Comments, report.Comment{Author: c.Author, At: c.Posted, Text: c.Body})
			}
			rs.Controls = append(rs.Controls, rc)
		}
		in.ControlSets = append(in.ControlSets, rs)
	}
}

// sourceNames are the types of mapping sources as evidence spells them.
var sourceNames = map[catalog.SourceType]string{
	catalog.Config: SourceConfig, catalog.SecurityHub: SourceSecurityHub, catalog.APICall: SourceAPI, catalog.CloudTrail: SourceCloudTrail, catalog.Manual: SourceManual,
	catalog.CommonControl: "Common control", catalog.CoreControl: "Core control",
}

// selection is a source that knows what was selected, one control at a time.
type selection struct {
	report.LedgerSource
	s *Service
}

func (x *selection) Evidence(ctx context.Context, set, control string) iter.Seq2[report.Item, error] {
	return func(yield func(report.Item, error) bool) {
		marked, err := x.marked(ctx, set, control)
		if err != nil {
			yield(report.Item{}, err)
			return
		}
		src := x.LedgerSource
		src.Selected = func(id string) bool { return marked[id] }
		src.Evidence(ctx, set, control)(yield)
	}
}

// marked are the selected ids of a control.
func (x *selection) marked(ctx context.Context, set, control string) (map[string]bool, error) {
	return read(ctx, x.s, func(tx Tx) (map[string]bool, error) {
		out := map[string]bool{}
		folders, err := tx.EvidenceFolders(FolderQuery{Owner: x.Account, Assessment: x.Assessment, Set: set, Control: control})
		if err != nil {
			return nil, err
		}
		for _, f := range folders {
			if f.Selected == 0 {
				continue
			}
			ids, err := tx.SelectedEvidence(x.Account, x.Assessment, f.ID())
			if err != nil {
				return nil, err
			}
			for _, id := range ids {
				out[id] = true
			}
		}
		return out, nil
	})
}
