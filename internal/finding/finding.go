// Package finding keeps security findings in the AWS Security Finding Format as Security Hub does: providers import
// and update them, customers annotate them, everyone queries them. What a provider sent is kept byte for byte; what
// a customer changed stands beside it and survives later imports. Every change of a finding's status has a place in
// a feed, so that each becomes evidence of its own.
package finding

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
)

// Key addresses one finding.
type Key struct{ Account, Region, ProductArn, ID string }

// Finding is one finding as stored: the provider's document, the customer's changes, and the attributes that
// questions are asked by.
type Finding struct {
	Key
	GeneratorID, Title string
	// ControlID is the Security Hub control that the finding is about, such as EC2.4; empty when it names none.
	ControlID string
	// Severity is the label; Normalized its number.
	Severity   string
	Normalized int
	Status
	// Created and Updated are the provider's times.
	Created, Updated time.Time
	// Raw is what the provider sent last.
	Raw []byte
	// Custom is a JSON object of the top-level members a customer has set; empty when none.
	Custom []byte
}

// Status is what makes a change of a finding worth an entry in the feed.
type Status struct {
	// Compliance is PASSED, FAILED, WARNING, NOT_AVAILABLE, or empty when the finding is about no check.
	Compliance string
	// Workflow is NEW, NOTIFIED, RESOLVED or SUPPRESSED.
	Workflow string
	// Record is ACTIVE or ARCHIVED.
	Record string
}

// Change is one entry of the feed.
type Change struct {
	// Seq grows by one with each change of the installation.
	Seq int64
	Key
	ControlID string
	Status
	// At is the time of the fact: the provider's UpdatedAt, or when a customer made the change.
	At time.Time
	// Recorded is when the change was stored.
	Recorded time.Time
	// Document is the finding as it stood after the change.
	Document []byte
}

// ChangeQuery selects changes of the feed, in its order.
type ChangeQuery struct {
	Scope arn.Scope
	// Controls keeps the changes of findings about these controls; empty keeps all.
	Controls []string
	// From and To bound At, both inclusive; the zero time leaves that end open.
	From, To time.Time
	// After is the last number already seen.
	After int64
	Limit int
}

// ControlPlace is a control in an account and region.
type ControlPlace struct{ Account, Region, Control string }

// Query selects findings by what is indexed; the order is that of Sort, then of Key.
type Query struct {
	Scope arn.Scope
	// Equal keeps findings whose attribute has one of the values.
	Equal map[Attribute][]string
	Sort  Sort
	// After is the place behind which the page begins; nil for the first.
	After *Place
	Limit int
}

// Attribute is an indexed attribute of a finding.
type Attribute string

// The attributes.
const (
	AccountAttr    Attribute = "account"
	RegionAttr     Attribute = "region"
	ProductAttr    Attribute = "product_arn"
	IDAttr         Attribute = "id"
	GeneratorAttr  Attribute = "generator_id"
	TitleAttr      Attribute = "title"
	ControlAttr    Attribute = "control_id"
	SeverityAttr   Attribute = "severity"
	ComplianceAttr Attribute = "compliance"
	WorkflowAttr   Attribute = "workflow"
	RecordAttr     Attribute = "record_state"
	NormalizedAttr Attribute = "normalized"
	CreatedAttr    Attribute = "created"
	UpdatedAttr    Attribute = "updated"
)

// Sort is the order of a query; the zero Sort is by key.
type Sort struct {
	By         Attribute
	Descending bool
}

// Place is a finding's place in the order of a query.
type Place struct {
	// Value is the attribute that is sorted by: text, or a number for normalized, created and updated.
	Value any
	Key
}

// PlaceOf is the finding's place in the order.
func (s Sort) PlaceOf(f *Finding) Place {
	p := Place{Key: f.Key}
	switch s.By {
	case GeneratorAttr:
		p.Value = f.GeneratorID
	case TitleAttr:
		p.Value = f.Title
	case ControlAttr:
		p.Value = f.ControlID
	case SeverityAttr:
		p.Value = f.Severity
	case ComplianceAttr:
		p.Value = f.Compliance
	case WorkflowAttr:
		p.Value = f.Workflow
	case RecordAttr:
		p.Value = f.Record
	case NormalizedAttr:
		p.Value = int64(f.Normalized)
	case CreatedAttr:
		p.Value = micros(f.Created)
	case UpdatedAttr:
		p.Value = micros(f.Updated)
	}
	return p
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Tx is what a store offers for findings inside a transaction.
type Tx interface {
	Now() time.Time
	// Finding reads one finding; NotFound when there is none.
	Finding(k Key) (Finding, error)
	// FindingIn finds a finding of the scope by product and id; NotFound when it holds none.
	FindingIn(s arn.Scope, productArn, id string) (Finding, error)
	// PutFinding stores a finding in place of the one with its key.
	PutFinding(f Finding) error
	// Findings reads a page.
	Findings(q Query) ([]Finding, error)
	// AddFindingChange puts a change at the end of the feed; its Seq is assigned.
	AddFindingChange(c Change) error
	// FindingChanges reads a part of the feed.
	FindingChanges(q ChangeQuery) ([]Change, error)
	// FindingChangeBefore is the last change of a finding at or before a time; NotFound when there is none.
	FindingChangeBefore(k Key, at time.Time) (Change, error)
}

// Store runs functions in transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}
