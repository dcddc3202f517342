package sdk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// controlCatalog asks with signed requests: the SDK's client of the service is not among the dependencies.
func controlCatalog(k *kit) {
	ask := func(op, path, body string) map[string]any {
		k.Helper()
		status, answer := k.signed("controlcatalog", home, http.MethodPost, path, body, map[string]string{"Content-Type": "application/json"}, time.Now())
		var v map[string]any
		if err := json.Unmarshal([]byte(answer), &v); err != nil || status != http.StatusOK {
			k.Fatalf("%s: %d %s", path, status, answer)
		}
		k.called["controlcatalog."+op] = true
		return v
	}
	first := func(v map[string]any, list, member string) string {
		k.Helper()
		items, _ := v[list].([]any)
		if len(items) == 0 {
			k.Fatalf("no %s in %v", list, v)
		}
		s, _ := items[0].(map[string]any)[member].(string)
		return s
	}
	domain := first(ask("ListDomains", "/domains?maxResults=1", ""), "Domains", "Arn")
	objective := first(ask("ListObjectives", "/objectives", `{"ObjectiveFilter":{"Domains":[{"Arn":"`+domain+`"}]}}`), "Objectives", "Arn")
	common := first(ask("ListCommonControls", "/common-controls", `{"CommonControlFilter":{"Objectives":[{"Arn":"`+objective+`"}]}}`), "CommonControls", "Arn")
	control := first(ask("ListControlMappings", "/list-control-mappings", `{"Filter":{"CommonControlArns":["`+common+`"]}}`), "ControlMappings", "ControlArn")
	if got, _ := ask("GetControl", "/get-control", `{"ControlArn":"`+control+`"}`)["Arn"].(string); got != control {
		k.Errorf("asked for %s, got %s", control, got)
	}
	if arn := first(ask("ListControls", "/list-controls?maxResults=100", ""), "Controls", "Arn"); !strings.HasPrefix(arn, "arn:aws:controlcatalog:::control/") {
		k.Errorf("control %s", arn)
	}
	if status, answer := k.signed("controlcatalog", home, http.MethodPost, "/get-control", `{"ControlArn":"arn:aws:controlcatalog:::control/none"}`, nil, time.Now()); status != http.StatusNotFound || !strings.Contains(answer, "ResourceNotFoundException") {
		k.Errorf("an unknown control: %d %s", status, answer)
	}
}
