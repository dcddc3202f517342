package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	modelsDir = "../../models"
	outDir    = "../../internal/awsapi"
	maxLines  = 80000
)

// The committed packages are what the generator makes of the committed models, no file more or less.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	files, err := generateAll(modelsDir, filepath.Join(outDir, "served.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for name, want := range files {
		lines += bytes.Count(want, []byte("\n"))
		have, err := os.ReadFile(filepath.Join(outDir, filepath.FromSlash(name)))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(have, want) {
			t.Errorf("%s is not what the generator writes: run make generate", name)
		}
	}
	if lines > maxLines {
		t.Errorf("%d generated lines, more than %d", lines, maxLines)
	}
	err = filepath.WalkDir(outDir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(text, []byte("// Code generated")) {
			return err
		}
		rel, err := filepath.Rel(outDir, path)
		if err == nil && files[filepath.ToSlash(rel)] == nil {
			t.Errorf("%s is generated, but not any more: delete it", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every operation of every model could be served tomorrow: no shape has a trait or pattern the generator refuses.
func TestEveryOperationCanBeGenerated(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(modelsDir, "*.json"))
	if err != nil || len(paths) < 17 {
		t.Fatal(paths, err)
	}
	dir := t.TempDir()
	list := filepath.Join(dir, "served.txt")
	var text strings.Builder
	for _, path := range paths {
		text.WriteString(strings.TrimSuffix(filepath.Base(path), ".json") + " *\n")
	}
	if err := os.WriteFile(list, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(modelsDir, dir); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "ssm", "types.go")); err != nil || len(text) < 10000 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

// A trait the generator does not know stops it.
func TestUnknownTraits(t *testing.T) {
	tests := []struct{ name, model, says string }{
		{"shape trait", `{"metadata":{"protocol":"json"},"operations":{},"shapes":{"A":{"type":"string","streaming":true}}}`, "streaming"},
		{"member trait", `{"metadata":{"protocol":"json"},"operations":{},"shapes":{"A":{"type":"structure","members":{"b":{"shape":"C","jsonvalue":true}}}}}`, "jsonvalue"},
		{"location", served(`"Op":{"name":"Op","http":{},"input":{"shape":"A"}}`, `"A":{"type":"structure","members":{"b":{"shape":"B","location":"headers"}}},"B":{"type":"string"}`), "headers"},
		{"type", served(`"Op":{"name":"Op","http":{},"input":{"shape":"A"}}`, `"A":{"type":"structure","members":{"b":{"shape":"B"}}},"B":{"type":"decimal"}`), "decimal"},
		{"timestamp format", served(`"Op":{"name":"Op","http":{},"input":{"shape":"A"}}`, `"A":{"type":"structure","members":{"b":{"shape":"B"}}},"B":{"type":"timestamp","timestampFormat":"x"}`), "timestampFormat"},
		{"pattern", served(`"Op":{"name":"Op","http":{},"input":{"shape":"A"}}`, `"A":{"type":"structure","members":{"b":{"shape":"B"}}},"B":{"type":"string","pattern":"(?=x)"}`), "respelled"},
		{"missing shape", served(`"Op":{"name":"Op","http":{},"input":{"shape":"A"}}`, ``), `no shape "A"`},
		{"missing operation", served(``, ``), `no operation "Op"`},
		{"protocol", strings.Replace(served(`"Op":{"name":"Op","http":{}}`, ``), `"json"`, `"rest-xml"`, 1), "rest-xml"},
		{"bound", served(`"Op":{"name":"Op","http":{},"input":{"shape":"A"}}`, `"A":{"type":"structure","members":{"b":{"shape":"B"}}},"B":{"type":"float","min":0.5}`), "bound 0.5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{"svc.json": tt.model, "served.txt": "svc Op\n"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := generateAll(dir, filepath.Join(dir, "served.txt")); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want one about %s", err, tt.says)
			}
		})
	}
}

func served(operations, shapes string) string {
	return `{"metadata":{"protocol":"json"},"operations":{` + operations + `},"shapes":{` + shapes + `}}`
}

func TestGoPattern(t *testing.T) {
	tests := []struct {
		pattern   string
		yes, no   []string
		unchanged bool
	}{
		{pattern: `^[a-z]+$`, yes: []string{"a"}, no: []string{"A"}, unchanged: true},
		{pattern: `[\u0020-\u007E]+`, yes: []string{"a b"}, no: []string{"é", "\n"}},
		{pattern: `[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`, yes: []string{"a\té日😀"}, no: []string{"\x00", "\u0090"}},
		{pattern: `[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*`, yes: []string{"é😀\t"}, no: []string{"\n"}},
		{pattern: `^(?!\s*$).+`, yes: []string{"a", " a "}, no: []string{"", "  "}},
		{
			pattern: `^(?!aws:)[a-zA-Z+-=._:/]+$`,
			yes:     []string{"a", "aw", "aws", "awsx", "aw:", "aws.x", "b", ":aws:", "Aws:x", "a:ws", "aws/a:b"},
			no:      []string{"", "aws:", "aws:x", "b c"},
		},
		{
			pattern: `^arn:aws[a-z0-9-]*:iam::\d{12}:role\/[\w-\/.@+=,]{1,1017}$`,
			yes:     []string{"arn:aws:iam::111122223333:role/" + strings.Repeat("r", 1017)},
			no:      []string{"arn:aws:iam::111122223333:role/", "arn:aws:iam::111122223333:role/" + strings.Repeat("r", 1018)},
		},
	}
	for _, tt := range tests {
		text, err := goPattern(tt.pattern)
		if err != nil {
			t.Error(err)
			continue
		}
		if (text == "") != tt.unchanged {
			t.Errorf("%s becomes %q", tt.pattern, text)
		}
		if text == "" {
			text = tt.pattern
		}
		re := regexp.MustCompile("^(?:" + text + ")$")
		for _, s := range tt.yes {
			if !re.MatchString(s) {
				t.Errorf("%s does not match %q", text, s)
			}
		}
		for _, s := range tt.no {
			if re.MatchString(s) {
				t.Errorf("%s matches %q", text, s)
			}
		}
	}
}

func TestParseServed(t *testing.T) {
	got, err := parseServed("# head\n\na B # why\na C\nd *\n")
	if want := map[string][]string{"a": {"B", "C"}, "d": {"*"}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %v", got, err)
	}
	if _, err := parseServed("a\n"); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Error(err)
	}
}

func TestEnumNames(t *testing.T) {
	for _, tt := range []struct{ values, want []string }{
		{[]string{"COMPLIANT", "NON_COMPLIANT"}, []string{"Compliant", "NonCompliant"}},
		{[]string{"AWS::EC2::EIP", "AWS::EC2::Instance"}, []string{"AWSEC2EIP", "AWSEC2Instance"}},
		{[]string{"One_Hour", "us-east-1", ""}, []string{"OneHour", "UsEast1", "Empty"}},
	} {
		if got := enumNames(tt.values); !slices.Equal(got, tt.want) {
			t.Errorf("%v becomes %v", tt.values, got)
		}
	}
}
