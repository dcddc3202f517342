package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"

	"github.com/tickmark/tickmark/internal/connect"
)

// connectionFlags are the settings of a connection; in the file of 'serve --config' they have the same names.
func connectionFlags(f *pflag.FlagSet, c *connect.Connection) {
	f.StringVar(&c.Name, "name", "", "name of the connection (default: the profile, or aws)")
	f.StringVar(&c.Profile, "profile", "", "AWS profile with the credentials; empty takes the usual ones")
	f.BoolVar(&c.Organization, "org", false, "all accounts of the organization that the credentials belong to")
	f.StringVar(&c.Role, "role", "", "name of the role to assume in each account")
	f.StringSliceVar(&c.RoleARNs, "role-arn", nil, "ARN of a role to assume, one for each account, in place of --role")
	f.StringVar(&c.ExternalID, "external-id", "", "external id to assume roles with; TICKMARK_EXTERNAL_ID keeps it from the list of processes")
	f.StringSliceVar(&c.Accounts, "accounts", nil, "only these accounts")
	f.StringSliceVar(&c.ExcludeAccounts, "exclude-accounts", nil, "not these accounts")
	f.StringSliceVar(&c.Units, "ous", nil, "only accounts below these organizational units")
	f.StringSliceVar(&c.ExcludeUnits, "exclude-ous", nil, "no accounts below these organizational units")
	f.StringSliceVar(&c.Regions, "regions", nil, "only these regions (default: those that are enabled in each account)")
	f.StringSliceVar(&c.Types, "types", nil, "only these resource types (default: all that have a collector)")
	f.DurationVar(&c.Every, "every", connect.DefaultEvery, "time between complete readings")
	f.StringVar(&c.EndpointURL, "endpoint-url", "", "send calls to this address instead of AWS's (AWS_ENDPOINT_URL is not obeyed)")
}

// declared are connections that a file of settings declares: a list of objects with the flags' names. It is the value of
// a flag that is not shown, since it is only set by the file.
type declared struct{ into *[]connect.Connection }

func (declared) String() string { return "" }
func (declared) Type() string   { return "connections" }

// Set reads the list.
func (d declared) Set(text string) error {
	var list []map[string]any
	if err := yaml.Unmarshal([]byte(text), &list); err != nil {
		return fmt.Errorf("it must be a list of connections, each with settings named as the flags of 'tickmark connect aws': %w", err)
	}
	names := map[string]bool{}
	for i, settings := range list {
		c, err := declaredConnection(settings)
		if err == nil && names[c.Name] {
			err = fmt.Errorf("there are two of the name %q; give each a name", c.Name)
		}
		if err != nil {
			return fmt.Errorf("connection %d: %w", i+1, err)
		}
		names[c.Name] = true
		*d.into = append(*d.into, c)
	}
	return nil
}

func declaredConnection(settings map[string]any) (c connect.Connection, err error) {
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	connectionFlags(f, &c)
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if f.Lookup(key) == nil {
			return c, fmt.Errorf("unknown setting %q; settings are named as the flags of 'tickmark connect aws'", key)
		}
		value, err := valueText(settings[key])
		if err == nil {
			err = f.Set(key, value)
		}
		if err != nil {
			return c, fmt.Errorf("setting %q: %w", key, err)
		}
	}
	return c, c.Check()
}

// valueText is a value of YAML as a flag takes it. Account ids may stand without quotes.
func valueText(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case bool, int, int64, uint64:
		return fmt.Sprint(v), nil
	case []any:
		var parts []string
		for _, e := range v {
			s, err := valueText(e)
			if err != nil {
				return "", err
			}
			parts = append(parts, s)
		}
		return strings.Join(parts, ","), nil
	}
	return "", fmt.Errorf("it must be a value or a list of values")
}
