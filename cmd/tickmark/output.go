package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/fault"
)

// What a user sees, in one place: results on standard output, everything else on standard error; an error says what
// is wrong and what to do; colour and bars only on a terminal.

// formatFlag adds --output with the formats a command knows; the first is the default.
func formatFlag(cmd *cobra.Command, into *string, formats ...string) {
	oneOf(cmd, into, "output", "o", "output format", formats...)
}

// oneOf adds a flag that takes one of some values; the first is the default.
func oneOf(cmd *cobra.Command, into *string, flag, short, help string, values ...string) {
	cmd.Flags().StringVarP(into, flag, short, values[0], help+": "+strings.Join(values, " | "))
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	pre := cmd.PreRunE
	cmd.PreRunE = func(c *cobra.Command, args []string) error {
		for _, v := range values {
			if v == *into {
				if pre != nil {
					return pre(c, args)
				}
				return nil
			}
		}
		return usage(c, fmt.Errorf("--%s %q is unknown: it must be one of %s", flag, *into, strings.Join(values, ", ")))
	}
}

// printJSON writes one indented JSON document.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// table writes aligned columns under a header.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer, header ...string) table {
	t := table{tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)}
	if len(header) > 0 {
		t.row(header...)
	}
	return t
}

func (t table) row(cells ...string) {
	for i, c := range cells {
		cells[i] = plain(c)
	}
	fmt.Fprintln(t.w, strings.Join(cells, "\t"))
}

func (t table) flush() error { return t.w.Flush() }

// plain keeps names from other people from steering the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// printError writes an error for a person. A fault is a sentence already; the cause of an internal error is shown,
// because whoever runs a command is its operator.
func (p *program) printError(err error) {
	var f *fault.Error
	text := err.Error()
	if errors.As(err, &f) && f.Kind != fault.Internal {
		text = f.Message
		if f.Err != nil {
			text += " (" + f.Err.Error() + ")"
		}
	}
	for i, line := range strings.Split(text, "\n") {
		if i == 0 {
			line = "tickmark: " + line
		}
		fmt.Fprintln(p.err, plain(line))
	}
}

// counted is a number of things in words: "1 row", "2 rows".
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) }
