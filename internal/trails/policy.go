package trails

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/policy"
)

// policies are the policies of resources as they were put.
var policies = docs.Collection[string]{Kind: "cloudtrail-policy", Noun: "resource policy"}

// maxPolicy is the longest policy, in characters.
const maxPolicy = 8192

// PutPolicy keeps the policy of a resource. It is kept and shown; who may do what follows grants.
// Faults: ResourceARNNotValidException, ResourceTypeNotSupportedException, ResourceNotFoundException,
// ResourcePolicyNotValidException.
func (r *Resources) PutPolicy(ctx context.Context, at Place, resource, text string) error {
	if err := r.mayHave(ctx, at, resource); err != nil {
		return err
	}
	if err := checkPolicy(text); err != nil {
		return err
	}
	return r.store.Write(ctx, func(tx Tx) error {
		doc, err := getPolicy(tx, resource)
		if fault.KindOf(err) == fault.NotFound {
			return policies.Insert(tx, doc.Account, doc.Region, resource, "", text)
		}
		if err != nil {
			return err
		}
		doc.Value = text
		return policies.Update(tx, doc)
	})
}

// checkPolicy wants a policy of a resource: statements that name who they are about and what is to be done.
func checkPolicy(text string) error {
	p, err := policy.Parse(text)
	refuse := func(why string) error {
		return fault.Invalidf("ResourcePolicy", "The policy is not valid: %s.", why).With("ResourcePolicyNotValidException")
	}
	switch {
	case len(text) > maxPolicy:
		return refuse("it has more than 8192 characters")
	case err != nil:
		return refuse(err.Error())
	case len(p.Statements) == 0:
		return refuse("it has no statement")
	}
	for i := range p.Statements {
		s := &p.Statements[i]
		if len(s.Principals) == 0 || len(s.Actions) == 0 {
			return refuse("each statement needs a Principal and an Action")
		}
	}
	return nil
}

// Policy reads the policy of a resource. Fault: ResourcePolicyNotFoundException, and those of PutPolicy.
func (r *Resources) Policy(ctx context.Context, at Place, resource string) (text string, err error) {
	if err := r.mayHave(ctx, at, resource); err != nil {
		return "", err
	}
	err = r.store.Read(ctx, func(tx Tx) error {
		doc, err := getPolicy(tx, resource)
		text = doc.Value
		return noPolicy(err, resource)
	})
	return text, err
}

// DeletePolicy removes the policy of a resource. Faults: as Policy.
func (r *Resources) DeletePolicy(ctx context.Context, at Place, resource string) error {
	if err := r.mayHave(ctx, at, resource); err != nil {
		return err
	}
	return r.store.Write(ctx, func(tx Tx) error {
		doc, err := getPolicy(tx, resource)
		if err != nil {
			return noPolicy(err, resource)
		}
		return policies.Delete(tx, doc.Account, doc.Region, doc.ID)
	})
}

func noPolicy(err error, resource string) error {
	if fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.NotFound, "The resource %s has no policy.", resource).With("ResourcePolicyNotFoundException")
	}
	return err
}

func getPolicy(tx Tx, resource string) (docs.Doc[string], error) {
	a, err := arn.Parse(resource)
	if err != nil {
		return docs.Doc[string]{}, err
	}
	doc, err := policies.Get(tx, a.Account, a.Region, resource)
	doc.Account, doc.Region = a.Account, a.Region
	return doc, err
}

// mayHave refuses resources without policies, and those that are not there.
func (r *Resources) mayHave(ctx context.Context, at Place, resource string) error {
	k, err := r.kindOf(resource)
	switch f, _ := err.(*fault.Error); {
	case f != nil && f.Code == "CloudTrailARNInvalidException":
		return f.With("ResourceARNNotValidException")
	case err != nil:
		return err
	case !k.Policies:
		return fault.Invalidf("ResourceArn", "A %s has no policy.", k.Noun).With("ResourceTypeNotSupportedException")
	}
	if err := k.Find(ctx, at, resource); fault.KindOf(err) == fault.NotFound {
		return fault.Missing("resource", resource).With("ResourceNotFoundException")
	} else if err != nil {
		return err
	}
	return nil
}
