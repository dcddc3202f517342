package cloudtrail_test

import (
	"testing"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/service/cloudtrail"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/stamp"
)

// ListTrails has tokens and no error of its own for a broken one; clients know the code from its neighbours.
func TestEveryOperationHasStories(t *testing.T) {
	if n := servicetest.Cover(t, "testdata", api.Service, registry(cloudtrail.Parts{}, stamp.System), "InvalidNextTokenException"); n < 30 {
		t.Fatalf("only %d operations are served", n)
	}
}
