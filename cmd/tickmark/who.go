package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/forensic"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) whoCommand() *cobra.Command {
	var c server.Config
	var q server.WhoQuery
	var format string
	var sessions, firstSeen bool
	cmd := &cobra.Command{
		Use:   "who USER",
		Short: "Who did what: calls, addresses, keys and sessions of a user, a key or a role",
		Long: `Who reads the recorded events of every account and region, from the data directory or through the server that holds it.
USER is a user's name, the name of a role's session, an access key id, or the ARN of a user, a role or a session.

With --sessions it follows the temporary credentials that were taken, and those taken from these in turn, into every
account; of a temporary key it also tells where it comes from. With --first-seen it tells which calls, addresses, accounts
and regions were new in the time looked at, of one user or, without USER, of all.`,
		Example: `  tickmark who alice --hours 24
  tickmark who AKIAIOSFODNN7EXAMPLE --from 2026-01-01 --output json
  tickmark who arn:aws:iam::111122223333:role/Deploy --sessions
  tickmark who --first-seen --hours 48`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				q.Subject = args[0]
			}
			if err := whoUsage(q, sessions, firstSeen); err != nil {
				return usage(cmd, err)
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				switch {
				case sessions:
					return show(cmd.Context(), p, format, q, in.Sessions, p.printSessions)
				case firstSeen:
					return show(cmd.Context(), p, format, q, in.FirstSeen, p.printNovelties)
				}
				return show(cmd.Context(), p, format, q, in.Who, p.printActivity)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	windowFlags(cmd, &q, "events")
	cmd.Flags().BoolVar(&sessions, "sessions", false, "follow the temporary credentials that were taken")
	cmd.Flags().BoolVar(&firstSeen, "first-seen", false, "tell what was done for the first time")
	return cmd
}

// windowFlags add the flags that say which events a command looks at, and how many of what it finds it shows.
func windowFlags(cmd *cobra.Command, q *server.WhoQuery, found string) {
	placeFlags(cmd, &q.Accounts, &q.Regions)
	cmd.Flags().IntVar(&q.Hours, "hours", 0, "only the last so many hours")
	momentFlag(cmd, &q.From, "from", "only events of then or later")
	momentFlag(cmd, &q.To, "to", "only events of then or earlier")
	cmd.Flags().IntVar(&q.Limit, "limit", 20, "show so many of the latest "+found+", at most 1000")
}

// windowUsage tells what is wrong with what windowFlags took.
func windowUsage(q server.WhoQuery) error {
	switch {
	case q.Hours < 0:
		return fmt.Errorf("--hours %d: it must be 1 or more", q.Hours)
	case q.Hours > 0 && !q.From.IsZero():
		return fmt.Errorf("--hours does not go with --from")
	}
	return nil
}

func whoUsage(q server.WhoQuery, sessions, firstSeen bool) error {
	switch {
	case sessions && firstSeen:
		return fmt.Errorf("--sessions does not go with --first-seen")
	case q.Subject == "" && !firstSeen:
		return fmt.Errorf("name a USER: a user's name, an access key id or an ARN")
	case firstSeen && q.Hours == 0 && q.From.IsZero():
		return fmt.Errorf("--first-seen needs --hours or --from: what came before is what is known")
	}
	return windowUsage(q)
}

// show asks and prints the answer in a format.
func show[Q, A any](ctx context.Context, p *program, format string, q Q, ask func(context.Context, Q) (A, error), table func(A) error) error {
	a, err := ask(ctx, q)
	if err != nil {
		return err
	}
	if format == "json" {
		return printJSON(p.out, a)
	}
	return table(a)
}

func (p *program) printActivity(a forensic.Activity) error {
	fmt.Fprintf(p.out, "%s: %s, %d failed, %d changed something", plain(a.Subject), counted(a.Events, "event"), a.Errors, a.Changes)
	if a.Events == 0 {
		_, err := fmt.Fprintln(p.out)
		return err
	}
	fmt.Fprintf(p.out, ", from %s to %s\n", clock(a.First), clock(a.Last))
	for _, part := range []struct {
		title string
		list  []forensic.Tally
	}{{"CALL", a.Calls}, {"ERROR", a.ErrorCodes}, {"ADDRESS", a.Addresses}, {"KEY", a.Keys}, {"ACCOUNT AND REGION", a.Places}, {"PRINCIPAL", a.Principals}} {
		if err := p.printTallies(part.title, part.list); err != nil {
			return err
		}
	}
	if len(a.Recent) == 0 {
		return nil
	}
	fmt.Fprintln(p.out)
	t := newTable(p.out, "TIME", "CALL", "REGION", "ADDRESS", "ERROR", "RESOURCES")
	for _, e := range a.Recent {
		t.row(clock(e.Time), callOf(e), e.Region, e.Address, e.ErrorCode, few(e.Resources))
	}
	return t.flush()
}

// callOf is an event's call as people say it: s3:PutObject.
func callOf(e forensic.Act) string {
	return strings.TrimSuffix(e.Source, ".amazonaws.com") + ":" + e.Name
}

// shownTallies is how many values of a field a table shows.
const shownTallies = 10

func (p *program) printTallies(title string, list []forensic.Tally) error {
	if len(list) == 0 {
		return nil
	}
	fmt.Fprintln(p.out)
	t := newTable(p.out, title, "COUNT", "FAILED", "FIRST", "LAST")
	for _, y := range list[:min(shownTallies, len(list))] {
		t.row(y.Value, fmt.Sprint(y.Count), fmt.Sprint(y.Errors), clock(y.First), clock(y.Last))
	}
	if more := len(list) - shownTallies; more > 0 {
		t.row(fmt.Sprintf("and %d more", more))
	}
	return t.flush()
}

func (p *program) printSessions(s forensic.Sessions) error {
	for i, o := range s.Origin {
		fmt.Fprintf(p.out, "%s%s\n", strings.Repeat("  ", i), plain(sessionLine(o)))
	}
	fmt.Fprintf(p.out, "%s%s\n", strings.Repeat("  ", len(s.Origin)), plain(s.Subject))
	n := p.printTree(s.Sessions, len(s.Origin)+1)
	if s.Cut {
		fmt.Fprintln(p.out, "there are more than are shown: narrow the time with --from and --to")
	}
	_, err := fmt.Fprintln(p.out, counted(n, "session"))
	return err
}

func (p *program) printTree(all []forensic.Session, depth int) (n int) {
	for _, s := range all {
		indent := strings.Repeat("  ", depth)
		fmt.Fprintf(p.out, "%s%s\n", indent, plain(sessionLine(s)))
		fmt.Fprintf(p.out, "%s  %s\n", indent, plain(usedLine(s)))
		n += 1 + p.printTree(s.Sessions, depth+1)
	}
	return n
}

// sessionLine tells how a session was taken.
func sessionLine(s forensic.Session) string {
	who := s.Principal
	if who == "" {
		who = strings.TrimSpace(s.Role + " " + s.Name)
	}
	line := clock(s.Issued) + " " + s.Call + " -> " + s.Key
	if who != "" {
		line += " " + who
	}
	if s.Address != "" {
		line += " from " + s.Address
	}
	return line
}

// usedLine tells what was done with a session.
func usedLine(s forensic.Session) string {
	if s.Events == 0 {
		return "not used"
	}
	var calls []string
	for _, c := range s.Calls {
		source, name, _ := strings.Cut(c.Value, " ")
		calls = append(calls, strings.TrimSuffix(source, ".amazonaws.com")+":"+name)
	}
	return fmt.Sprintf("%s, %d failed, %d changed something, last %s: %s", counted(s.Events, "event"), s.Errors, s.Changes, clock(s.Last), few(calls))
}

func (p *program) printNovelties(n forensic.Novelties) error {
	t := newTable(p.out, "FIRST SEEN", "USER", "KIND", "VALUE", "COUNT")
	for _, x := range n.Novelties {
		t.row(clock(x.First), x.User, x.Kind, x.Value, fmt.Sprint(x.Count))
	}
	if err := t.flush(); err != nil {
		return err
	}
	if n.Cut {
		fmt.Fprintln(p.out, "there are more than are shown: narrow it with a USER, --accounts or --regions")
	}
	known := "nothing is recorded"
	if !n.Since.IsZero() {
		known = "events are recorded since " + clock(n.Since)
	}
	_, err := fmt.Fprintf(p.out, "%d new; %s\n", len(n.Novelties), known)
	return err
}

func (p *program) historyEvents() *cobra.Command {
	var c server.Config
	var q server.ResourceEventsQuery
	var format string
	cmd := &cobra.Command{
		Use:   "events TYPE ID | ARN",
		Short: "What was done to a resource, beside what it looked like",
		Long: `Events prints the calls that name a resource, by its id, name or ARN, in one list with the states that were recorded of
it, the latest first. A resource that was never recorded is found by its name in the events.`,
		Example: `  tickmark history events AWS::S3::Bucket my-bucket --from 2026-01-01
  tickmark history events arn:aws:s3:::my-bucket --reads --output json`,
		Args: resourceArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			name(&q.Resource, args)
			if q.Limit < 0 {
				return usage(cmd, fmt.Errorf("--limit %d: it must be 0 or more", q.Limit))
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				return show(cmd.Context(), p, format, q, in.ResourceEvents, p.printResourceEvents)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	placeFlags(cmd, &q.Resource.Accounts, &q.Resource.Regions)
	momentFlag(cmd, &q.From, "from", "only what was then or later")
	momentFlag(cmd, &q.To, "to", "only what was then or earlier")
	cmd.Flags().BoolVar(&q.Reads, "reads", false, "show calls that only read, too")
	cmd.Flags().IntVar(&q.Limit, "limit", 0, "at most so many events and so many states, the latest; 0 for all")
	return cmd
}

func (p *program) printResourceEvents(r server.ResourceEvents) error {
	fmt.Fprintln(p.out, plain(title(r.Place)))
	t := newTable(p.out, "TIME", "WHAT", "BY", "ADDRESS", "DETAIL")
	for _, e := range r.Entries {
		if a := e.Event; a != nil {
			by := a.User
			if by == "" {
				by = a.Principal
			}
			t.row(clock(e.Time), callOf(*a), by, a.Address, a.ErrorCode)
			continue
		}
		t.row(clock(e.Time), strings.ToLower(string(e.State.Kind))+" "+e.State.Status, "", "", few(slices.Sorted(maps.Keys(e.State.Properties))))
	}
	if err := t.flush(); err != nil {
		return err
	}
	if r.Cut {
		fmt.Fprintln(p.out, "there are more events than are shown: narrow the time with --from and --to, or raise --limit")
	}
	_, err := fmt.Fprintln(p.out, counted(len(r.Entries), "line"))
	return err
}
