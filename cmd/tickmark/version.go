package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) versionCommand() *cobra.Command {
	var operations bool
	var format string
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version, and with --operations what is served",
		Example: "  tickmark version --operations",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if operations {
				return p.printOperations(format)
			}
			v := map[string]string{"version": server.Version, "go": goVersion()}
			if format == "json" {
				return printJSON(p.out, v)
			}
			fmt.Fprintf(p.out, "tickmark %s (%s)\n", v["version"], v["go"])
			return nil
		},
	}
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().BoolVar(&operations, "operations", false, "list every operation of every service, served or not")
	return cmd
}

func goVersion() string {
	if i, ok := debug.ReadBuildInfo(); ok {
		return i.GoVersion
	}
	return "unknown Go"
}

// operation is one line of the served/unserved list.
type operation struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Served    bool   `json:"served"`
}

func (p *program) printOperations(format string) error {
	var list []operation
	for _, o := range server.Operations() {
		list = append(list, operation{o.Service, o.Operation, o.Served})
	}
	if format == "json" {
		return printJSON(p.out, list)
	}
	t := newTable(p.out, "SERVICE", "OPERATION", "SERVED")
	served := 0
	for _, o := range list {
		if o.Served {
			served++
		}
		t.row(o.Service, o.Operation, map[bool]string{true: "yes", false: "no"}[o.Served])
	}
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d of %d operations served\n", served, len(list))
	return nil
}
