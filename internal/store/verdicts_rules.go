package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
)

var _ compliance.Tx = (*Tx)(nil)

// NewRuleNumber implements compliance.VerdictTx.
func (tx *Tx) NewRuleNumber() (int64, error) { return tx.countUp("rule") }

// countUp gives the next number of a sequence.
func (tx *Tx) countUp(name string) (int64, error) {
	var n int64
	err := tx.row(`INSERT INTO compliance_numbers (name, last) VALUES (?, 1)
		ON CONFLICT (name) DO UPDATE SET last = compliance_numbers.last + 1 RETURNING last`, name).Scan(&n)
	return n, err
}

const generationOf = "rules of "

// RuleGeneration implements compliance.VerdictTx.
func (tx *Tx) RuleGeneration(account string) (int64, error) {
	var n int64
	err := tx.row("SELECT last FROM compliance_numbers WHERE name = ?", generationOf+account).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

const ruleStateColumns = "account, region, n, rule_id, revision, compliant, non_compliant, not_applicable, insufficient, requested, due, evaluated, deleted, body"

// RuleStates implements compliance.VerdictTx.
func (tx *Tx) RuleStates(s arn.Scope) ([]compliance.RuleState, error) {
	where, args := scoped(s, "account", "region")
	return collect(tx, func(r *sql.Rows) (compliance.RuleState, error) { return scanRuleState(r) },
		"SELECT "+ruleStateColumns+" FROM rule_states WHERE "+where+" ORDER BY account, region, n", args...)
}

// RuleState implements compliance.VerdictTx.
func (tx *Tx) RuleState(account, region string, n int64) (compliance.RuleState, error) {
	s, err := scanRuleState(tx.row("SELECT "+ruleStateColumns+" FROM rule_states WHERE account = ? AND region = ? AND n = ?", account, region, n))
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("state of rule number", strconv.FormatInt(n, 10))
	}
	return s, err
}

func scanRuleState(r interface{ Scan(...any) error }) (compliance.RuleState, error) {
	var s compliance.RuleState
	var requested, due, evaluated, deleted int64
	var body []byte
	c := &s.Counts
	err := r.Scan(&s.Account, &s.Region, &s.N, &s.RuleID, &s.Revision, &c.Compliant, &c.NonCompliant, &c.NotApplicable, &c.Insufficient,
		&requested, &due, &evaluated, &deleted, &body)
	if err != nil {
		return s, err
	}
	s.Requested, s.Due, s.Evaluated, s.Deleted = fromMicros(requested), fromMicros(due), fromMicros(evaluated), deleted != 0
	if err := json.Unmarshal(body, &s.RuleProgress); err != nil {
		return s, fmt.Errorf("decode the state of rule %s: %w", s.RuleID, err)
	}
	return s, nil
}

// RuleRevisions implements compliance.VerdictTx.
func (tx *Tx) RuleRevisions(account string) (map[int64]string, error) {
	rows, err := tx.rows("SELECT n, revision FROM rule_states WHERE account = ? AND deleted = 0", account)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]string{}
	for rows.Next() {
		var n int64
		var revision string
		if err := rows.Scan(&n, &revision); err != nil {
			return nil, err
		}
		out[n] = revision
	}
	return out, rows.Err()
}

// PutRuleState implements compliance.VerdictTx.
func (tx *Tx) PutRuleState(s compliance.RuleState) error {
	body, err := json.Marshal(s.RuleProgress)
	if err != nil {
		return fmt.Errorf("encode the state of rule %s: %w", s.RuleID, err)
	}
	if _, err := tx.countUp(generationOf + s.Account); err != nil {
		return err
	}
	c := s.Counts
	_, err = tx.exec(`INSERT INTO rule_states (account, region, n, rule_id, revision, compliant, non_compliant, not_applicable, insufficient,
			requested, due, evaluated, deleted, busy, body) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (account, region, n) DO UPDATE SET revision = excluded.revision, requested = excluded.requested, due = excluded.due,
			deleted = excluded.deleted, busy = excluded.busy, body = excluded.body`,
		s.Account, s.Region, s.N, s.RuleID, s.Revision, c.Compliant, c.NonCompliant, c.NotApplicable, c.Insufficient,
		micros(s.Requested), micros(s.Due), micros(s.Evaluated), bit(s.Deleted), bit(s.Busy()), body)
	return err
}

// CountVerdicts implements compliance.VerdictTx.
func (tx *Tx) CountVerdicts(account, region string, n int64, by compliance.Counts, evaluated time.Time) error {
	_, err := tx.exec(`UPDATE rule_states SET compliant = compliant + ?, non_compliant = non_compliant + ?, not_applicable = not_applicable + ?,
		insufficient = insufficient + ?, evaluated = ? WHERE account = ? AND region = ? AND n = ? AND deleted = 0`,
		by.Compliant, by.NonCompliant, by.NotApplicable, by.Insufficient, micros(evaluated), account, region, n)
	return err
}

// ForgetRule implements compliance.VerdictTx.
func (tx *Tx) ForgetRule(account string, n int64) error {
	if _, err := tx.exec("DELETE FROM verdict_failures WHERE account = ? AND n = ?", account, n); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM verdict_dependents WHERE account = ? AND n = ?", account, n)
	return err
}

// DeleteRuleState implements compliance.VerdictTx.
func (tx *Tx) DeleteRuleState(account, region string, n int64) error {
	if _, err := tx.countUp(generationOf + account); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM rule_states WHERE account = ? AND region = ? AND n = ?", account, region, n)
	return err
}

// RuleAccounts implements compliance.VerdictTx.
func (tx *Tx) RuleAccounts() ([]string, error) {
	return collect(tx, scanText, "SELECT DISTINCT account FROM rule_states ORDER BY account")
}

func scanText(r *sql.Rows) (string, error) {
	var s string
	err := r.Scan(&s)
	return s, err
}

// EvaluationWork implements compliance.VerdictTx.
func (tx *Tx) EvaluationWork(now time.Time) ([]string, time.Time, error) {
	accounts, err := collect(tx, scanText, `SELECT account FROM rule_states WHERE busy = 1
		UNION SELECT account FROM rule_states WHERE due > 0 AND due <= ?`, micros(now))
	if err != nil {
		return nil, time.Time{}, err
	}
	var next int64
	err = tx.row("SELECT COALESCE(MIN(due), 0) FROM rule_states WHERE due > ?", micros(now)).Scan(&next)
	return accounts, fromMicros(next), err
}
