package controls

import (
	"regexp"
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/catalog"
)

// TestControls: every control is found by its ARN and keeps the model's patterns, which clients hold us to.
func TestControls(t *testing.T) {
	alias := regexp.MustCompile(`^[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,254}[a-zA-Z0-9])$`)
	resource := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.:/_-]{1,254}$`)
	identifier := regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,256}$`)
	kinds := map[string]int{}
	for i, c := range All() {
		if got, ok := Find(catalog.ARN("aws", catalog.KindControl, c.ID)); !ok || got != c {
			t.Errorf("%s is not found", c.Name)
		}
		if i > 0 && All()[i-1].ID >= c.ID {
			t.Errorf("%s stands behind %s", c.ID, All()[i-1].ID)
		}
		if c.Name == "" || c.Description == "" {
			t.Errorf("%s has the name %q and the description %q", c.Identifier, c.Name, c.Description)
		}
		for _, a := range c.Aliases {
			if !alias.MatchString(a) {
				t.Errorf("%s has the alias %q", c.Identifier, a)
			}
		}
		for _, r := range c.Resources {
			if !resource.MatchString(r) {
				t.Errorf("%s is about %q", c.Identifier, r)
			}
		}
		if c.Type != "" && !identifier.MatchString(c.Identifier) {
			t.Errorf("identifier %q", c.Identifier)
		}
		if s := c.Severity; s != "" && !slices.Contains([]string{"LOW", "MEDIUM", "HIGH", "CRITICAL"}, s) {
			t.Errorf("%s has the severity %q", c.Identifier, s)
		}
		kinds[c.Type]++
	}
	if kinds[ConfigRule] < 800 || kinds[SecurityControl] < 550 || kinds[""] < 250 {
		t.Errorf("controls by type: %v", kinds)
	}
	if _, ok := Find("arn:aws:controltower:us-east-1::control/AWS-GR_ENCRYPTED_VOLUMES"); ok {
		t.Error("a control of Control Tower is found")
	}
}

func TestMappings(t *testing.T) {
	byType := map[string]int{}
	has := map[string]bool{}
	for _, m := range Mappings() {
		byType[m.Type]++
		switch m.Type {
		case ToFramework:
			if n := len(m.Item()); n < 3 || n > 250 {
				t.Errorf("%s is mapped to %q", m.Control.Name, m.Item())
			}
			has[m.Control.Identifier+" "+m.Requirement.Framework.Name()+" "+m.Requirement.Requirement] = true
		case ToCommon:
			has[m.Control.Identifier+" "+m.Common.Key] = true
		case ToControl:
			has[m.Control.Identifier+" "+m.Relation+" "+m.Related.Identifier] = true
		}
	}
	for _, want := range []string{
		"ENCRYPTED_VOLUMES encrypt-storage", "EC2.3 encrypt-storage", "ENCRYPTED_VOLUMES ALTERNATIVE EC2.3", "EC2.3 ALTERNATIVE ENCRYPTED_VOLUMES",
		"EC2.3 COMPLEMENTARY ", " COMPLEMENTARY EC2.3", "ENCRYPTED_VOLUMES NIST SP 800-53 r5 SC-28",
	} {
		if !has[want] {
			t.Errorf("no mapping %q", want)
		}
	}
	if byType[ToFramework] < 10000 || byType[ToCommon] < 1500 || byType[ToControl] < 2000 {
		t.Errorf("mappings by type: %v", byType)
	}
	t.Log(byType)
}

func TestGlobal(t *testing.T) {
	for alias, want := range map[string]bool{"iam-user-mfa-enabled": true, "encrypted-volumes": false, "cloudtrail-enabled": false} {
		i := slices.IndexFunc(All(), func(c *Control) bool { return slices.Contains(c.Aliases, alias) })
		if All()[i].Global() != want {
			t.Errorf("%s is global: %v", alias, !want)
		}
	}
}
