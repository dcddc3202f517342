package auditmanager_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store"
)

// BenchmarkGetAssessment reads an assessment of a thousand controls with a million pieces of evidence,
// request to answer; p50 is to be at most 20 ms.
func BenchmarkGetAssessment(b *testing.B) {
	h := newHouse(b)
	ctx := b.Context()
	_, err := h.audit.Register(ctx, administrator, "", "")
	h.ok(err)
	f, ok := catalog.Standard().FrameworkNamed("NIST SP 800-53 r5")
	if !ok {
		b.Fatal("the library has no such framework")
	}
	a, err := h.audit.CreateAssessment(ctx, administrator, assess.AssessmentInput{
		Name: "large", FrameworkID: f.ID, Destination: assess.Destination{Type: "S3", Path: "s3://reports/here"},
		Accounts: []assess.ScopeAccount{{ID: account}}, Roles: []assess.Role{{Type: assess.ProcessOwner, ARN: "arn:aws:iam::" + account + ":root"}},
	})
	h.ok(err)
	controls, pieces := h.year(a, 30, 33)
	b.Logf("%d controls, %d pieces of evidence", controls, pieces)
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/assessments/"+a.ID, nil)
		h.registry.Serve(w, r.WithContext(authz.WithCaller(ctx, root)), "auditmanager", awswire.Caller{Account: account, Region: servicetest.Region, PrincipalARN: root.ARN()})
		took = append(took, time.Since(began))
		if w.Code != http.StatusOK {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
}

// year gives an assessment folders of the days before today, for every control.
func (h *house) year(a assess.Assessment, days int, each int64) (controls int, pieces int64) {
	for d := range days {
		day := h.env.Clock.Now().AddDate(0, 0, -d).Format(time.DateOnly)
		controls = 0
		h.ok(h.env.Write(h.Context(), func(tx *store.Tx) error {
			for _, set := range a.Sets {
				for _, k := range set.Controls {
					controls, pieces = controls+1, pieces+each
					f := assess.Folder{
						FolderKey: assess.FolderKey{Owner: a.Owner, Assessment: a.ID, Set: set.ID, Control: k.ID, Day: day},
						Total:     each, Compliance: each, Compliant: each, Sources: []string{assess.SourceConfig}, First: h.env.Clock.Now(),
					}
					if err := tx.PutEvidenceFolder(assess.Folder{}, f); err != nil {
						return err
					}
				}
			}
			return nil
		}))
	}
	return controls, pieces
}

var administrator = assess.Caller{Account: account, Region: servicetest.Region, Principal: "arn:aws:iam::" + account + ":root", Owner: true}
