// Package report writes an assessment report as one zip that an auditor can read without any program and verify
// without any server, and verifies it. A bundle holds what was selected, and of what was left out enough to
// count it and to prove that the counts are right. The same input gives the same bytes. Evidence streams through:
// memory holds an index of the files, never their contents. Format: docs/format/bundle.md.
package report

import (
	"context"
	"io"
	"iter"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/ledger"
)

// Input is everything a report says, but the evidence itself, which comes from Source.
type Input struct {
	// Tool is the program and its version.
	Tool string
	// Created is the time of the report.
	Created time.Time
	// Account owns the assessment and the log.
	Account     string
	Assessment  Assessment
	Report      About
	ControlSets []ControlSet
	// From and To are the first and last day of the period, both included; the days without collection are
	// counted in it. Evidence of other days is still part of the report.
	From, To string
	// Anchors are places outside of the operator's control where the checkpoint, or a later one, is kept.
	Anchors []Anchor
	// Exceptions are those that evidence of the report names.
	Exceptions []Exception
	// Checkpoint must cover all evidence of the assessment.
	Checkpoint ledger.Checkpoint
	// Earlier are the log's kept checkpoints; consistency with each of them can be proven from the bundle.
	Earlier []ledger.Checkpoint
	Source  Source
}

// Source gives the evidence.
type Source interface {
	// Evidence yields every occurrence recorded for the control, selected or not, always in the same order.
	Evidence(ctx context.Context, controlSet, control string) iter.Seq2[Item, error]
	// Members reads the bodies of the subjects that an occurrence stands for.
	Members(ctx context.Context, m ledger.Members) iter.Seq2[ledger.Body, error]
	// Raw opens a raw object; NotFound when it is no longer kept.
	Raw(ctx context.Context, h ledger.Hash) (Raw, error)
	// Hashes reads the tree of the log.
	Hashes(ctx context.Context) tlog.HashReader
}

// Item is one occurrence. Body and Produced are needed of selected items only.
type Item struct {
	ledger.Entry
	Selected bool
	Body     ledger.Body
	Produced *ledger.Produced
}

// Raw is a raw object as it may be shown.
type Raw struct {
	io.ReadCloser
	// Extension of the file, such as "json"; letters and digits only.
	Extension string
	// Masked tells that secrets were taken out, so that the content has no longer the hash it is known by.
	Masked bool
}

// Signer signs the digest.
type Signer interface {
	SignText(text string) (string, error)
	Public() string
	KeyID() string
	Verifier() ledger.Public
	// Known is a key of an id, the one in use or an earlier one; Changes are the statements between them.
	Known(id string) (ledger.Public, bool)
	Changes() ledger.KeyChanges
}

// Assessment describes the assessment.
type Assessment struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Status      string    `json:"status,omitempty"`
	Region      string    `json:"region,omitempty"`
	Accounts    []string  `json:"accounts,omitempty"`
	Owners      []string  `json:"owners,omitempty"`
	Created     time.Time `json:"created,omitzero"`
	Updated     time.Time `json:"updated,omitzero"`
	Framework   Framework `json:"framework"`
	// Decisions about the assessment itself, in order.
	Decisions []Decision `json:"decisions,omitempty"`
}

// Framework names the framework of the assessment.
type Framework struct {
	ID             string `json:"id,omitempty"`
	Name           string `json:"name,omitempty"`
	ComplianceType string `json:"complianceType,omitempty"`
}

// About describes the report.
type About struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Author      string `json:"author,omitempty"`
	// Freeze is set when the report is of a frozen period.
	Freeze *Freeze `json:"freeze,omitempty"`
}

// Anchor is a place where a checkpoint of the log is kept outside of the operator's control.
type Anchor struct {
	// Kind is such as rfc3161, witness, mail, s3-object-lock.
	Kind string `json:"kind"`
	// Where names the place, Reference what to ask for there.
	Where     string    `json:"where"`
	Reference string    `json:"reference,omitempty"`
	At        time.Time `json:"at"`
	Size      int64     `json:"size"`
	// Checkpoint is the signed text that is kept there, Token the time-stamp token over it.
	Checkpoint string `json:"checkpoint,omitempty"`
	Token      []byte `json:"token,omitempty"`
}
