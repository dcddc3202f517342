package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/function/local"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) functionsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "functions",
		Short: "Lambda functions of custom rules that run on this machine",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.functionsList(), p.functionsInvoke())
	return cmd
}

func functionsFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "functions", "", "folder of functions that run on this machine; empty runs none")
	_ = cmd.MarkFlagDirname("functions")
}

func (p *program) functionsList() *cobra.Command {
	var dir, format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the functions of a folder and check their function.yaml",
		Example: `  tickmark functions list --functions examples/functions`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir == "" {
				return usage(cmd, fmt.Errorf("--functions DIR is needed"))
			}
			list, err := local.ReadFolder(dir)
			if err != nil {
				return err
			}
			return p.printFunctions(list, format)
		},
	}
	functionsFlag(cmd, &dir)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

// functionRow is a function as it is listed; the values of its variables may be secret and stay out.
type functionRow struct {
	Name    string `json:"name"`
	Runtime string `json:"runtime"`
	Handler string `json:"handler"`
	Timeout int    `json:"timeout"`
	Memory  int    `json:"memory"`
	Folder  string `json:"folder"`
}

func (p *program) printFunctions(list []local.Function, format string) error {
	rows := []functionRow{}
	for _, f := range list {
		rows = append(rows, functionRow{f.Name.String(), string(f.Runtime), f.Handler, int(f.Timeout.Seconds()), f.Memory, f.Dir})
	}
	if format == "json" {
		return printJSON(p.out, rows)
	}
	t := newTable(p.out, "NAME", "RUNTIME", "HANDLER", "TIMEOUT", "MEMORY", "FOLDER")
	for _, r := range rows {
		t.row(r.Name, r.Runtime, r.Handler, strconv.Itoa(r.Timeout)+" s", strconv.Itoa(r.Memory)+" MB", r.Folder)
	}
	return t.flush()
}

func (p *program) functionsInvoke() *cobra.Command {
	var c server.Config
	var event string
	in := function.Invocation{}
	cmd := &cobra.Command{
		Use:   "invoke NAME",
		Short: "Try a function with one event",
		Long: `Invoke runs a function once with the event of a file, or - for standard input, as a rule of the account and region would;
what it asks of AWS Config is answered from the data directory. Its answer goes to standard output, its log to standard
error. An event whose resultToken is TESTMODE makes most functions store nothing. While a server holds the data
directory, that server runs the function, from its own --functions. The exit code is 3 when the function fails.`,
		Example: `  tickmark functions invoke vpc-flow-logs --functions examples/functions --event event.json`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			in.FunctionARN, in.Account = args[0], c.Account
			if in.Account != "" && !arn.ValidAccount(in.Account) {
				return usage(cmd, fmt.Errorf("--account %q: an account id has 12 digits", in.Account))
			}
			c.Account = ""
			if in.Event, err = p.readEvent(event); err != nil {
				return err
			}
			return p.with(cmd.Context(), c, func(i server.Installation) error { return p.invoke(cmd, i, in) })
		},
	}
	dataFlag(cmd, &c.Data)
	functionsFlag(cmd, &c.Functions)
	cmd.Flags().StringVar(&c.Account, "account", "", "account that the function speaks for (default: the management account)")
	cmd.Flags().StringVar(&in.Region, "region", "us-east-1", "region that the function speaks for")
	cmd.Flags().StringVar(&c.Store, "store", "", "state store: empty for SQLite in the data directory, or postgres://USER@HOST/DATABASE")
	cmd.Flags().StringVar(&event, "event", "-", "file of the event; - is standard input")
	return cmd
}

func (p *program) readEvent(path string) (json.RawMessage, error) {
	in := p.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, function.MaxPayload+1))
	if err != nil {
		return nil, err
	}
	if !json.Valid(b) {
		return nil, fmt.Errorf("the event in %s is not one JSON document of at most %d bytes", path, function.MaxPayload)
	}
	return b, nil
}

// exitFailed is the exit code for a function that ran and failed.
const exitFailed = 3

func (p *program) invoke(cmd *cobra.Command, i server.Installation, in function.Invocation) error {
	a, err := i.InvokeFunction(cmd.Context(), in)
	if err != nil {
		return err
	}
	fmt.Fprint(p.err, a.Log)
	fmt.Fprintf(p.out, "%s\n", a.Payload)
	if a.Failure != nil {
		return exit{exitFailed, a.Failure}
	}
	return nil
}
