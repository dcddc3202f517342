package auditmanager_test

import (
	"context"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	cloudtrailapi "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

// scene runs stories over an estate with something of every data source, where what waits is done at once.
func scene(limits assess.Limits) func(t *testing.T) servicetest.Env {
	return func(t *testing.T) servicetest.Env {
		h := newHouseWith(t, limits)
		h.wake = true
		h.estate()
		return servicetest.Env{Registry: h.registry, Services: []*awswire.Service{api.Service, cloudtrailapi.Service}, Clock: h.env.Clock, Work: func(ctx context.Context) error {
			h.work()
			return h.lake.Work(ctx)
		}}
	}
}

func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", scene(assess.Limits{CustomFrameworks: 2, ManualPerDay: 3}))
}

// TestErrorStories has every operation refuse with each of its errors, in an account with quotas that are soon reached.
func TestErrorStories(t *testing.T) {
	servicetest.Run(t, "testdata/errors", scene(assess.Limits{CustomControls: 2, CustomFrameworks: 2, ActiveAssessments: 2, Accounts: 2, ManualPerDay: 2}))
}

// unprovoked are the errors of the model that nothing a client does brings about, and why.
var unprovoked = map[string]string{
	"InternalServerException": "only a fault of the program or its disk brings it about",
	"ThrottlingException":     "requests are not counted here; the limit of the server stands before all services",

	"CreateControl ResourceNotFoundException":                      "a control refers to nothing that has to be there: keywords nobody knows are accepted",
	"DeregisterAccount ResourceNotFoundException":                  "an account that is not registered is denied",
	"DeregisterAccount ValidationException":                        "it takes no input",
	"GetOrganizationAdminAccount ResourceNotFoundException":        "without an administrator the answer is empty",
	"GetOrganizationAdminAccount ValidationException":              "it takes no input",
	"GetServicesInScope ValidationException":                       "it takes no input",
	"ListControlDomainInsights ResourceNotFoundException":          "it names nothing",
	"ListControlInsightsByControlDomain ResourceNotFoundException": "a domain without evidence of the day is empty, known or not",
	"RegisterAccount ResourceNotFoundException":                    "it names nothing that has to be there but an account, which is checked by its form",
	"RegisterOrganizationAdminAccount ResourceNotFoundException":   "it names nothing that has to be there but an account, which is checked by its form",
	"UpdateAssessmentFramework ServiceQuotaExceededException":      "no quota counts sets or controls of a framework",
	"UpdateAssessmentStatus ServiceQuotaExceededException":         "an inactive assessment is not made active again by it",
}

func TestCoverage(t *testing.T) {
	h := newHouse(t)
	if n := servicetest.Cover(t, "testdata", api.Service, h.registry); n != 62 {
		t.Errorf("%d operations are served", n)
	}
	servicetest.CoverErrors(t, "testdata", api.Service, h.registry, unprovoked)
}
