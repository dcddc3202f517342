package automation

import (
	"context"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Signal is a message to an execution that waits for one.
type Signal struct {
	// Type is Approve, Reject or Resume.
	Type string
	// By is the ARN of who sends it, Comment what is said with it.
	By, Comment string
}

func badSignal(format string, args ...any) error {
	return fault.New(fault.Conflict, format, args...).With("InvalidAutomationSignalException")
}

// Signal gives a decision to a waiting aws:approve, or lets a waiting aws:pause go on.
func (r *Runner) Signal(ctx context.Context, p Place, id ExecutionID, s Signal) error {
	return r.order(ctx, p, id, order{Kind: s.Type, By: s.By, Comment: s.Comment}, func(e Execution, current *StepRun) error {
		if Ended(e.Status) || current == nil || current.Status != Waiting {
			return badSignal("The execution %s is %s and waits for no signal.", id, e.Status)
		}
		want := "aws:approve"
		switch s.Type {
		case "Approve", "Reject":
		case "Resume":
			want = "aws:pause"
		default:
			return badSignal("The signal %s is not offered; there are Approve, Reject and Resume.", s.Type)
		}
		if current.Action != want {
			return badSignal("The step %s is %s, which no signal %s is for.", current.Name, current.Action, s.Type)
		}
		if want == "aws:approve" {
			return mayDecide(current, s.By)
		}
		return nil
	})
}

// mayDecide: approvers are named by ARN or by user name; each decides once.
func mayDecide(run *StepRun, by string) error {
	if !slices.ContainsFunc(run.State.Approvers, func(a string) bool { return isApprover(a, by) }) {
		return fault.New(fault.Denied, "%s is no approver of the step %s; its approvers are %s.", by, run.Name, strings.Join(run.State.Approvers, ", ")).With("InvalidAutomationSignalException")
	}
	if slices.ContainsFunc(run.State.Decisions, func(d decision) bool { return d.Approver == by }) {
		return badSignal("%s has decided on the step %s already.", by, run.Name)
	}
	return nil
}

// isApprover holds a principal's ARN against an approver: the same ARN, the name of a user, or a role whose session it is.
func isApprover(approver, by string) bool {
	if approver == by || strings.HasSuffix(by, ":user/"+approver) {
		return true
	}
	_, role, isRole := strings.Cut(approver, ":role/")
	_, session, isSession := strings.Cut(by, ":assumed-role/")
	if !isRole || !isSession {
		return false
	}
	name, _, _ := strings.Cut(session, "/")
	at := strings.Split(approver, ":")
	from := strings.Split(by, ":")
	return role[strings.LastIndexByte(role, '/')+1:] == name && len(at) > 4 && len(from) > 4 && at[4] == from[4]
}

// take reads and removes the orders of an execution.
func take(tx docs.Tx, p Place, id ExecutionID) ([]order, error) {
	found, err := under(tx, orders, p, id+"/")
	if err != nil {
		return nil, err
	}
	out := make([]order, len(found))
	for i, d := range found {
		out[i] = d.Value
		if err := tx.DeleteDoc(d.Key); err != nil {
			return nil, err
		}
	}
	return out, nil
}
