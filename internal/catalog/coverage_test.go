package catalog

import "testing"

func TestStateOf(t *testing.T) {
	for _, c := range []struct {
		want    State
		sources []Source
	}{
		{StateManual, nil},
		{StateManual, []Source{{Type: Manual}}},
		{StateAutomated, []Source{{Type: Manual}, {Type: Config, Keyword: "INCOMING_SSH_DISABLED"}}},
		{StateAutomated, []Source{{Type: Config, Keyword: "Custom_ours"}}},
		{StateNotCollectable, []Source{{Type: Config, Keyword: "NO_SUCH_RULE"}}},
		{StateAutomated, []Source{{Type: APICall, Keyword: "iam_ListUsers"}}},
		{StateNotCollectable, []Source{{Type: Manual}, {Type: APICall, Keyword: "license-manager_ListLicenseConfigurations"}}},
		{StateNotCollectable, []Source{{Type: APICall, Keyword: "iam_Nope"}}},
		{StateAutomated, []Source{{Type: CloudTrail, Keyword: "iam_CreateUser"}}},
		{StateAutomated, []Source{{Type: SecurityHub, Keyword: "EC2.4"}}},
		{StateAutomated, []Source{{Type: CoreControl, Keyword: Catalog().Cores()[0].ID}}},
		{StateNotCollectable, []Source{{Type: CommonControl, Keyword: "no-such-control"}}},
	} {
		if got := StateOf(c.sources); got != c.want {
			t.Errorf("%v: %s, want %s", c.sources, got, c.want)
		}
	}
}

// TestCoverage: every control is counted once, as its sources say.
func TestCoverage(t *testing.T) {
	for _, f := range Standard().Frameworks() {
		if v := f.Coverage(); v.Automated+v.Manual+v.NotCollectable != f.Len() {
			t.Errorf("%s: %+v of %d", f.Name(), v, f.Len())
		}
		for _, s := range f.Sets {
			for _, c := range s.Controls {
				if c.State() != StateOf(c.Sources()) {
					t.Errorf("%s: %s by its keywords, %s by its sources", c.Name(), c.State(), StateOf(c.Sources()))
				}
				if c.YieldsInDemo(false) && !c.YieldsInDemo(true) {
					t.Errorf("%s has evidence with two packs and none with every rule", c.Name())
				}
				if c.YieldsInDemo(true) && c.State() != StateAutomated {
					t.Errorf("%s has evidence, and is %s", c.Name(), c.State())
				}
			}
		}
	}
}

// TestOriginals: we have each framework that AWS has, and of those whose requirements it lists in full as many.
func TestOriginals(t *testing.T) {
	list := Originals()
	if len(list) != 32 {
		t.Errorf("%d frameworks of Audit Manager", len(list))
	}
	partial := map[string]bool{"HIPAA Omnibus Final Rule": true, "PCI DSS v3.2.1": true}
	for _, o := range list {
		if got := o.Framework.Len(); got < o.Controls && !partial[o.Name] {
			t.Errorf("%s: %d controls of %d", o.Name, got, o.Controls)
		}
	}
}
