package organizations

import (
	"errors"

	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/organization"
)

// mapFault adds the reason that some errors of Organizations carry beside their code. The others go the usual way.
func mapFault(f *fault.Error) *awswire.Error {
	var reason organization.Reason
	switch {
	case errors.As(f.Err, &reason):
		return awswire.Errorf(f.Code, "%s", f.Message).With("Reason", string(reason))
	case f.Code == "InvalidNextTokenException":
		return awswire.Errorf("InvalidInputException", "%s", f.Message).With("Reason", "INVALID_NEXT_TOKEN")
	}
	return nil
}
