package authoring_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const owner = "111111111111"

var (
	ctx = context.Background()
	by  = assess.Caller{Account: owner, Region: "eu-west-1", Principal: "arn:aws:iam::111111111111:root", Owner: true}
)

// empty is an installation without definitions.
func empty(t testing.TB) *assess.Service {
	t.Helper()
	env := storetest.Open(t)
	return assess.New(assess.Options{Store: store.For(env.DB, func(tx *store.Tx) assess.Tx { return tx }), IDs: stamp.NewFixed(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))})
}

// clean empties an installation.
func clean(t testing.TB, s *assess.Service) {
	t.Helper()
	if _, err := s.Register(ctx, by, "", ""); err != nil {
		t.Fatal(err)
	}
	d, err := s.Definitions(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range d.Frameworks {
		if err := s.DeleteFramework(ctx, by, f.ID); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range d.Controls {
		if err := s.DeleteControl(ctx, by, k.ID); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t testing.TB, text string) *authoring.File {
	t.Helper()
	f, problems := authoring.Read("test.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatalf("%v\n%s", problems, text)
	}
	return f
}

func apply(t testing.TB, s *assess.Service, f *authoring.File, o authoring.Options) []authoring.Change {
	t.Helper()
	o.Owner = owner
	changes, err := authoring.Apply(ctx, s, by, f, o)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func export(t testing.TB, s *assess.Service) string {
	t.Helper()
	d, err := s.Definitions(ctx)
	if err != nil {
		t.Fatal(err)
	}
	text, err := authoring.Export(d, owner, nil).YAML()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// told is what changes say, without ids.
func told(changes []authoring.Change) string {
	var b strings.Builder
	for _, c := range changes {
		b.WriteString(c.Action + " " + c.Kind + " " + c.Name + "\n")
		for _, l := range c.Diff {
			b.WriteString("  " + l + "\n")
		}
	}
	return b.String()
}

const small = `format: tickmark-frameworks/1
frameworks:
  - name: Baseline
    controlSets:
      - name: Identity
        controls:
          - name: MFA
            tags:
              team: platform
            sources:
              - type: AWS_Config
                keyword: IAM_USER_MFA_ENABLED
              - type: AWS_API_Call
                keyword: iam_ListUsers
                frequency: WEEKLY
          - standard: NIST CSF v1.1 PR.AC-1
      - name: People
        controls:
          - use: MFA
          - name: Training
            sources:
              - type: MANUAL
                keywordInput: UPLOAD_FILE
controls:
  - name: Spare
    owner: "222222222222"
    sources:
      - type: MANUAL
`

func TestApply(t *testing.T) {
	s := empty(t)
	steps := []struct {
		name, text string
		o          authoring.Options
		want       string
	}{
		{"a try changes nothing", small, authoring.Options{Try: true}, "created control MFA\ncreated control Training\ncreated control Spare\ncreated framework Baseline\n"},
		{"first", small, authoring.Options{}, "created control MFA\ncreated control Training\ncreated control Spare\ncreated framework Baseline\n"},
		{"again", small, authoring.Options{}, "unchanged control MFA\nunchanged control Training\nunchanged control Spare\nunchanged framework Baseline\n"},
		{"a keyword", strings.Replace(small, "frequency: WEEKLY", "frequency: DAILY", 1), authoring.Options{}, `changed control MFA
     keyword: iam_ListUsers
  -  frequency: WEEKLY
  +  frequency: DAILY
unchanged control Training
unchanged control Spare
unchanged framework Baseline
`},
		{"a set", strings.Replace(small, "          - standard: NIST CSF v1.1 PR.AC-1\n", "", 1), authoring.Options{}, `changed control MFA
     keyword: iam_ListUsers
  -  frequency: DAILY
  +  frequency: WEEKLY
unchanged control Training
unchanged control Spare
changed framework Baseline
     - use: MFA
  -  - standard: NIST CSF v1.1 PR.AC-1
   - name: People
`},
		{"without prune what is left out stays", small[:strings.Index(small, "controls:\n  - name: Spare")], authoring.Options{}, "unchanged control MFA\nunchanged control Training\nchanged framework Baseline\n     - use: MFA\n  +  - standard: NIST CSF v1.1 PR.AC-1\n   - name: People\n"},
		{"prune", "format: tickmark-frameworks/1\ncontrols:\n- {name: MFA, sources: [{type: MANUAL}]}\n", authoring.Options{Prune: true}, `changed control MFA
   name: MFA
  -tags:
  -  team: platform
   sources:
  -- type: AWS_Config
  -  keyword: IAM_USER_MFA_ENABLED
  -- type: AWS_API_Call
  -  keyword: iam_ListUsers
  -  frequency: WEEKLY
  +- type: MANUAL
removed framework Baseline
removed control Training
`},
	}
	for _, step := range steps {
		if got := told(apply(t, s, read(t, step.text), step.o)); got != step.want {
			t.Fatalf("%s:\n%s\nwant\n%s", step.name, got, step.want)
		}
		if step.o.Try {
			if got := export(t, s); got != "format: tickmark-frameworks/1\n" {
				t.Fatalf("%s: there is\n%s", step.name, got)
			}
		}
	}
}

// What the API made is adopted by a file that says the same, and is not pruned before.
func TestAdopt(t *testing.T) {
	s := empty(t)
	if _, err := s.Register(ctx, by, "", ""); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"MFA", "Other"} {
		if _, err := s.CreateControl(ctx, by, assess.ControlInput{Name: name, Sources: []catalog.Source{{Type: catalog.Manual}}}); err != nil {
			t.Fatal(err)
		}
	}
	one := "format: tickmark-frameworks/1\ncontrols:\n- {name: mfa, sources: [{type: MANUAL}]}\n"
	if got := told(apply(t, s, read(t, one), authoring.Options{Prune: true})); got != "changed control mfa\n  -name: MFA\n  +name: mfa\n   sources:\n" {
		t.Error(got)
	}
	two := "format: tickmark-frameworks/1\ncontrols:\n- {name: Third, sources: [{type: MANUAL}]}\n"
	if got := told(apply(t, s, read(t, two), authoring.Options{Prune: true})); got != "created control Third\nremoved control mfa\n" {
		t.Error(got)
	}
	if got := export(t, s); !strings.Contains(got, "name: Other") {
		t.Errorf("what the API made is gone:\n%s", got)
	}
}

// All or nothing: a definition that cannot be leaves the others unmade.
func TestApplyRefuses(t *testing.T) {
	s := empty(t)
	for text, want := range map[string]string{
		"frameworks: [{name: A, controlSets: [{name: S, controls: [{name: K, sources: [{type: MANUAL}]}, {use: Nothing}]}]}]": `framework A: There is no custom control "Nothing" of account 111111111111, here or in what is applied.`,
		"frameworks: [{name: NIST CSF v1.1, controlSets: [{name: S, controls: [{name: K, sources: [{type: MANUAL}]}]}]}]":     `test.yaml:2:14: the name "NIST CSF v1.1" is a standard framework's; give the copy another name`,
		"controls: [{name: K, sources: [{type: MANUAL}]}, {name: k, owner: '111111111111', sources: [{type: MANUAL}]}]":       `The control "k" is defined twice; names are unique within an owner, whatever their case.`,
		"controls: [{name: K, sources: [{type: MANUAL}]}, {name: L, owner: '12', sources: [{type: MANUAL}]}]":                 `The owner "12" of the control "L" is not twelve digits.`,
	} {
		_, err := authoring.Apply(ctx, s, by, read(t, "format: tickmark-frameworks/1\n"+text), authoring.Options{Owner: owner})
		if err == nil || err.Error() != want {
			t.Errorf("%s:\n%v\nwant\n%s", text, err, want)
		}
	}
	if got := export(t, s); got != "format: tickmark-frameworks/1\n" {
		t.Errorf("there is\n%s", got)
	}
}

// Every standard framework may be applied as a copy, named or defined.
func TestStandardCopy(t *testing.T) {
	for _, f := range catalog.Standard().Frameworks() {
		if f.Len() > 300 && !strings.Contains(f.Name(), "NIST SP 800-53 r5") {
			continue
		}
		for _, definitions := range []bool{false, true} {
			file := authoring.Standard(f, "My copy", definitions)
			text, err := file.YAML()
			if err != nil {
				t.Fatal(err)
			}
			w, err := read(t, string(text)).Wanted(owner)
			if err != nil {
				t.Errorf("%s: %v", f.Name(), err)
				continue
			}
			n := 0
			for _, s := range w.Frameworks[0].Sets {
				n += len(s.Controls)
			}
			if n != f.Len() || definitions != (len(w.Controls) == n) {
				t.Errorf("%s: %d controls, %d defined; want %d", f.Name(), n, len(w.Controls), f.Len())
			}
		}
	}
}

// What a person may write, however odd, survives reading and writing, and applying and exporting, byte for byte.
func TestRoundTrip(t *testing.T) {
	standard := slices.Collect(catalog.Standard().Controls)
	first, second := empty(t), empty(t)
	rapid.Check(t, func(rt *rapid.T) {
		f := drawFile(rt, standard)
		text, err := f.YAML()
		if err != nil {
			rt.Fatal(err)
		}
		again, problems := authoring.Read("drawn.yaml", text)
		if len(problems) > 0 {
			rt.Fatalf("%v\n%s", problems, text)
		}
		clean(t, first)
		clean(t, second)
		apply(t, first, again, authoring.Options{})
		exported := export(t, first)
		apply(t, second, read(t, exported), authoring.Options{})
		if got := export(t, second); got != exported {
			rt.Fatalf("the second export differs:\n%s\nfirst:\n%s", got, exported)
		}
		js, err := again.JSON()
		if err != nil {
			rt.Fatal(err)
		}
		for _, c := range apply(t, first, read(t, string(js)), authoring.Options{Prune: true}) {
			if c.Action != assess.Unchanged {
				rt.Fatalf("the same file as JSON: %s %s %s %q", c.Action, c.Kind, c.Name, c.Diff)
			}
		}
	})
}

func drawFile(t *rapid.T, standard []*catalog.Control) *authoring.File {
	text := rapid.StringMatching(`[ -~äöé日本\n\t"'#:&*!|>%@{}\[\]-]{0,40}`)
	name := rapid.Custom(func(t *rapid.T) string {
		s := strings.ReplaceAll(text.Draw(t, "name"), `\`, "/")
		return "n" + s
	})
	used := map[string]bool{}
	fresh := func(noun, n string) string {
		for used[noun+strings.ToLower(n)] {
			n += "x"
		}
		used[noun+strings.ToLower(n)] = true
		return n
	}
	var names []string
	control := func() authoring.Control {
		c := authoring.Control{
			Name: fresh("control", name.Draw(t, "control")), Description: text.Draw(t, "description"),
			TestingInformation: text.Draw(t, "testing"), Sources: rapid.SliceOfN(rapid.Custom(drawSource), 1, 4).Draw(t, "sources"),
		}
		if rapid.Bool().Draw(t, "tagged") {
			c.Tags = map[string]string{"k" + text.Draw(t, "key"): text.Draw(t, "value")}
		}
		names = append(names, c.Name)
		return c
	}
	f := &authoring.File{Format: authoring.Format}
	for range rapid.IntRange(0, 2).Draw(t, "frameworks") {
		fw := authoring.Framework{Name: fresh("framework", name.Draw(t, "framework")), Description: text.Draw(t, "about")}
		for range rapid.IntRange(1, 3).Draw(t, "sets") {
			n := strings.ReplaceAll(name.Draw(t, "set"), "_", " ")
			set := authoring.ControlSet{Name: fresh("set", n)}
			set.Controls = append(set.Controls, authoring.Entry{Control: control()})
			if rapid.Bool().Draw(t, "standard") {
				c := rapid.SampledFrom(standard).Draw(t, "which")
				set.Controls = append(set.Controls, authoring.Entry{Standard: c.Framework.Name() + " " + c.Requirement})
			}
			if other := rapid.SampledFrom(names).Draw(t, "use"); other != set.Controls[0].Name {
				set.Controls = append(set.Controls, authoring.Entry{Use: other})
			}
			fw.ControlSets = append(fw.ControlSets, set)
		}
		f.Frameworks = append(f.Frameworks, fw)
	}
	for range rapid.IntRange(0, 2).Draw(t, "controls") {
		f.Controls = append(f.Controls, control())
	}
	return f
}

func drawSource(t *rapid.T) authoring.Source {
	s := authoring.Source{Type: rapid.SampledFrom([]string{"AWS_Config", "AWS_API_Call", "AWS_Cloudtrail", "AWS_Security_Hub", "MANUAL", "Core_Control"}).Draw(t, "type")}
	s.Name, s.Troubleshooting = rapid.SampledFrom([]string{"", "a name", "yes", "1.10"}).Draw(t, "name"), rapid.StringMatching(`[a-z\n ]{0,20}`).Draw(t, "trouble")
	if s.Type == "MANUAL" {
		s.KeywordInput = rapid.SampledFrom([]string{"", "UPLOAD_FILE", "INPUT_TEXT"}).Draw(t, "input")
		return s
	}
	s.Keyword = rapid.StringMatching(`[A-Za-z0-9_. -]{1,20}`).Draw(t, "keyword")
	if s.Type == "AWS_API_Call" {
		s.Frequency = rapid.SampledFrom([]string{"DAILY", "WEEKLY", "MONTHLY"}).Draw(t, "frequency")
		s.Assertion = rapid.SampledFrom([]string{"", `has(configuration.userName)`}).Draw(t, "assertion")
	}
	return s
}
