package compliance_test

import (
	"errors"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
)

// wantCode checks the AWS error code of a fault, and that it has a sentence.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code || f.Message == "" {
		t.Errorf("got %v (%+v), want code %s", err, f, code)
	}
}
