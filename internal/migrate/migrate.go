// Package migrate copies an account of AWS Audit Manager: custom controls and frameworks, assessments with delegations,
// comments, status and change log, evidence with its folders, and reports. Ids, times and people are kept; evidence is
// marked as collected by AWS and copied. It may be stopped at any time and run again: what is there is left as it is, and
// folders that hold as much as the original are not read again.
//
// Not copied, because Audit Manager does not give them out: raw objects behind evidence, the files of manual evidence other
// than their S3 paths, control sets and controls of entries in the change log. Framework shares and settings are not copied.
package migrate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/fault"
)

// Folder is a folder of evidence at the source.
type Folder struct {
	ID, Set, Control, Day string
	Total                 int64
}

// Source is an account of Audit Manager in one region.
type Source interface {
	// Account is the account's id, Region its region.
	Account(ctx context.Context) (string, error)
	Region() string
	// Registered tells whether Audit Manager is set up there.
	Registered(ctx context.Context) (bool, error)
	Controls(ctx context.Context, yield func(assess.Control) error) error
	Frameworks(ctx context.Context, yield func(assess.Framework) error) error
	// Assessments are the ids of all.
	Assessments(ctx context.Context) ([]string, error)
	Assessment(ctx context.Context, id string) (assess.Assessment, assess.Snapshot, error)
	Changes(ctx context.Context, assessment string) ([]assess.Change, error)
	Folders(ctx context.Context, assessment string, yield func(Folder) error) error
	// Evidence yields pages of a folder.
	Evidence(ctx context.Context, assessment string, f Folder, yield func([]assess.CopiedEvidence) error) error
	Reports(ctx context.Context) ([]assess.Report, error)
	// Bundle opens the bundle of a complete report.
	Bundle(ctx context.Context, r assess.Report) (io.ReadCloser, error)
}

// Counts are how many of each were found at the source, and how many of them are new here.
type Counts struct {
	Controls    Count `json:"controls"`
	Frameworks  Count `json:"frameworks"`
	Assessments Count `json:"assessments"`
	Changes     Count `json:"changes"`
	Folders     Count `json:"folders"`
	Evidence    Count `json:"evidence"`
	Reports     Count `json:"reports"`
	// Problems name what could not be copied; the rest was.
	Problems []string `json:"problems"`
}

// Count is a number found and a number copied.
type Count struct {
	Found int64 `json:"found"`
	New   int64 `json:"new"`
}

func (c *Count) add(isNew bool) {
	c.Found++
	if isNew {
		c.New++
	}
}

// Migration copies from a source into an audit.
type Migration struct {
	From Source
	Into *assess.Service
	// Progress is told what was done so far; it may be nil.
	Progress func(Counts)

	account string
	done    Counts
}

// Run copies everything. Errors of single things are in the answer; an error ends the copy, which may be run again.
func (m *Migration) Run(ctx context.Context) (Counts, error) {
	m.done.Problems = []string{}
	on, err := m.From.Registered(ctx)
	if err != nil || !on {
		return m.done, err
	}
	if m.account, err = m.From.Account(ctx); err != nil {
		return m.done, err
	}
	c := m.caller()
	if _, err := m.Into.Register(ctx, c, "", ""); err != nil {
		return m.done, err
	}
	for _, step := range []func(context.Context) error{m.controls, m.frameworks, m.assessments, m.reports} {
		if err := step(ctx); err != nil {
			return m.done, err
		}
	}
	return m.done, nil
}

// caller is who owns what is copied.
func (m *Migration) caller() assess.Caller {
	return assess.Caller{Account: m.account, Region: m.From.Region(), Principal: "arn:aws:iam::" + m.account + ":root", Owner: true}
}

// note counts a thing, or keeps its mistake; what is no mistake of one thing ends the copy.
func (m *Migration) note(n *Count, what string, isNew bool, err error) error {
	var f *fault.Error
	if err != nil && (!errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable) {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err != nil {
		m.done.Problems = append(m.done.Problems, what+": "+f.Message)
	}
	n.add(isNew && err == nil)
	m.tell()
	return nil
}

func (m *Migration) tell() {
	if m.Progress != nil {
		m.Progress(m.done)
	}
}

func (m *Migration) controls(ctx context.Context) error {
	return m.From.Controls(ctx, func(v assess.Control) error {
		isNew, err := m.Into.CopyControl(ctx, m.caller(), v)
		return m.note(&m.done.Controls, "control "+v.Name, isNew, err)
	})
}

func (m *Migration) frameworks(ctx context.Context) error {
	return m.From.Frameworks(ctx, func(v assess.Framework) error {
		isNew, err := m.Into.CopyFramework(ctx, m.caller(), v)
		return m.note(&m.done.Frameworks, "framework "+v.Name, isNew, err)
	})
}

func (m *Migration) assessments(ctx context.Context) error {
	ids, err := m.From.Assessments(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := m.assessment(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (m *Migration) assessment(ctx context.Context, id string) error {
	a, snap, err := m.From.Assessment(ctx, id)
	if err != nil {
		return m.note(&m.done.Assessments, "assessment "+id, false, err)
	}
	isNew, err := m.Into.CopyAssessment(ctx, m.caller(), a, snap)
	if err := m.note(&m.done.Assessments, "assessment "+a.Name, isNew, err); err != nil {
		return err
	}
	log, err := m.From.Changes(ctx, id)
	if err != nil {
		return err
	}
	added, err := m.Into.CopyChanges(ctx, m.caller(), id, log)
	if err != nil {
		return err
	}
	m.done.Changes.Found += int64(len(log))
	m.done.Changes.New += int64(added)
	return m.From.Folders(ctx, id, func(f Folder) error { return m.folder(ctx, id, f) })
}

func (m *Migration) folder(ctx context.Context, assessment string, f Folder) error {
	k := assess.FolderKey{Owner: m.account, Assessment: assessment, Set: f.Set, Control: f.Control, Day: f.Day}
	have, err := m.Into.CopiedCount(ctx, k)
	if err != nil {
		return err
	}
	m.done.Evidence.Found += f.Total
	if have >= f.Total && f.Total > 0 {
		m.done.Folders.add(false)
		m.tell()
		return nil
	}
	err = m.From.Evidence(ctx, assessment, f, func(page []assess.CopiedEvidence) error {
		n, err := m.Into.CopyFolder(ctx, k, f.ID, page)
		m.done.Evidence.New += int64(n)
		m.tell()
		return err
	})
	return m.note(&m.done.Folders, fmt.Sprintf("folder %s of control %s", f.Day, f.Control), have == 0, err)
}

func (m *Migration) reports(ctx context.Context) error {
	list, err := m.From.Reports(ctx)
	if err != nil {
		return err
	}
	for _, r := range list {
		isNew, err := m.report(ctx, r)
		if err := m.note(&m.done.Reports, "report "+r.Name, isNew, err); err != nil {
			return err
		}
	}
	return nil
}

func (m *Migration) report(ctx context.Context, r assess.Report) (bool, error) {
	if r.Status != assess.ReportComplete {
		return m.Into.CopyReport(ctx, m.caller(), r, nil)
	}
	b, err := m.From.Bundle(ctx, r)
	if err != nil {
		return false, fault.New(fault.NotFound, "its bundle cannot be read (%v)", err)
	}
	defer b.Close()
	return m.Into.CopyReport(ctx, m.caller(), r, b)
}

// Day is the UTC day of a time, as folders are named.
func Day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
