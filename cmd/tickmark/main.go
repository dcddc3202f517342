// Command tickmark records what a cloud estate looks like, judges it by rules, follows who did what, and hands an
// auditor evidence that can be verified offline. One file a command.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/stamp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: isTerminal(os.Stderr), env: os.LookupEnv, clock: stamp.System}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// program is what a command may touch of its surroundings; tests run it in their own process.
type program struct {
	in       io.Reader
	out, err io.Writer
	terminal bool
	env      func(string) (string, bool)
	clock    stamp.Source
	started  bool // a command was found and its arguments are well-formed
}

// Exit codes that are the same for every command; others are told in the command's help.
const (
	exitError = 1
	exitUsage = 2
)

// exit ends the program with a code; the message, if any, goes to standard error.
type exit struct {
	code int
	err  error
}

func (e exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

// run executes the command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	code := exitError
	if !p.started {
		code = exitUsage // cobra has refused the command line
	}
	var e exit
	if errors.As(err, &e) {
		code = e.code
	}
	if text := err.Error(); text != "" {
		p.printError(err)
	}
	return code
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "tickmark",
		Short: "Cloud compliance, audit evidence and governance, self-hosted",
		Long: `Tickmark records what a cloud estate looks like, keeps every past state, judges it by rules, follows who did
what, collects the proof for each control of a framework, and hands an auditor a report that can be verified offline.
It speaks the wire APIs of AWS Audit Manager, Config, CloudTrail and their neighbours.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			p.started = true
			return p.fromEnvironment(cmd)
		},
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, err) })
	root.AddCommand(p.commands()...)
	for _, c := range root.Commands() {
		strict(c)
	}
	return root
}

// strict makes wrong arguments a usage error of every command below c.
func strict(c *cobra.Command) {
	if args := c.Args; args != nil {
		c.Args = func(cmd *cobra.Command, a []string) error {
			if err := args(cmd, a); err != nil {
				return usage(cmd, err)
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		strict(sub)
	}
}

// usage is an error of the command line itself, with the way to help.
func usage(cmd *cobra.Command, err error) error {
	return exit{exitUsage, errors.New(err.Error() + "\nSee '" + cmd.CommandPath() + " --help'.")}
}
