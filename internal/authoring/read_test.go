package authoring_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/authoring"
)

func TestReadProblems(t *testing.T) {
	const head = "format: tickmark-frameworks/1\n"
	for _, c := range []struct{ text, want string }{
		{"", "f.yaml: the file is empty"},
		{"a: [", "f.yaml: the file is neither YAML nor JSON: "},
		{"[]", "f.yaml:1:1: the file is a list; it must be a mapping with format"},
		{"frameworks: []", "f.yaml:1:1: the file needs the member format"},
		{"format: other/2", `f.yaml:1:9: the format is "other/2"; this program reads tickmark-frameworks/1`},
		{head + "framework: []", `f.yaml:2:1: the file has no member "framework"; did you mean frameworks?`},
		{head + "controls:\n  - name: A\n    source: []", `f.yaml:4:5: a control has no member "source"; did you mean sources?`},
		{head + "controls:\n  - {name: [A], sources: [{type: MANUAL}]}", "f.yaml:3:12: name is a list; it must be a text"},
		{head + "controls: {a: b}", "f.yaml:2:11: controls is a mapping; it must be a list"},
		{head + "controls:\n  - {name: A, tags: [x], sources: [{type: MANUAL}]}", "f.yaml:3:21: tags is a list; it must be a mapping of texts"},
		{head + "controls:\n  - {name: !Ref A, sources: [{type: MANUAL}]}", "f.yaml:3:12: name has the YAML tag !Ref; tags have no meaning here"},
		{head + "controls:\n  - {name: A, sources: [{keyword: X}]}", "f.yaml:3:25: a source needs the member type"},
		{head + "controls:\n  - {name: A, sources: []}", "f.yaml:3:5: control A: A control needs at least one mapping source."},
		{head + "controls:\n  - {name: A, sources: [{type: AWS_Confg, keyword: X}]}", `f.yaml:3:5: control A: "AWS_Confg" is no source type.`},
		{head + "controls:\n  - {name: 'A\\', sources: [{type: MANUAL}]}", `f.yaml:3:5: control A\: name must not hold the character "\\".`},
		{head + "controls:\n  - {name: A, sources: [{type: MANUAL}]}\n  - {name: a, sources: [{type: MANUAL}]}", `f.yaml:4:5: the control "a" is defined a second time; the first is at f.yaml:3:5`},
		{head + "frameworks:\n  - {name: F, controlSets: [{name: S, controls: [{standard: NIST CSF v1.1 PR.AC-11}]}]}", `f.yaml:3:50: there is no standard control "NIST CSF v1.1 PR.AC-11"; write the framework and the requirement, as in NIST CSF v1.1 PR.AC-1; did you mean NIST CSF v1.1 PR.AC-1?`},
		{head + "frameworks:\n  - {name: F, controlSets: [{name: S, controls: [{standard: NIST CSF v1.1 PR.AC-1, description: x}]}]}", "f.yaml:3:50: a control that is standard has no other members; to change it define a control of your own"},
		{head + "frameworks:\n  - {name: F, controlSets: [{name: S, controls: [{use: A, sources: []}]}]}", "f.yaml:3:50: a control that is used by its name has no other members but owner"},
		{head + "frameworks:\n  - {name: F, controlSets: [{name: S, controls: [{name: A}]}]}", `f.yaml:3:50: the control "A" needs the member sources; to name a control that is defined elsewhere write use`},
		{head + "frameworks:\n  - {name: F, controlSets: [{name: S, controls: [{owner: '1'}]}]}", "f.yaml:3:50: a control needs the member name, or standard, or use"},
		{head + "frameworks:\n  - {name: F, controlSets: []}", "f.yaml:3:5: A framework needs at least one control set."},
		{head + "frameworks:\n  - {name: F, controlSets: [{name: a_b, controls: [{use: A}]}]}", `f.yaml:3:5: controlSets.name must not hold the character "_".`},
		{head + "frameworks:\n  - {name: F, controlSets: [{name: S, controls: [{use: A}, {use: a}]}]}", `f.yaml:3:5: The control set "S" names control a twice.`},
		{"{\"format\": \"tickmark-frameworks/1\",\n \"controls\": [{\"nam\": 1}]}", `f.yaml:2:16: a control has no member "nam"; did you mean name?`},
	} {
		_, problems := authoring.Read("f.yaml", []byte(c.text))
		if len(problems) == 0 {
			t.Errorf("%s: nothing is wrong; want %s", c.text, c.want)
			continue
		}
		if got := problems[0].String(); !strings.HasPrefix(got, c.want) || !problems[0].Fatal {
			t.Errorf("%s:\n%s\nwant\n%s", c.text, got, c.want)
		}
	}
}

func TestLint(t *testing.T) {
	f := read(t, `format: tickmark-frameworks/1
frameworks:
  - name: F
    controlSets:
      - name: S
        controls:
          - name: A
            sources:
              - type: AWS_Config
                keyword: IAM_USER_MFA_ENABELD
              - type: AWS_API_Call
                keyword: iam_ListUser
              - {type: MANUAL}
              - type: AWS_Cloudtrail
                keyword: signin_ConsoleLogin
              - type: AWS_Cloudtrail
                keyword: signin_ConsoleLogin
          - use: Aa
          - use: Known
`)
	var got []string
	for _, p := range authoring.Lint(f, func(_, name string) bool { return name == "Known" }) {
		if p.Fatal {
			t.Errorf("fatal: %v", p)
		}
		got = append(got, p.Code+" "+p.String())
	}
	want := []string{
		`unknown-keyword test.yaml:10:26: control A: No managed rule is called "IAM_USER_MFA_ENABELD". Write the identifier of a managed rule, or Custom_ and the name of a custom rule; did you mean IAM_USER_MFA_ENABLED?`,
		`unknown-keyword test.yaml:12:26: control A: "iam_ListUser" is no API call that evidence can come from; nothing is collected; did you mean iam_ListUsers?`,
		`duplicate-source test.yaml:17:26: control A: the source AWS_Cloudtrail signin_ConsoleLogin is there twice; it collects once`,
		`no-such-control test.yaml:18:13: no control "Aa" is defined here; it must be in the installation that takes the file`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What is read, written and read again is the same, and is written the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"format":"tickmark-frameworks/1","controls":[{"name":"a","sources":[{"type":"MANUAL"}]}]}`))
	f.Add([]byte("format: tickmark-frameworks/1\ncontrols: &a [*a]"))
	f.Fuzz(func(t *testing.T, body []byte) {
		file, problems := authoring.Read("f", body)
		if len(problems) > 0 {
			_ = problems.Error()
			return
		}
		authoring.Lint(file, nil)
		text, err := file.YAML()
		if err != nil {
			t.Fatal(err)
		}
		again, problems := authoring.Read("f", text)
		if len(problems) > 0 {
			t.Fatalf("%v\n%s", problems, text)
		}
		if second, err := again.YAML(); err != nil || !bytes.Equal(second, text) {
			t.Fatalf("%v\n%s\nwant\n%s", err, second, text)
		}
	})
}
