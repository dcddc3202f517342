package config_test

import (
	"testing"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

func TestEveryOperationHasStories(t *testing.T) {
	if n := servicetest.Cover(t, "testdata", api.Service, open(t).registry); n < 90 {
		t.Fatalf("only %d operations are served", n)
	}
}
