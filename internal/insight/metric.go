package insight

import (
	"strings"

	"github.com/tickmark/tickmark/internal/trail"
)

// The types of insight.
const (
	CallRate  = "ApiCallRateInsight"
	ErrorRate = "ApiErrorRateInsight"
)

// Metric names a series of counts: the calls of an API, or those that failed with one code.
type Metric struct {
	Account, Region string
	// Category is trail.Management or trail.Data.
	Category string
	// Source and Name are the API's eventSource and eventName.
	Source, Name string
	// ErrorCode is the code of the errors counted; "" where calls are.
	ErrorCode string
}

// Type is the type of the insights that the metric can give.
func (m Metric) Type() string {
	if m.ErrorCode == "" {
		return CallRate
	}
	return ErrorRate
}

// Compare orders metrics by their fields.
func (m Metric) Compare(n Metric) int {
	for _, p := range [][2]string{
		{m.Account, n.Account}, {m.Region, n.Region}, {m.Category, n.Category}, {m.Source, n.Source}, {m.Name, n.Name}, {m.ErrorCode, n.ErrorCode},
	} {
		if c := strings.Compare(p[0], p[1]); c != 0 {
			return c
		}
	}
	return 0
}

// Limits of the names that are counted: those of the questions that can be asked for them.
const maxSource, maxName, maxError = 256, 128, 128

// metrics calls yield with what an event counts for.
func metrics(e *trail.Event, yield func(Metric)) {
	if e.Category != trail.Management && e.Category != trail.Data || e.Source == "" || e.Name == "" ||
		len(e.Source) > maxSource || len(e.Name) > maxName {
		return
	}
	m := Metric{e.Account, e.Region, e.Category, e.Source, e.Name, ""}
	if e.Category == trail.Data || writes(e.ReadOnly, e.Name) {
		yield(m)
	}
	if e.ErrorCode != "" && len(e.ErrorCode) <= maxError {
		m.ErrorCode = e.ErrorCode
		yield(m)
	}
}

// writes reports whether a call changes something. Records before version 1.01 do not say: their names do.
func writes(readOnly, name string) bool {
	if readOnly != "" {
		return readOnly == "false"
	}
	for _, p := range []string{"Get", "List", "Describe", "Head", "Lookup", "Search", "BatchGet"} {
		if strings.HasPrefix(name, p) {
			return false
		}
	}
	return true
}
