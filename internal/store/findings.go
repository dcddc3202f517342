package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finding"
)

var _ finding.Tx = (*Tx)(nil)

const findingColumns = "account, region, product_arn, id, generator_id, title, control_id, severity, normalized, compliance, workflow, record_state, created, updated, raw, custom"

// Finding implements finding.Tx.
func (tx *Tx) Finding(k finding.Key) (finding.Finding, error) {
	f, err := scanFinding(tx.row("SELECT "+findingColumns+" FROM findings WHERE account = ? AND region = ? AND product_arn = ? AND id = ?",
		k.Account, k.Region, k.ProductArn, k.ID))
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("finding", k.ID)
	}
	return f, err
}

// FindingIn implements finding.Tx.
func (tx *Tx) FindingIn(s arn.Scope, productArn, id string) (finding.Finding, error) {
	where, args := scoped(s, "account", "region")
	f, err := scanFinding(tx.row("SELECT "+findingColumns+" FROM findings WHERE "+where+" AND id = ? AND product_arn = ? ORDER BY account, region LIMIT 1",
		append(args, id, productArn)...))
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("finding", id)
	}
	return f, err
}

func scanFinding(row interface{ Scan(...any) error }) (finding.Finding, error) {
	var f finding.Finding
	var created, updated int64
	err := row.Scan(&f.Account, &f.Region, &f.ProductArn, &f.ID, &f.GeneratorID, &f.Title, &f.ControlID, &f.Severity, &f.Normalized,
		&f.Compliance, &f.Workflow, &f.Record, &created, &updated, &f.Raw, &f.Custom)
	f.Created, f.Updated = fromMicros(created), fromMicros(updated)
	return f, err
}

// PutFinding implements finding.Tx.
func (tx *Tx) PutFinding(f finding.Finding) error {
	_, err := tx.exec("INSERT INTO findings ("+findingColumns+") VALUES ("+marks(16)+`)
		ON CONFLICT (account, region, product_arn, id) DO UPDATE SET generator_id = excluded.generator_id, title = excluded.title,
		control_id = excluded.control_id, severity = excluded.severity, normalized = excluded.normalized,
		compliance = excluded.compliance, workflow = excluded.workflow, record_state = excluded.record_state,
		created = excluded.created, updated = excluded.updated, raw = excluded.raw, custom = excluded.custom`,
		f.Account, f.Region, f.ProductArn, f.ID, f.GeneratorID, f.Title, f.ControlID, f.Severity, f.Normalized,
		f.Compliance, f.Workflow, f.Record, micros(f.Created), micros(f.Updated), f.Raw, f.Custom)
	return err
}

// findingAttributes are the columns that a query may name.
var findingAttributes = []finding.Attribute{
	finding.AccountAttr, finding.RegionAttr, finding.ProductAttr, finding.IDAttr, finding.GeneratorAttr, finding.TitleAttr,
	finding.ControlAttr, finding.SeverityAttr, finding.ComplianceAttr, finding.WorkflowAttr, finding.RecordAttr,
	finding.NormalizedAttr, finding.CreatedAttr, finding.UpdatedAttr,
}

// Findings implements finding.Tx.
func (tx *Tx) Findings(q finding.Query) ([]finding.Finding, error) {
	where, args := scoped(q.Scope, "account", "region")
	for _, a := range findingAttributes { // in a fixed order, so that equal queries have equal text
		values := q.Equal[a]
		if len(values) == 0 {
			continue
		}
		where += " AND " + string(a) + " IN (" + marks(len(values)) + ")"
		for _, v := range values {
			args = append(args, v)
		}
	}
	order := []string{"account", "region", "product_arn", "id"}
	by := q.Sort.By
	switch by {
	case "", finding.AccountAttr, finding.RegionAttr, finding.ProductAttr, finding.IDAttr:
		if by != "" {
			order = append([]string{string(by)}, slices.DeleteFunc(order, func(c string) bool { return c == string(by) })...)
		}
	default:
		if !slices.Contains(findingAttributes, by) {
			return nil, fmt.Errorf("findings have no attribute %q", by)
		}
		order = append([]string{string(by)}, order...)
	}
	compare, direction := ">", ""
	if q.Sort.Descending {
		compare, direction = "<", " DESC"
	}
	if q.After != nil {
		where += " AND (" + strings.Join(order, ", ") + ") " + compare + " (" + marks(len(order)) + ")"
		for _, c := range order {
			args = append(args, placeValue(q.After, c))
		}
	}
	query := "SELECT " + findingColumns + " FROM findings WHERE " + where + " ORDER BY " + strings.Join(order, direction+", ") + direction
	if q.Limit > 0 {
		query += " LIMIT ?"
		args = append(args, q.Limit)
	}
	return collect(tx, func(r *sql.Rows) (finding.Finding, error) { return scanFinding(r) }, query, args...)
}

func placeValue(p *finding.Place, column string) any {
	switch column {
	case "account":
		return p.Account
	case "region":
		return p.Region
	case "product_arn":
		return p.ProductArn
	case "id":
		return p.ID
	}
	return p.Value
}

const changeColumns = "seq, account, region, product_arn, id, control_id, compliance, workflow, record_state, at, recorded, document"

// AddFindingChange implements finding.Tx. There is one writer, so the highest number is the last.
func (tx *Tx) AddFindingChange(c finding.Change) error {
	if err := tx.row("SELECT COALESCE(MAX(seq), 0) + 1 FROM finding_changes").Scan(&c.Seq); err != nil {
		return err
	}
	_, err := tx.exec("INSERT INTO finding_changes ("+changeColumns+") VALUES ("+marks(12)+")",
		c.Seq, c.Account, c.Region, c.ProductArn, c.ID, c.ControlID, c.Compliance, c.Workflow, c.Record, micros(c.At), micros(c.Recorded), c.Document)
	return err
}

func scanFindingChange(row interface{ Scan(...any) error }) (finding.Change, error) {
	var c finding.Change
	var at, recorded int64
	err := row.Scan(&c.Seq, &c.Account, &c.Region, &c.ProductArn, &c.ID, &c.ControlID, &c.Compliance, &c.Workflow, &c.Record, &at, &recorded, &c.Document)
	c.At, c.Recorded = fromMicros(at), fromMicros(recorded)
	return c, err
}

// FindingChanges implements finding.Tx.
func (tx *Tx) FindingChanges(q finding.ChangeQuery) ([]finding.Change, error) {
	where, args := scoped(q.Scope, "account", "region")
	where, args = where+" AND seq > ?", append(args, q.After)
	if len(q.Controls) > 0 {
		where += " AND control_id IN (" + marks(len(q.Controls)) + ")"
		for _, c := range q.Controls {
			args = append(args, c)
		}
	}
	if !q.From.IsZero() {
		where, args = where+" AND at >= ?", append(args, micros(q.From))
	}
	if !q.To.IsZero() {
		where, args = where+" AND at <= ?", append(args, micros(q.To))
	}
	query := "SELECT " + changeColumns + " FROM finding_changes WHERE " + where + " ORDER BY seq"
	if q.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, q.Limit)
	}
	return collect(tx, func(r *sql.Rows) (finding.Change, error) { return scanFindingChange(r) }, query, args...)
}

// FindingControls implements assess.Tx.
func (tx *Tx) FindingControls(after int64) (out []finding.ControlPlace, last int64, err error) {
	if err := tx.row("SELECT COALESCE(MAX(seq), ?) FROM finding_changes WHERE seq > ?", after, after).Scan(&last); err != nil || last == after {
		return nil, last, err
	}
	out, err = collect(tx, func(r *sql.Rows) (finding.ControlPlace, error) {
		var p finding.ControlPlace
		return p, r.Scan(&p.Account, &p.Region, &p.Control)
	}, "SELECT DISTINCT account, region, control_id FROM finding_changes WHERE seq > ? AND control_id <> '' ORDER BY account, region, control_id", after)
	return out, last, err
}

// FindingChangeBefore implements finding.Tx.
func (tx *Tx) FindingChangeBefore(k finding.Key, at time.Time) (finding.Change, error) {
	c, err := scanFindingChange(tx.row("SELECT "+changeColumns+` FROM finding_changes
		WHERE account = ? AND region = ? AND product_arn = ? AND id = ? AND at <= ? ORDER BY at DESC, seq DESC LIMIT 1`,
		k.Account, k.Region, k.ProductArn, k.ID, micros(at)))
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("change of finding", k.ID)
	}
	return c, err
}
