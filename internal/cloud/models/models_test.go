package models_test

import (
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/cloud/endpoints"
	"github.com/tickmark/tickmark/internal/cloud/models"
)

// TestModels reads every model: shapes are whole, protocols are those that are spoken, and each service has a host.
func TestModels(t *testing.T) {
	spoken := []string{"json", "rest-json", "rest-xml", "query", "ec2"}
	for _, name := range models.Names() {
		s := models.Load(name)
		if !slices.Contains(spoken, s.Protocol) || s.SigningName == "" || s.Version == "" || len(s.Operations) == 0 || s.Protocol == "json" && s.TargetPrefix == "" {
			t.Errorf("%s: %s, %d operations", name, s.Protocol, len(s.Operations))
		}
		if at, ok := endpoints.Resolve(name, "us-east-1"); !ok || at.Host == "" {
			t.Errorf("%s has no host", name)
		}
		for n, shape := range s.Shapes {
			switch {
			case shape.Type == "list" && shape.Element == nil, shape.Type == "map" && (shape.Element == nil || shape.Key == nil):
				t.Errorf("%s: %s has no elements", name, n)
			}
			for _, required := range shape.Required {
				if shape.Member(required) == nil {
					t.Errorf("%s: %s requires %s, which it does not have", name, n, required)
				}
			}
		}
		for n, op := range s.Operations {
			if op.Page != nil && (op.Input == nil || op.Output == nil || op.Input.Member(op.Page.In[0]) == nil || len(op.Page.In) != len(op.Page.Out)) {
				t.Errorf("%s:%s cannot be paged by %+v", name, n, op.Page)
			}
		}
	}
	if models.Load("nothing") != nil || models.Find("ec2", "Nothing") != nil || models.Load("../models") != nil {
		t.Error("something was found that is not there")
	}
}
