package store

import (
	"cmp"
	"database/sql"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

// manyRows is how many rows a statement takes at once; what is left over goes one by one, so that there are two
// query texts and not one for each number.
const manyRows = 40

// insertMany runs one INSERT for many rows: head ends with VALUES, tail follows the rows.
func (tx *Tx) insertMany(head, tail string, rows [][]any) error {
	for len(rows) > 0 {
		n := 1
		if len(rows) >= manyRows {
			n = manyRows
		}
		group := "(" + marks(len(rows[0])) + ")"
		args := slices.Concat(rows[:n]...)
		if _, err := tx.exec(head+strings.TrimSuffix(strings.Repeat(group+",", n), ",")+tail, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// Verdicts implements compliance.VerdictTx.
func (tx *Tx) Verdicts(account string, subjects []inventory.Key) (map[inventory.Key]compliance.Record, error) {
	out := make(map[inventory.Key]compliance.Record, len(subjects))
	sorted := slices.SortedFunc(slices.Values(subjects), inventory.Key.Compare)
	for len(sorted) > 0 {
		n := 1
		first := sorted[0]
		for n < len(sorted) && n < manyRows && sorted[n].Region == first.Region && sorted[n].Type == first.Type {
			n++
		}
		width := 1
		if n > 1 {
			width = manyRows
		}
		args := []any{account, first.Region, first.Type}
		for i := range width {
			args = append(args, sorted[min(i, n-1)].ID)
		}
		records, err := collect(tx, scanRecord, "SELECT account, region, type, id, body FROM verdicts WHERE account = ? AND region = ? AND type = ? AND id IN ("+marks(width)+")", args...)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			out[r.Key] = r
		}
		sorted = sorted[n:]
	}
	return out, nil
}

func scanRecord(rows *sql.Rows) (compliance.Record, error) {
	var r compliance.Record
	var body []byte
	err := rows.Scan(&r.Account, &r.Region, &r.Type, &r.ID, &body)
	if err == nil {
		r.Entries, err = compliance.DecodeEntries(body)
	}
	return r, err
}

// VerdictPage implements compliance.VerdictTx. Each query stays inside one account, region and type, where the
// primary key leads to the page however far behind it is.
func (tx *Tx) VerdictPage(s arn.Scope, types []string, after inventory.Key, limit int) ([]compliance.Record, error) {
	places, err := tx.verdictPlaces(s, after)
	if err != nil {
		return nil, err
	}
	sorted := []string{""}
	if len(types) > 0 {
		sorted = slices.Compact(slices.Sorted(slices.Values(types)))
	}
	var out []compliance.Record
	for _, p := range places {
		from := inventory.Key{}
		if p == (place{after.Account, after.Region}) {
			from = after
		}
		for _, typ := range sorted {
			if typ != "" && typ < from.Type {
				continue
			}
			rest := 0
			if limit > 0 {
				if rest = limit - len(out); rest <= 0 {
					return out, nil
				}
			}
			behind := from
			if typ != "" && typ != from.Type {
				behind = inventory.Key{Type: typ}
			}
			page, err := tx.verdictsBehind(p, typ, behind, rest)
			if err != nil {
				return nil, err
			}
			out = append(out, page...)
		}
	}
	return out, nil
}

// place is an account and a region that has verdicts.
type place struct{ account, region string }

// verdictPlaces are the places of a scope in order, beginning at a key. One account's regions need no query.
func (tx *Tx) verdictPlaces(s arn.Scope, from inventory.Key) ([]place, error) {
	var places []place
	if !s.Installation && len(s.Accounts) == 1 && len(s.Regions) > 0 {
		for _, r := range slices.Compact(slices.Sorted(slices.Values(s.Regions))) {
			places = append(places, place{s.Accounts[0], r})
		}
	} else {
		where, args := scoped(s, "account", "region")
		var err error
		places, err = collect(tx, func(r *sql.Rows) (place, error) {
			var p place
			err := r.Scan(&p.account, &p.region)
			return p, err
		}, "SELECT DISTINCT account, region FROM verdicts WHERE "+where+" ORDER BY account, region", args...)
		if err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(places, func(p place) bool {
		return cmp.Or(cmp.Compare(p.account, from.Account), cmp.Compare(p.region, from.Region)) < 0
	}), nil
}

func (tx *Tx) verdictsBehind(p place, typ string, after inventory.Key, limit int) ([]compliance.Record, error) {
	query, args := behind("SELECT account, region, type, id, body FROM verdicts WHERE account = ? AND region = ?", []any{p.account, p.region}, typ, after)
	query += " ORDER BY type, id"
	if limit > 0 {
		query, args = query+" LIMIT ?", append(args, limit)
	}
	return collect(tx, scanRecord, query, args...)
}

// PutVerdicts implements compliance.VerdictTx.
func (tx *Tx) PutVerdicts(account string, records []compliance.Record) error {
	var rows [][]any
	for i := range records {
		r := &records[i]
		if len(r.Entries) > 0 {
			rows = append(rows, []any{account, r.Region, r.Type, r.ID, int64(r.Rollup()), compliance.EncodeEntries(r.Entries)})
			continue
		}
		if _, err := tx.exec("DELETE FROM verdicts"+atKey, account, r.Region, r.Type, r.ID); err != nil {
			return err
		}
	}
	return tx.insertMany("INSERT INTO verdicts (account, region, type, id, rollup, body) VALUES ",
		" ON CONFLICT (account, region, type, id) DO UPDATE SET rollup = excluded.rollup, body = excluded.body", rows)
}

// Rollups implements compliance.VerdictTx.
func (tx *Tx) Rollups(s arn.Scope) ([]compliance.RollupCount, error) {
	where, args := scoped(s, "account", "region")
	return collect(tx, func(r *sql.Rows) (compliance.RollupCount, error) {
		var c compliance.RollupCount
		err := r.Scan(&c.Account, &c.Region, &c.Type, &c.Rollup, &c.Subjects)
		return c, err
	}, "SELECT account, region, type, rollup, COUNT(*) FROM verdicts WHERE "+where+" GROUP BY account, region, type, rollup ORDER BY account, region, type, rollup", args...)
}

// AddFailures implements compliance.VerdictTx.
func (tx *Tx) AddFailures(account string, n int64, subjects []inventory.Key) error {
	rows := make([][]any, len(subjects))
	for i, k := range subjects {
		rows[i] = []any{account, n, k.Region, k.Type, k.ID}
	}
	return tx.insertMany("INSERT INTO verdict_failures (account, n, region, type, id) VALUES ", " ON CONFLICT DO NOTHING", rows)
}

// RemoveFailures implements compliance.VerdictTx.
func (tx *Tx) RemoveFailures(account string, n int64, subjects []inventory.Key) error {
	for _, k := range subjects {
		if _, err := tx.exec("DELETE FROM verdict_failures WHERE account = ? AND n = ? AND region = ? AND type = ? AND id = ?", account, n, k.Region, k.Type, k.ID); err != nil {
			return err
		}
	}
	return nil
}

// Failures implements compliance.VerdictTx.
func (tx *Tx) Failures(account string, n int64, after inventory.Key, limit int) ([]inventory.Key, error) {
	query, args := "SELECT region, type, id FROM verdict_failures WHERE account = ? AND n = ? AND (region, type, id) > (?,?,?) ORDER BY region, type, id",
		[]any{account, n, after.Region, after.Type, after.ID}
	if limit > 0 {
		query, args = query+" LIMIT ?", append(args, limit)
	}
	return collect(tx, func(r *sql.Rows) (inventory.Key, error) {
		k := inventory.Key{Account: account}
		err := r.Scan(&k.Region, &k.Type, &k.ID)
		return k, err
	}, query, args...)
}

// ChangeDependents implements compliance.VerdictTx.
func (tx *Tx) ChangeDependents(account string, remove, add []compliance.Dependent) error {
	for _, d := range remove {
		if _, err := tx.exec(`DELETE FROM verdict_dependents WHERE account = ? AND type = ? AND ref = ? AND region = ? AND n = ?
			AND subject_region = ? AND subject_type = ? AND subject_id = ?`, dependentValues(account, d)...); err != nil {
			return err
		}
	}
	rows := make([][]any, len(add))
	for i, d := range add {
		rows[i] = dependentValues(account, d)
	}
	return tx.insertMany("INSERT INTO verdict_dependents (account, type, ref, region, n, subject_region, subject_type, subject_id) VALUES ",
		" ON CONFLICT DO NOTHING", rows)
}

func dependentValues(account string, d compliance.Dependent) []any {
	return []any{account, d.Type, indexable(d.Ref), d.Region, d.N, d.Subject.Region, d.Subject.Type, d.Subject.ID}
}

// Dependents implements compliance.VerdictTx.
func (tx *Tx) Dependents(account, typ string, refs []string, region string) ([]compliance.Dependent, error) {
	var all []compliance.Dependent
	for part := range slices.Chunk(refs, 256) {
		found, err := tx.dependents(account, typ, part, region)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b compliance.Dependent) int {
		return cmp.Or(a.Subject.Compare(b.Subject), cmp.Compare(a.N, b.N))
	})
	return all, nil
}

func (tx *Tx) dependents(account, typ string, refs []string, region string) ([]compliance.Dependent, error) {
	n := 4 // id, ARN, name and ""; powers of two, so that there are few statements to prepare
	for n < len(refs) {
		n *= 2
	}
	args := []any{account, typ}
	for i := range n {
		args = append(args, indexable(refs[min(i, len(refs)-1)]))
	}
	query := `SELECT type, ref, region, n, subject_region, subject_type, subject_id FROM verdict_dependents
		WHERE account = ? AND type = ? AND ref IN (` + marks(n) + `)`
	if region != arn.Global {
		query += " AND region IN (?,'*')"
		args = append(args, region)
	}
	return collect(tx, func(r *sql.Rows) (compliance.Dependent, error) {
		d := compliance.Dependent{Subject: inventory.Key{Account: account}}
		err := r.Scan(&d.Type, &d.Ref, &d.Region, &d.N, &d.Subject.Region, &d.Subject.Type, &d.Subject.ID)
		return d, err
	}, query, args...)
}
