package auditmanager_test

import (
	"testing"

	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/service/auditmanager"
)

// TestServed: every operation of the model, and registering needs no data.
func TestServed(t *testing.T) {
	r := awswire.NewRegistry(awswire.Config{}, api.Service)
	auditmanager.New(auditmanager.Options{}).Register(r)
	for _, op := range r.Operations() {
		if !op.Served {
			t.Errorf("%s is not served", op.Operation)
		}
	}
}
