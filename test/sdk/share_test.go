package sdk_test

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"
)

// sharing sends the framework to the member account, which takes it over.
func (a *auditing) sharing() {
	ctx := a.Context()
	recipient := auditmanager.NewFromConfig(a.member(abroad))
	must(recipient.RegisterAccount(ctx, &auditmanager.RegisterAccountInput{}))(a.kit)
	sent := must(a.c.StartAssessmentFrameworkShare(ctx, &auditmanager.StartAssessmentFrameworkShareInput{
		FrameworkId: &a.framework, DestinationAccount: aws.String(member), DestinationRegion: aws.String(abroad),
	}))(a.kit).AssessmentFrameworkShareRequest
	if sent.Status != types.ShareRequestStatusActive || *sent.CustomControlsCount != 6 || *sent.StandardControlsCount != 2 {
		a.Errorf("sent %+v", sent)
	}
	answer := func(c *auditmanager.Client, side types.ShareRequestType, action types.ShareRequestAction) (types.ShareRequestStatus, error) {
		out, err := c.UpdateAssessmentFrameworkShare(ctx, &auditmanager.UpdateAssessmentFrameworkShareInput{RequestId: sent.Id, RequestType: side, Action: action})
		if err != nil {
			return "", err
		}
		return out.AssessmentFrameworkShareRequest.Status, nil
	}
	if s := must(answer(recipient, types.ShareRequestTypeReceived, types.ShareRequestActionAccept))(a.kit); s != types.ShareRequestStatusReplicating {
		a.Errorf("accepted: %s", s)
	}
	for a.shareStatus(a.c, types.ShareRequestTypeSent, *sent.Id) != types.ShareRequestStatusShared {
		select {
		case <-ctx.Done():
			a.Fatal("the framework is never copied")
		case <-time.After(100 * time.Millisecond):
		}
	}
	_, err := answer(recipient, types.ShareRequestTypeReceived, types.ShareRequestActionDecline)
	fails[*types.ValidationException](a.kit, err)
	a.takenOver(recipient)

	must(answer(a.c, types.ShareRequestTypeSent, types.ShareRequestActionRevoke))(a.kit)
	for side, c := range map[types.ShareRequestType]*auditmanager.Client{types.ShareRequestTypeSent: a.c, types.ShareRequestTypeReceived: recipient} {
		in := &auditmanager.DeleteAssessmentFrameworkShareInput{RequestId: sent.Id, RequestType: side}
		must(c.DeleteAssessmentFrameworkShare(ctx, in))(a.kit)
		_, err := c.DeleteAssessmentFrameworkShare(ctx, in)
		fails[*types.ResourceNotFoundException](a.kit, err)
	}
	must(recipient.DeregisterAccount(ctx, &auditmanager.DeregisterAccountInput{}))(a.kit)
}

// shareStatus finds a request in a list of one side; "" when it is not there.
func (a *auditing) shareStatus(c *auditmanager.Client, side types.ShareRequestType, id string) (found types.ShareRequestStatus) {
	list := must(c.ListAssessmentFrameworkShareRequests(a.Context(), &auditmanager.ListAssessmentFrameworkShareRequestsInput{RequestType: side}))(a.kit)
	for _, r := range list.AssessmentFrameworkShareRequests {
		if *r.Id == id {
			found = r.Status
		}
	}
	return found
}

// takenOver looks at the copy and takes it down: it is the recipient's own, the custom controls with it.
func (a *auditing) takenOver(c *auditmanager.Client) {
	ctx := a.Context()
	all := must(c.ListAssessmentFrameworks(ctx, &auditmanager.ListAssessmentFrameworksInput{FrameworkType: types.FrameworkTypeCustom}))(a.kit)
	for _, m := range all.FrameworkMetadataList {
		if *m.Id == a.framework {
			continue
		}
		f := must(c.GetAssessmentFramework(ctx, &auditmanager.GetAssessmentFrameworkInput{FrameworkId: m.Id}))(a.kit).Framework
		must(c.DeleteAssessmentFramework(ctx, &auditmanager.DeleteAssessmentFrameworkInput{FrameworkId: m.Id}))(a.kit)
		if len(f.ControlSets[0].Controls) != 8 {
			a.Errorf("the copy has %d controls", len(f.ControlSets[0].Controls))
		}
		for _, k := range f.ControlSets[0].Controls {
			if k.Type == types.ControlTypeCustom {
				must(c.DeleteControl(ctx, &auditmanager.DeleteControlInput{ControlId: k.Id}))(a.kit)
			}
		}
		return
	}
	a.Error("there is no copy")
}
