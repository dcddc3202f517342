package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"
)

// fromEnvironment sets the flags that were not given from TICKMARK_<FLAG>, and then from the file of --config.
func (p *program) fromEnvironment(cmd *cobra.Command) error {
	var failed error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := "TICKMARK_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if v, ok := p.env(name); ok && !f.Changed && failed == nil {
			if err := cmd.Flags().Set(f.Name, v); err != nil {
				failed = usage(cmd, fmt.Errorf("%s=%q: %w", name, v, err))
			}
		}
	})
	if failed != nil {
		return failed
	}
	if f := cmd.Flags().Lookup("config"); f != nil && f.Value.String() != "" {
		return fromFile(cmd, f.Value.String())
	}
	return nil
}

// fromFile sets the flags that neither the command line nor the environment has set. A key that is no flag is an
// error: a misspelt setting must not be lost in silence.
func fromFile(cmd *cobra.Command, path string) error {
	settings, err := readSettings(path)
	if err != nil {
		return err
	}
	for key, v := range settings {
		f := cmd.Flags().Lookup(key)
		if f == nil || key == "config" || key == "help" {
			return fmt.Errorf("%s: unknown setting %q; settings are named as the flags of 'tickmark serve'", path, key)
		}
		if f.Changed {
			continue
		}
		if err := cmd.Flags().Set(key, fmt.Sprint(v)); err != nil {
			return fmt.Errorf("%s: setting %q: %w", path, key, err)
		}
	}
	return nil
}

func readSettings(path string) (map[string]any, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	settings := map[string]any{}
	if err := yaml.Unmarshal(b, &settings); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for key, v := range settings {
		switch v := v.(type) {
		case string, bool, int, float64:
		case []any:
			if key != "connections" {
				return nil, fmt.Errorf("%s: setting %q must be a single value", path, key)
			}
			list, err := yaml.Marshal(v)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			settings[key] = string(list)
		default:
			return nil, fmt.Errorf("%s: setting %q must be a single value", path, key)
		}
	}
	return settings, nil
}
