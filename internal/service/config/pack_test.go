package config_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

// call sends one request; the answer's members land in out.
func (h *house) call(t *testing.T, op string, in, out any) (status int, code string) {
	t.Helper()
	body, err := json.Marshal(in)
	check(t, err)
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "StarlingDoveService."+op)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	w := httptest.NewRecorder()
	h.registry.Serve(w, r, "config", awswire.Caller{Account: servicetest.Account, Region: servicetest.Region})
	var e struct {
		Type string `json:"__type"`
	}
	check(t, json.Unmarshal(w.Body.Bytes(), &e))
	if out != nil {
		check(t, json.Unmarshal(w.Body.Bytes(), out))
	}
	return w.Code, e.Type
}

func (h *house) store(t *testing.T, key string, text []byte) {
	t.Helper()
	_, err := h.shelf.Put(context.Background(), servicetest.Account, object.Object{Bucket: "deliveries", Key: key, Modified: h.env.Clock.Now()}, bytes.NewReader(text))
	check(t, err)
}

// Every published template deploys: as a body where that may be so long, from a bucket otherwise.
func TestEveryPublishedPackDeploys(t *testing.T) {
	h := open(t)
	for _, name := range pack.Names() {
		text, err := pack.Published(name)
		check(t, err)
		in := map[string]any{"ConformancePackName": "p", "TemplateBody": string(text), "ConformancePackInputParameters": inputs(t, text)}
		if len(text) > pack.MaxBody {
			if status, code := h.call(t, "PutConformancePack", in, nil); status != 400 || code != "ValidationException" {
				t.Errorf("%s as a body of %d bytes: %d %s", name, len(text), status, code)
			}
			h.store(t, "pack.yaml", text)
			delete(in, "TemplateBody")
			in["TemplateS3Uri"] = "s3://deliveries/pack.yaml"
		}
		if status, code := h.call(t, "PutConformancePack", in, nil); status != 200 {
			t.Errorf("%s: %d %s", name, status, code)
			continue
		}
		var got struct {
			List []struct{ ConfigRuleName, ComplianceType string } `json:"ConformancePackRuleComplianceList"`
		}
		if status, code := h.call(t, "DescribeConformancePackCompliance", map[string]any{"ConformancePackName": "p"}, &got); status != 200 || len(got.List) == 0 {
			t.Errorf("%s: %d %s, %d rules", name, status, code, len(got.List))
		}
		if status, code := h.call(t, "DeleteConformancePack", map[string]any{"ConformancePackName": "p"}, nil); status != 200 {
			t.Errorf("%s: deleted with %d %s", name, status, code)
		}
	}
}

// inputs are values for the parameters that have no default, and switch on what is off.
func inputs(t *testing.T, text []byte) []map[string]string {
	t.Helper()
	template, err := pack.Parse(text)
	check(t, err)
	list := []map[string]string{}
	for _, p := range template.Parameters {
		switch {
		case p.Default == "false":
			list = append(list, map[string]string{"ParameterName": p.Name, "ParameterValue": "true"})
		case !p.HasDefault && strings.HasSuffix(p.Name, "LambdaArn"):
			list = append(list, map[string]string{"ParameterName": p.Name, "ParameterValue": "arn:aws:lambda:eu-west-1:111122223333:function:f"})
		case !p.HasDefault:
			list = append(list, map[string]string{"ParameterName": p.Name, "ParameterValue": "value"})
		}
	}
	return list
}

// A stored template may have 300 KB and no more.
func TestStoredTemplate(t *testing.T) {
	h := open(t)
	text := "Resources:\n  A:\n    Type: AWS::Config::ConfigRule\n    Properties:\n      ConfigRuleName: volumes\n      Source: {Owner: AWS, SourceIdentifier: ENCRYPTED_VOLUMES}\n"
	for _, tt := range []struct {
		size, status int
		code         string
	}{{100_000, 200, ""}, {pack.MaxStored, 200, ""}, {pack.MaxStored + 1, 400, pack.Code}} {
		h.store(t, "big.yaml", []byte(text+strings.Repeat("#", tt.size-len(text))))
		status, code := h.call(t, "PutConformancePack", map[string]any{"ConformancePackName": fmt.Sprint("p", tt.size), "TemplateS3Uri": "s3://deliveries/big.yaml"}, nil)
		if status != tt.status || code != tt.code {
			t.Errorf("%d bytes: %d %s", tt.size, status, code)
		}
	}
}
