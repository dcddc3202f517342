package controlcatalog_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	api "github.com/tickmark/tickmark/internal/awsapi/controlcatalog"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/service/controlcatalog"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func registry(t *testing.T, config awswire.Config) *awswire.Registry {
	t.Helper()
	r := awswire.NewRegistry(config, api.Service)
	controlcatalog.New(awswire.NewTokens([]byte("test"))).Register(r)
	return r
}

func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", func(t *testing.T) servicetest.Env {
		clock := storetest.Open(t).Clock
		return servicetest.Env{Registry: registry(t, awswire.Config{Stamp: clock}), Services: []*awswire.Service{api.Service}, Clock: clock}
	})
}

// TestServed: every operation of the model; each has a story in which it answers and one in which it refuses.
func TestServed(t *testing.T) {
	for _, op := range registry(t, awswire.Config{}).Operations() {
		if !op.Served {
			t.Errorf("%s is not served", op.Operation)
		}
	}
}

// TestPartition: in China the ARNs are China's, and those of the world are understood.
func TestPartition(t *testing.T) {
	r := registry(t, awswire.Config{Stamp: storetest.Open(t).Clock})
	body := `{"CommonControlFilter": {"Objectives": [{"Arn": "arn:aws:controlcatalog:::objective/ad11p1961s8erra9m185wa1nn"}]}}`
	req := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/common-controls?maxResults=1", strings.NewReader(body))
	w := httptest.NewRecorder()
	r.Serve(w, req, "controlcatalog", awswire.Caller{Account: servicetest.Account, Region: "cn-north-1"})
	if got := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(got, `"arn:aws-cn:controlcatalog:::common-control/`) || strings.Contains(got, "arn:aws:") {
		t.Errorf("%d %s", w.Code, got)
	}
}
