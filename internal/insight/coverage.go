package insight

import "context"

// days are the days on which an account had events.
type days map[Minute]bool

// leastDays is how many of the seven days before must have had events of the account: fewer are no baseline.
const leastDays = 4

// covers reports whether a minute has a week behind it that says what is usual: the account had events seven days before
// or earlier, and on most days since.
func (d days) covers(m Minute) bool {
	n, first := 0, false
	for day := range d {
		if day < m.day() && day >= m.day()-week {
			n++
		}
		first = first || day <= m.day()-week
	}
	return first && n >= leastDays
}

// coverage is the days of each category.
type coverage map[string]days

func (c coverage) read(ctx context.Context, s Store, account, category string, until Minute) error {
	if c[category] != nil {
		return nil
	}
	return s.Read(ctx, func(tx Tx) error {
		list, err := tx.InsightDays(account, category, until.day()-KeepMinutes-week)
		c[category] = days{}
		for _, d := range list {
			c[category][d] = true
		}
		return err
	})
}
