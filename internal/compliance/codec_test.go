package compliance_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/rule"
)

func FuzzDecodeEntries(f *testing.F) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Add(compliance.EncodeEntries([]compliance.Entry{{N: 7, Verdict: rule.Compliant, Annotation: "a", Since: at, At: at, Ordering: at.Add(-time.Hour), Deps: []compliance.Dep{{Type: "T", Ref: "r", Region: "*"}}}}))
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := compliance.DecodeEntries(b)
		if err != nil {
			return
		}
		again := compliance.EncodeEntries(entries)
		if back, err := compliance.DecodeEntries(again); err != nil || !bytes.Equal(compliance.EncodeEntries(back), again) {
			t.Errorf("%x does not survive: %x, %v", b, again, err)
		}
	})
}
