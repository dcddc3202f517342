package compliance

import (
	"context"
	"errors"
	"regexp"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory/cfn"
)

// PlannedResource is a resource that is not made yet, with the properties a template gives it.
type PlannedResource struct {
	Type, ID string
	// Properties is a JSON object of CloudFormation properties.
	Properties string
	// Context is a name of the caller's for evaluations that belong together; Token makes a repeated request the same
	// one. Both may be "".
	Context, Token string
	// Timeout is how long the evaluation may take; 0 for the usual time.
	Timeout time.Duration
}

// The states of the evaluation of a planned resource.
const (
	InProgress = "IN_PROGRESS"
	Succeeded  = "SUCCEEDED"
	Failed     = "FAILED"
)

// ResourceEvaluation is the evaluation of one planned resource by the proactive rules of its place.
type ResourceEvaluation struct {
	Account, Region, ID string
	Type, ResourceID    string
	Context             string `json:",omitempty"`
	// Request is a digest of what was asked for.
	Request string
	Started time.Time
	Timeout time.Duration
	// Status is IN_PROGRESS, SUCCEEDED or FAILED; Failure says why it failed.
	Status  string
	Failure string `json:",omitempty"`
	// Compliance is the roll-up of the results, by AWS's name; "" until it is evaluated.
	Compliance string          `json:",omitempty"`
	Results    []PlannedResult `json:",omitempty"`
	Evaluated  time.Time       `json:",omitzero"`
}

// PlannedResult is the verdict of one rule on a planned resource, INSUFFICIENT_DATA with its reason included.
type PlannedResult struct {
	Rule, Verdict string
	Reason        string `json:",omitempty"`
}

// plannedInput is kept apart from the evaluation: it is large, and listings do not show it.
type plannedInput struct{ Properties string }

var (
	planned = docs.Collection[ResourceEvaluation]{Kind: "resource-evaluation", Noun: "resource evaluation"}
	inputs  = docs.Collection[plannedInput]{Kind: "resource-evaluation-input", Noun: "resource evaluation"}
	waiting = docs.Collection[struct{}]{Kind: "resource-evaluation-waiting", Noun: "resource evaluation"}
)

// The bounds of what is kept of a place, and the time an evaluation has when the request names none.
const (
	keptPlanned  = 7 * 24 * time.Hour
	maxPlanned   = 5000
	usualTimeout = 900 * time.Second
	longTimeout  = time.Hour
)

var typeName = regexp.MustCompile(`^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}$`)

func (r *PlannedResource) check() error {
	switch {
	case len(r.Type) > 256 || !typeName.MatchString(r.Type):
		return badRule("ResourceType", "%q is not a resource type such as AWS::S3::Bucket.", r.Type)
	case r.ID == "" || len(r.ID) > 768:
		return badRule("ResourceId", "The resource needs an id of at most 768 characters.")
	case r.Timeout < 0 || r.Timeout > longTimeout:
		return badRule("EvaluationTimeout", "The timeout of an evaluation is 0 to 3600 seconds, not %d.", int64(r.Timeout.Seconds()))
	}
	p, err := cfn.Parse(r.Properties)
	if err == nil {
		err = p.Check(r.Type)
	}
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return f.With("InvalidParameterValueException")
	}
	return err
}

// EvaluatePlanned has a planned resource evaluated by every proactive rule of the place that judges its type, and gives
// the id of the evaluation, which is kept for a week.
//
// Faults: InvalidParameterValueException, IdempotentParameterMismatch (the token came with another request).
func (p *Program) EvaluatePlanned(ctx context.Context, at Place, r PlannedResource) (string, error) {
	if err := r.check(); err != nil {
		return "", err
	}
	if r.Timeout == 0 {
		r.Timeout = usualTimeout
	}
	fresh := p.ids.NewID()
	id := fresh
	err := p.store.Write(ctx, func(tx Tx) error {
		id = fresh
		if err := tidyPlanned(tx, at); err != nil {
			return err
		}
		e := ResourceEvaluation{
			Account: at.Account, Region: at.Region, ID: id, Type: r.Type, ResourceID: r.ID, Context: r.Context,
			Request: digest(r.Type, r.ID, r.Properties, r.Context, r.Timeout.String()), Started: tx.Now(), Timeout: r.Timeout, Status: InProgress,
		}
		name := ""
		if r.Token != "" {
			name = digest(r.Token)
			old, err := planned.ByName(tx, at.Account, at.Region, name)
			if err == nil {
				id = old.ID
				return old.Value.again(e)
			}
			if fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
		if err := planned.Insert(tx, at.Account, at.Region, id, name, e); err != nil {
			return err
		}
		if err := inputs.Insert(tx, at.Account, at.Region, id, "", plannedInput{r.Properties}); err != nil {
			return err
		}
		return waiting.Insert(tx, at.Account, at.Region, id, "", struct{}{})
	})
	if err != nil {
		return "", err
	}
	select {
	case p.wakePlanned <- struct{}{}:
	default:
	}
	return id, nil
}

// again reports whether a request with a token that came before is the same one.
func (e *ResourceEvaluation) again(o ResourceEvaluation) error {
	if e.Request != o.Request {
		return fault.New(fault.Conflict, "The client token was used for another request. Use a new one.").With("IdempotentParameterMismatch")
	}
	return nil
}

// tidyPlanned removes what has expired, a few at a time, and the oldest when there are too many. Ids are in the order
// of their time.
func tidyPlanned(tx Tx, at Place) error {
	oldest, err := planned.List(tx, own(at), docs.Key{}, 10)
	if err != nil || len(oldest) == 0 {
		return err
	}
	n, err := tx.CountDocs(own(at), planned.Kind)
	if err != nil {
		return err
	}
	for i, d := range oldest {
		if !d.Value.expired(tx.Now()) && (i > 0 || n < maxPlanned) {
			continue
		}
		if err := removePlanned(tx, at, d.ID); err != nil {
			return err
		}
	}
	return nil
}

func removePlanned(tx Tx, at Place, id string) error {
	if err := planned.Delete(tx, at.Account, at.Region, id); err != nil {
		return err
	}
	if err := inputs.Delete(tx, at.Account, at.Region, id); err != nil {
		return err
	}
	if err := waiting.Delete(tx, at.Account, at.Region, id); fault.KindOf(err) != fault.NotFound {
		return err
	}
	return nil
}

func (e *ResourceEvaluation) expired(now time.Time) bool { return now.Sub(e.Started) > keptPlanned }

// late shows an evaluation that was not done in its time as failed, whether or not that was noted.
func (e *ResourceEvaluation) late(now time.Time) {
	if e.Status == InProgress && now.After(e.Started.Add(e.Timeout)) {
		e.Status = Failed
		e.Failure = "The evaluation was not done within its timeout of " + e.Timeout.String() + "."
	}
}

// ResourceEvaluation is one evaluation with the resource it is of. Fault: ResourceNotFoundException.
func (p *Program) ResourceEvaluation(ctx context.Context, at Place, id string) (e ResourceEvaluation, properties string, err error) {
	err = p.store.Read(ctx, func(tx Tx) error {
		d, err := planned.Get(tx, at.Account, at.Region, id)
		if err == nil && d.Value.expired(tx.Now()) {
			err = fault.Missing(planned.Noun, id)
		}
		var in docs.Doc[plannedInput]
		if err == nil {
			in, err = inputs.Get(tx, at.Account, at.Region, id)
		}
		if f := (*fault.Error)(nil); errors.As(err, &f) && f.Kind == fault.NotFound {
			return f.With("ResourceNotFoundException")
		}
		e, properties = d.Value, in.Value.Properties
		e.late(tx.Now())
		return err
	})
	return e, properties, err
}

// PlannedFilter narrows a listing of evaluations.
type PlannedFilter struct {
	Context string
	// From and To bound when they were started; zero for no bound.
	From, To time.Time
}

func (f *PlannedFilter) passes(e *ResourceEvaluation) bool {
	return (f.Context == "" || f.Context == e.Context) && (f.From.IsZero() || !e.Started.Before(f.From)) && (f.To.IsZero() || !e.Started.After(f.To))
}

// ResourceEvaluations are the evaluations of planned resources in a place, the oldest first.
// Fault: InvalidTimeRangeException.
func (p *Program) ResourceEvaluations(ctx context.Context, at Place, f PlannedFilter) ([]ResourceEvaluation, error) {
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		return nil, fault.Invalidf("TimeWindow", "The time window ends before it begins.").With("InvalidTimeRangeException")
	}
	return read(ctx, p, func(tx Tx) ([]ResourceEvaluation, error) {
		all, err := planned.All(tx, own(at))
		var out []ResourceEvaluation
		for i := range all {
			if e := &all[i].Value; !e.expired(tx.Now()) && f.passes(e) {
				e.late(tx.Now())
				out = append(out, *e)
			}
		}
		return out, err
	})
}
