package store

import (
	"database/sql"
	"math"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
)

const packScoreColumns = "at, compliant, non_compliant, not_applicable, insufficient, compliant_rules, noncompliant_rules, insufficient_rules"

// AddPackScore implements compliance.VerdictTx.
func (tx *Tx) AddPackScore(s compliance.PackScore) error {
	_, err := tx.exec("INSERT INTO pack_scores (account, region, pack, "+packScoreColumns+") VALUES ("+marks(11)+`)
		ON CONFLICT (account, region, pack, at) DO UPDATE SET compliant = excluded.compliant, non_compliant = excluded.non_compliant,
		not_applicable = excluded.not_applicable, insufficient = excluded.insufficient, compliant_rules = excluded.compliant_rules,
		noncompliant_rules = excluded.noncompliant_rules, insufficient_rules = excluded.insufficient_rules`,
		s.Account, s.Region, s.Pack, s.At.UnixMicro(), s.Counts.Compliant, s.Counts.NonCompliant, s.Counts.NotApplicable, s.Counts.Insufficient,
		s.Rules.Compliant, s.Rules.NonCompliant, s.Rules.Insufficient)
	return err
}

// PackScores implements compliance.VerdictTx.
func (tx *Tx) PackScores(account, region, pack string, before time.Time, limit int) ([]compliance.PackScore, error) {
	until := int64(math.MaxInt64)
	if !before.IsZero() {
		until = before.UnixMicro()
	}
	return collect(tx, func(r *sql.Rows) (compliance.PackScore, error) {
		s := compliance.PackScore{Account: account, Region: region, Pack: pack}
		var at int64
		c := &s.Counts
		err := r.Scan(&at, &c.Compliant, &c.NonCompliant, &c.NotApplicable, &c.Insufficient, &s.Rules.Compliant, &s.Rules.NonCompliant, &s.Rules.Insufficient)
		s.At = time.UnixMicro(at).UTC()
		return s, err
	}, "SELECT "+packScoreColumns+" FROM pack_scores WHERE account = ? AND region = ? AND pack = ? AND at < ? ORDER BY at DESC LIMIT ?",
		account, region, pack, until, limit)
}

// ForgetPackScores implements compliance.VerdictTx.
func (tx *Tx) ForgetPackScores(account, region, pack string) error {
	_, err := tx.exec("DELETE FROM pack_scores WHERE account = ? AND region = ? AND pack = ?", account, region, pack)
	return err
}
