package aws

import (
	"encoding/base64"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
)

// factCredentialReport has IAM make the report, which it does at most once in four hours, and reads it.
var factCredentialReport = &collect.Type{
	Name: "Tickmark::Account::CredentialReport", Region: arn.Global, ID: "{account}",
	Find: []collect.Step{
		{API: "iam:GenerateCredentialReport", Again: func(answer collect.Object) bool { return collect.Text(answer, "State") != "COMPLETE" }},
		{API: "iam:GetCredentialReport"},
	},
	Shape: func(r *collect.Resource) any {
		return collect.Object{"generatedTime": isoTime(r.At("GeneratedTime"))}
	},
	Finish: func(r *collect.Resource) {
		users, err := credentialReport(r.At("Content"))
		if err != nil {
			r.Missing(&collect.Failure{API: "iam:GetCredentialReport", Kind: collect.Broken, Why: "iam:GetCredentialReport: " + err.Error(), Err: err}, "configuration.users")
			return
		}
		c, _ := r.Spec.Configuration.(collect.Object)
		c["users"] = users
	},
}

// maxReport is how many bytes a report may have: a full account of 5,000 users has about 2 MB.
const maxReport = 64 << 20

// credentialReport reads the CSV text: an object a row, with the columns' names in camel case and the values as they are.
func credentialReport(content any) ([]any, error) {
	text, err := reportText(content)
	if err != nil {
		return nil, err
	}
	if len(text) > maxReport {
		return nil, fmt.Errorf("the report has %d bytes; it may have %d", len(text), maxReport)
	}
	rows := csv.NewReader(strings.NewReader(text))
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("the report has no header: %w", err)
	}
	if header[0] != "user" {
		return nil, errors.New("the report does not begin with the column user")
	}
	for i, name := range header {
		header[i] = camel(name)
	}
	users := []any{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return users, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the report cannot be read: %w", err)
		}
		user := make(collect.Object, len(row))
		for i, v := range row {
			user[header[i]] = v
		}
		users = append(users, user)
	}
}

// reportText takes the bytes of the report, or their base64 text.
func reportText(content any) (string, error) {
	switch c := content.(type) {
	case []byte:
		return string(c), nil
	case string:
		b, err := base64.StdEncoding.DecodeString(c)
		return string(b), err
	}
	return "", errors.New("the report has no content")
}

// camel spells access_key_1_active as accessKey1Active.
func camel(name string) string {
	var b strings.Builder
	up := false
	for _, c := range name {
		switch {
		case c == '_':
			up = true
		case up:
			b.WriteRune(unicode.ToUpper(c))
			up = false
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
