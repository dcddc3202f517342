package rule

// Verdict is the outcome of a rule for one subject.
type Verdict uint8

// The verdicts. The zero value is none of them, so that a forgotten one is noticed.
const (
	Compliant Verdict = iota + 1
	NonCompliant
	NotApplicable
	InsufficientData
)

var verdictNames = [...]string{"", "COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE", "INSUFFICIENT_DATA"}

// String is AWS's name of the verdict; "" for the zero value.
func (v Verdict) String() string {
	if int(v) >= len(verdictNames) {
		return ""
	}
	return verdictNames[v]
}

// ParseVerdict reads AWS's name of a verdict.
func ParseVerdict(s string) (Verdict, bool) {
	for v, name := range verdictNames {
		if name == s && s != "" {
			return Verdict(v), true
		}
	}
	return 0, false
}

// Result is a verdict with its reason, a sentence for the reader of a report.
type Result struct {
	Verdict Verdict
	Reason  string
	// Withdrawn says that there is nothing left to judge: earlier verdicts of the subject go away. It comes
	// with NotApplicable.
	Withdrawn bool
}

// MaxAnnotation is the longest annotation AWS clients accept, in characters.
const MaxAnnotation = 256

// Annotation is the reason as AWS clients get it: at most MaxAnnotation characters.
func (r Result) Annotation() string {
	if len(r.Reason) <= MaxAnnotation {
		return r.Reason
	}
	cut, n := len(r.Reason), 0
	for i := range r.Reason {
		switch n {
		case MaxAnnotation - 3:
			cut = i
		case MaxAnnotation:
			return r.Reason[:cut] + "..."
		}
		n++
	}
	return r.Reason
}
