package auditmanager

import (
	"strconv"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/fault"
)

// The statuses of faults, which are the codes of errors inside of batch answers.
var statuses = map[fault.Kind]int{
	fault.Invalid: 400, fault.Exists: 400, fault.Conflict: 400, fault.Quota: 402, fault.Denied: 403, fault.NotFound: 404, fault.Throttled: 429,
}

// longest is how long an error's message in a batch answer may be.
const longest = 300

// itemError is the code and the message of an item of a batch.
func itemError(f assess.BatchFailure) (code, message *string) {
	status, ok := statuses[f.Err.Kind]
	if !ok {
		status = 500
	}
	m := []rune(f.Err.Message)
	if len(m) > longest {
		m = append(m[:longest-3], []rune("...")...)
	}
	return new(strconv.Itoa(status)), new(string(m))
}
