package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/query"
)

// momentFlag adds a flag for a time, written as advanced queries write it; zero when it is not given.
func momentFlag(cmd *cobra.Command, into *time.Time, name, help string) {
	cmd.Flags().Var((*moment)(into), name, help)
}

type moment time.Time

func (m *moment) String() string {
	if m == nil || time.Time(*m).IsZero() {
		return ""
	}
	return time.Time(*m).Format(time.RFC3339Nano)
}

func (m *moment) Set(s string) error {
	t, ok := query.Moment(s)
	if !ok || t.Year() < 1970 {
		return fmt.Errorf("it must be a time from 1970 on such as 2026-01-31T12:00:00Z or 2026-01-31")
	}
	*m = moment(t)
	return nil
}

func (*moment) Type() string { return "TIME" }
