package guard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/guard"
)

// library writes rules as public registries have them: each finds its resources, and asks them some questions.
func library(rules int) string {
	var b strings.Builder
	for i := range rules {
		fmt.Fprintf(&b, `
let found_%[1]d = Resources.*[ Type == 'AWS::Sample::Type%[2]d' ]

rule RULE_%[1]d when %%found_%[1]d !empty {
  let public = %%found_%[1]d[ Properties.Public == true ]
  %%found_%[1]d.Properties {
    Encrypted == true << Encrypt it >>
    KeyId exists or Key.Arn == /^arn:aws[a-z-]*:kms:/
    Tags[*] { Key is_string
      Value !empty }
  }
  %%found_%[1]d[ Properties.Mode in ['a', 'b'] ].Properties.Retention >= %[3]d
  %%public empty
}
`, i, i%40, 1+i%5)
	}
	return b.String()
}

func estate(resources int) string {
	var b strings.Builder
	b.WriteString(`{"AWSTemplateFormatVersion":"2010-09-09","Resources":{`)
	for i := range resources {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"Resource%d":{"Type":"AWS::Sample::Type%d","DependsOn":["Resource0"],"Properties":{"Name":"name-%d","Encrypted":true,"Public":false,"Mode":"%s","Retention":7,"Key":{"Arn":"arn:aws:kms:eu-west-1:111122223333:key/%d"},"Tags":[{"Key":"env","Value":"prod"},{"Key":"team","Value":"t%d"}],"Policy":{"Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]}}}`,
			i, i%60, i, string("abc"[i%3]), i, i%7)
	}
	b.WriteString("}}")
	return b.String()
}

// BenchmarkTemplate: 137 rules on a template of 2,000 resources, both read in the run; the target is 50 ms and 50 MB.
func BenchmarkTemplate(b *testing.B) {
	rules, data := library(137), estate(2000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := guard.Parse("r", rules)
		if err != nil {
			b.Fatal(err)
		}
		doc, err := guard.JSON("d", data)
		if err != nil {
			b.Fatal(err)
		}
		report, err := f.Evaluate(doc, guard.Options{})
		if err != nil || report.Status != guard.Pass {
			b.Fatal(report.Status, err)
		}
	}
}
