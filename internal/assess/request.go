package assess

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// The states of an evidence request.
const (
	RequestOpen     = "OPEN"
	RequestAnswered = "ANSWERED"
	RequestAccepted = "ACCEPTED"
	RequestReturned = "RETURNED"
)

// Limits of evidence requests.
const (
	maxRequests       = 1000 // of an assessment
	maxRequestSteps   = 100
	maxLinkedEvidence = 100
)

// Request asks for something about a control. An owner or a delegate of its set answers, with evidence or a comment; who
// may ask accepts the answer, which closes the request, or returns it.
type Request struct {
	ID         string `json:"id"`
	Assessment string `json:"assessment"`
	ControlSet string `json:"controlSet"`
	Control    string `json:"control"`
	Title      string `json:"title"`
	Text       string `json:"text,omitempty"`
	// Due is the last day for an answer.
	Due     string    `json:"due"`
	Status  string    `json:"status"`
	By      string    `json:"by"`
	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"`
	// Steps are the answers and what was said to them, in order.
	Steps []RequestStep `json:"steps,omitempty"`
}

// RequestStep moved a request to a status.
type RequestStep struct {
	Status  string    `json:"status"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Comment string    `json:"comment,omitempty"`
	// Evidence are the ids of linked pieces.
	Evidence []string `json:"evidence,omitempty"`
}

// Overdue reports whether an answer is due and not there on a day.
func (r *Request) Overdue(day string) bool {
	return r.Due < day && (r.Status == RequestOpen || r.Status == RequestReturned)
}

// requests are those of one assessment.
func requests(assessment string) docs.Collection[Request] {
	return docs.Collection[Request]{Kind: "evidence-request:" + assessment, Noun: "evidence request"}
}

// asks fails unless the caller may ask for evidence: as an audit owner, or as an auditor that may read the assessment.
func (c Caller) asks(a *Assessment) error {
	if c.Reader {
		return c.reads(a)
	}
	return c.owns(a)
}

// RequestInput asks for evidence.
type RequestInput struct{ Assessment, ControlSet, Control, Title, Text, Due string }

func (in *RequestInput) check(today string) error {
	if err := firstOf(length("title", in.Title, 1, 300), length("text", in.Text, 0, 4000)); err != nil {
		return err
	}
	if _, err := time.Parse(time.DateOnly, in.Due); err != nil {
		return fault.Invalidf("dueDate", "%q is not a day; write it as 2006-01-02.", in.Due)
	}
	if in.Due < today {
		return fault.Invalidf("dueDate", "The day %s has passed.", in.Due)
	}
	return nil
}

// RequestEvidence asks for evidence about a control.
func (s *Service) RequestEvidence(ctx context.Context, c Caller, in RequestInput) (Request, error) {
	if err := in.check(s.o.IDs.Now().UTC().Format(time.DateOnly)); err != nil {
		return Request{}, err
	}
	ids := s.newIDs(3)
	return s.onRequest(ctx, c, in.Assessment, ids[:2], func(tx Tx, a *Assessment) (Request, string, error) {
		if err := c.asks(a); err != nil {
			return Request{}, "", err
		}
		cs, err := a.Set(in.ControlSet)
		if err != nil {
			return Request{}, "", err
		}
		if _, err := cs.Control(in.Control); err != nil {
			return Request{}, "", err
		}
		n, err := tx.CountDocs(arn.Scope{Accounts: []string{a.Owner}}, requests(a.ID).Kind)
		if err != nil {
			return Request{}, "", err
		}
		if n >= maxRequests {
			return Request{}, "", quota("evidence requests of an assessment", maxRequests)
		}
		r := Request{
			ID: ids[2], Assessment: a.ID, ControlSet: in.ControlSet, Control: in.Control, Title: in.Title, Text: in.Text, Due: in.Due,
			Status: RequestOpen, By: c.Principal, Created: tx.Now(), Updated: tx.Now(),
		}
		return r, "Evidence was requested, due " + r.Due + ": " + r.Title, requests(a.ID).Insert(tx, a.Owner, "", r.ID, "", r)
	})
}

// onRequest runs one step of a request: fn does it and gives the text of the notification.
func (s *Service) onRequest(ctx context.Context, c Caller, id string, ids []string, fn func(Tx, *Assessment) (Request, string, error)) (Request, error) {
	var e Event
	r, err := write(ctx, s, func(tx Tx) (Request, error) {
		d, err := assessment(tx, c, id)
		if err == nil {
			err = d.Value.open()
		}
		if err != nil {
			return Request{}, err
		}
		r, text, err := fn(tx, &d.Value)
		if err != nil {
			return r, err
		}
		if e, err = s.notify(tx, &d.Value, ids[0], c, "Evidence Request "+r.Status, r.ControlSet, text); err != nil {
			return r, err
		}
		e.Control = r.Control
		snap, err := snapshots.Get(tx, c.Account, "", id)
		if err != nil {
			return r, err
		}
		return r, logIn(tx, &d.Value, ids[1], Change{
			Object: ObjectControl, Name: snap.Value[r.Control].Name, Action: ActionUpdate, By: c.Principal, Set: r.ControlSet, Control: r.Control,
			Reason: "Evidence request " + r.ID + " is " + r.Status + ": " + r.Title,
		})
	})
	if err == nil {
		s.tell(ctx, e)
	}
	return r, err
}

// moveRequest is a step of a stored request; may decides who may take it and from which states it leads.
func (s *Service) moveRequest(ctx context.Context, c Caller, id, request string, step RequestStep, from []string, may func(Tx, *Assessment, *Request) error) (Request, error) {
	if err := length("comment", step.Comment, 0, 1000); err != nil {
		return Request{}, err
	}
	return s.onRequest(ctx, c, id, s.newIDs(2), func(tx Tx, a *Assessment) (Request, string, error) {
		d, err := requests(id).Get(tx, a.Owner, "", request)
		if err != nil {
			return Request{}, "", err
		}
		r := &d.Value
		if err := may(tx, a, r); err != nil {
			return *r, "", err
		}
		if !slices.Contains(from, r.Status) {
			return *r, "", fault.Invalidf("requestId", "Evidence request %s is %s; it cannot become %s.", r.ID, r.Status, step.Status)
		}
		if len(r.Steps) >= maxRequestSteps {
			return *r, "", quota("steps of an evidence request", maxRequestSteps)
		}
		step.By, step.At = c.Principal, tx.Now()
		r.Steps, r.Status, r.Updated = append(r.Steps, step), step.Status, tx.Now()
		text := "The evidence request is " + r.Status + ": " + r.Title
		if step.Comment != "" {
			text += " Comment: " + step.Comment
		}
		return *r, text, requests(id).Update(tx, d)
	})
}

// AnswerRequest answers an open or returned request with evidence of its control, a comment, or both.
func (s *Service) AnswerRequest(ctx context.Context, c Caller, id, request, comment string, evidence []string) (Request, error) {
	switch {
	case comment == "" && len(evidence) == 0:
		return Request{}, fault.Invalidf("comment", "An answer needs a comment, or evidence.")
	case len(evidence) > maxLinkedEvidence:
		return Request{}, fault.Invalidf("evidenceIds", "At most %d pieces of evidence can be linked at once.", maxLinkedEvidence)
	}
	step := RequestStep{Status: RequestAnswered, Comment: comment, Evidence: slices.Clone(evidence)}
	return s.moveRequest(ctx, c, id, request, step, []string{RequestOpen, RequestReturned}, func(tx Tx, a *Assessment, r *Request) error {
		if err := c.works(a, r.ControlSet); err != nil {
			return err
		}
		for _, x := range evidence {
			e, err := ledger.Get(tx, a.Owner, x)
			if err == nil && (e.Assessment != id || e.ControlSet != r.ControlSet || e.Control != r.Control) {
				err = fault.Missing("evidence", x)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ReviewRequest accepts an answer, which closes the request, or returns it with a comment.
func (s *Service) ReviewRequest(ctx context.Context, c Caller, id, request string, accept bool, comment string) (Request, error) {
	step := RequestStep{Status: RequestAccepted, Comment: comment}
	if !accept {
		if step.Status = RequestReturned; comment == "" {
			return Request{}, fault.Invalidf("comment", "Say what is missing when an answer is returned.")
		}
	}
	return s.moveRequest(ctx, c, id, request, step, []string{RequestAnswered}, func(_ Tx, a *Assessment, _ *Request) error { return c.asks(a) })
}

// Requests lists the evidence requests of an assessment that the caller may see, oldest first, or those of every assessment
// when its id is empty; of one status when it is given.
func (s *Service) Requests(ctx context.Context, c Caller, id, status string) ([]Request, error) {
	if status != "" && !slices.Contains([]string{RequestOpen, RequestAnswered, RequestAccepted, RequestReturned}, status) {
		return nil, fault.Invalidf("status", "%q is no status of an evidence request; use OPEN, ANSWERED, ACCEPTED or RETURNED.", status)
	}
	return read(ctx, s, func(tx Tx) ([]Request, error) {
		var all []Assessment
		if id != "" {
			d, err := assessment(tx, c, id)
			if err != nil {
				return nil, err
			}
			all = append(all, d.Value)
		} else {
			if err := registered(tx, c); err != nil {
				return nil, err
			}
			var err error
			if all, err = visible(tx, c, ""); err != nil {
				return nil, err
			}
		}
		var out []Request
		for i := range all {
			list, err := requestsOf(tx, &all[i])
			if err != nil {
				return nil, err
			}
			for _, r := range list {
				if (status == "" || r.Status == status) && c.looks(&all[i], r.ControlSet) == nil {
					out = append(out, r)
				}
			}
		}
		return out, nil
	})
}

func requestsOf(tx Tx, a *Assessment) ([]Request, error) {
	list, err := requests(a.ID).All(tx, arn.Scope{Accounts: []string{a.Owner}})
	out := make([]Request, len(list))
	for i := range list {
		out[i] = list[i].Value
	}
	return out, err
}

// deleteRequests forgets those of a deleted assessment.
func deleteRequests(tx Tx, account, assessment string) error {
	list, err := requests(assessment).All(tx, arn.Scope{Accounts: []string{account}})
	if err != nil {
		return err
	}
	for _, d := range list {
		if err := requests(assessment).Delete(tx, account, "", d.ID); err != nil {
			return err
		}
	}
	return nil
}
