package cloud

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestTypes walks the inputs and outputs of every operation: nothing is in them that the decoder or the encoder does not know.
func TestTypes(t *testing.T) {
	for _, entries := range table {
		for _, e := range entries {
			where := e.service + ":" + e.name
			walk(e.input, where, map[reflect.Type]bool{}, func(path string, typ reflect.Type) {
				if typ.Kind() == reflect.Interface && typ != readerType && unions[typ] == nil {
					t.Errorf("%s: the union %s is not in unions", path, typ)
				}
			})
			walk(e.output, where, map[reflect.Type]bool{}, func(path string, typ reflect.Type) {
				if typ.Kind() == reflect.Interface && typ != reflect.TypeFor[interface{ Read([]byte) (int, error) }]() && !typ.Implements(readerType) && unions[typ] == nil {
					t.Errorf("%s: the union %s is not in unions", path, typ)
				}
			})
		}
	}
}

func walk(t reflect.Type, path string, seen map[reflect.Type]bool, visit func(string, reflect.Type)) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		walk(t.Elem(), path, seen, visit)
		return
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			panic(path)
		}
		walk(t.Elem(), path, seen, visit)
		return
	case reflect.Struct:
		if t == timeType || seen[t] {
			return
		}
		seen[t] = true
		for i := range t.NumField() {
			if f := t.Field(i); apiMember(f) {
				walk(f.Type, path+"."+f.Name, seen, visit)
			}
		}
	case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Array:
		panic(path)
	}
	visit(path, t)
}

// TestMembers writes every member as it is answered to the file named by TICKMARK_MEMBERS, for test/cloud to compare
// with boto3's models; without it, the spellings of each service are checked by one of its members.
func TestMembers(t *testing.T) {
	var lines []string
	for _, entries := range table {
		for _, e := range entries {
			for _, m := range members(e) {
				lines = append(lines, e.service+" "+e.name+" "+m)
			}
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	for _, want := range []string{
		"apigateway GetStage tracingEnabled", "codebuild BatchGetProjects projects.artifacts.encryptionDisabled", "logs DescribeLogGroups logGroups.retentionInDays",
		"config DescribeConfigRules ConfigRules.Scope.TagKey", "config DescribeConfigurationRecorders ConfigurationRecorders.recordingGroup.allSupported",
		"accessanalyzer GetAnalyzer analyzer.configuration.unusedAccess.unusedAccessAge", "ec2 DescribeSecurityGroups SecurityGroups.IpPermissions.IpRanges.CidrIp",
	} {
		if _, ok := slices.BinarySearch(lines, want); !ok {
			t.Errorf("no member is spelled %s", want)
		}
	}
	if file := os.Getenv("TICKMARK_MEMBERS"); file != "" {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// members lists the paths of an operation's output; a structure inside itself is not opened again.
func members(e entry) (all []string) {
	var open func(t reflect.Type, path string, inside []reflect.Type)
	open = func(t reflect.Type, path string, inside []reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			open(t.Elem(), path, inside)
		case reflect.Interface:
			for _, m := range unions[t] {
				_, name, _ := strings.Cut(m.Name(), "Member")
				f, _ := m.FieldByName("Value")
				all = append(all, path+e.spell(m, name))
				open(f.Type, path+e.spell(m, name)+".", inside)
			}
		case reflect.Struct:
			if t == timeType || slices.Contains(inside, t) {
				return
			}
			for i := range t.NumField() {
				if f := t.Field(i); apiMember(f) {
					name := path + e.spell(t, f.Name)
					all = append(all, name)
					open(f.Type, name+".", append(slices.Clone(inside), t))
				}
			}
		}
	}
	open(e.output, "", nil)
	return all
}

// FuzzInputs: no input makes the decoder panic, and what it takes for one operation can be written as JSON again.
func FuzzInputs(f *testing.F) {
	for _, s := range []string{
		``, `{}`, `{"IpPermissions":[{"IpProtocol":"tcp","FromPort":22}]}`, `{"configuration":{"unusedAccess":{"unusedAccessAge":"9"}}}`,
		`{"Body":"x","Expires":"2026-01-01"}`, `{"Payload":"\ud800"}`, `[{"a":[[[[]]]]}]`, `{"Expires":1e300}`, `{"Metadata":{"a":"b"},"metadata":null}`,
	} {
		f.Add(s)
	}
	var some []entry
	for _, key := range []string{"ec2:revokesecuritygroupingress", "accessanalyzer:createanalyzer", "s3:putobject", "lambda:invoke", "cloudfront:updatedistribution", "wafv2:putloggingconfiguration", "dynamodb:updatetable"} {
		some = append(some, table[key]...)
	}
	f.Fuzz(func(t *testing.T, inputs string) {
		for _, e := range some {
			v := reflect.New(e.input).Elem()
			if err := decode(json.RawMessage(inputs), v, e.spell); err != nil {
				continue
			}
			out, err := encode(v, e.spell)
			if err != nil || !json.Valid(out) {
				t.Fatal(fmt.Errorf("%s:%s: %w: %s", e.service, e.name, err, out))
			}
		}
	})
}
