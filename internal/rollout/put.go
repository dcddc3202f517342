package rollout

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

var (
	ruleName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	packName = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)
)

// maxExcluded accounts of one rollout.
const maxExcluded = 1000

// bucketPrefix begins the names of buckets that organization packs deliver to.
const bucketPrefix = "awsconfigconforms"

// PutRule rolls a rule of any owner out, or changes the one of that name. Each account gets it soon; Members tells how
// far they are.
//
// Faults: InvalidParameterValueException, MaxNumberOfOrganizationConfigRulesExceededException, ResourceInUseException,
// OrganizationAccessDeniedException, NoAvailableOrganizationException, OrganizationAllFeaturesNotEnabledException.
func (p *Program) PutRule(ctx context.Context, at Place, name string, r compliance.ConfigRule, excluded []string) (Rollout, error) {
	if err := p.mayPut(ctx, at.Account); err != nil {
		return Rollout{}, err
	}
	if !ruleName.MatchString(name) {
		return Rollout{}, fault.Invalidf("OrganizationConfigRuleName", "%q is no name of an organization config rule: letters, digits, hyphens and underscores, 64 at most.", name).With("InvalidParameterValueException")
	}
	r.Name, r.Owner = Rules.prefix+name, cmp.Or(r.Owner, compliance.OwnerAWS)
	r, err := r.Checked()
	if err != nil {
		return Rollout{}, err
	}
	return p.put(ctx, Rules, Rollout{Account: at.Account, Region: at.Region, Name: name, Excluded: excluded, Rule: &r}, nil)
}

// PutPack rolls a conformance pack out, or changes the one of that name. Its input names no owner and no name.
//
// Faults: as PutRule, with ValidationException, OrganizationConformancePackTemplateValidationException and
// MaxNumberOfOrganizationConformancePacksExceededException.
func (p *Program) PutPack(ctx context.Context, at Place, name string, in compliance.PackInput, excluded []string) (Rollout, error) {
	if err := p.mayPut(ctx, at.Account); err != nil {
		return Rollout{}, err
	}
	if !packName.MatchString(name) {
		return Rollout{}, fault.Invalidf("OrganizationConformancePackName", "%q is no name of an organization conformance pack: letters, digits and hyphens, 128 at most, with a letter first.", name).With("ValidationException")
	}
	if in.DeliveryBucket != "" && !strings.HasPrefix(in.DeliveryBucket, bucketPrefix) {
		return Rollout{}, fault.Invalidf("DeliveryS3Bucket", "The bucket %q cannot be used: the name must begin with %s.", in.DeliveryBucket, bucketPrefix).With("ValidationException")
	}
	n, text, err := in.Check(at)
	if err != nil {
		return Rollout{}, Packs.spelled(err)
	}
	v := &Pack{Inputs: in.Inputs, DeliveryBucket: in.DeliveryBucket, DeliveryPrefix: in.DeliveryPrefix, Rules: n}
	return p.put(ctx, Packs, Rollout{Account: at.Account, Region: at.Region, Name: name, Excluded: excluded, Pack: v}, text)
}

func (p *Program) put(ctx context.Context, k *Kind, in Rollout, text []byte) (Rollout, error) {
	if len(in.Excluded) > maxExcluded {
		return in, k.spelled(fault.Invalidf("ExcludedAccounts", "At most %d accounts can be excluded, not %d.", maxExcluded, len(in.Excluded)).With("InvalidParameterValueException"))
	}
	for _, a := range in.Excluded {
		if !arn.ValidAccount(a) {
			return in, k.spelled(fault.Invalidf("ExcludedAccounts", "%q is not an account id of twelve digits.", a).With("InvalidParameterValueException"))
		}
	}
	in.Excluded = slices.Compact(slices.Sorted(slices.Values(in.Excluded)))
	suffix := p.suffix()
	var out Rollout
	err := p.store.Write(ctx, func(tx Tx) error {
		var err error
		out, err = in.write(tx, k, suffix, text)
		return err
	})
	p.Notify()
	return out, err
}

// write stores what the caller has put; the suffix is for a new one.
func (r Rollout) write(tx Tx, k *Kind, suffix string, text []byte) (Rollout, error) {
	old, err := k.rollouts.ByName(tx, r.Account, r.Region, r.Name)
	fresh := fault.KindOf(err) == fault.NotFound
	if err != nil && !fresh {
		return r, err
	}
	if err := k.room(tx, &r, fresh); err != nil {
		return r, err
	}
	r.Updated, r.ChangedAt = tx.Now(), tx.Now()
	if fresh {
		r.ID, r.State, r.Revision = r.Name+"-"+suffix, Create+InProgress, 1
		r.ARN = arn.New("config", r.Region, r.Account, k.resource+r.ID)
		if err := k.rollouts.Insert(tx, r.Account, r.Region, r.ID, r.Name, r); err != nil || r.Pack == nil {
			return r, err
		}
		return r, templates.Insert(tx, r.Account, r.Region, r.ID, "", template{string(text)})
	}
	if old.Value.busy() {
		return r, old.Value.inUse(k)
	}
	r.ID, r.ARN, r.State, r.Revision, r.Settled = old.Value.ID, old.Value.ARN, Update+InProgress, old.Value.Revision+1, old.Value.Settled
	old.Value = r
	if err := k.rollouts.Update(tx, old); err != nil || r.Pack == nil {
		return r, err
	}
	t, err := templates.Get(tx, r.Account, r.Region, r.ID)
	if err != nil {
		return r, err
	}
	t.Value.Text = string(text)
	return r, templates.Update(tx, t)
}

func (r *Rollout) inUse(k *Kind) error {
	return fault.New(fault.Conflict, "The %s %q is %s. Wait until that is done.", k.rollouts.Noun, r.Name, r.State).With("ResourceInUseException")
}

// room checks the limits of the organization, whichever administrators put what is there.
func (k *Kind) room(tx Tx, r *Rollout, fresh bool) error {
	all, err := k.rollouts.All(tx, arn.Everything())
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(d docs.Doc[Rollout]) bool {
		return d.Value.Region != r.Region || d.Value.Account == r.Account && d.Value.Name == r.Name
	})
	if fresh && len(all) >= k.limit {
		return fault.New(fault.Quota, "The organization has %d of kind %s in %s and may have no more. Delete some first.", len(all), k.rollouts.Noun, r.Region).With(k.full)
	}
	if r.Pack == nil {
		return nil
	}
	n := r.Pack.Rules
	for _, d := range all {
		n += d.Value.Pack.Rules
	}
	if n > maxPackRules {
		return fault.New(fault.Quota, "The organization conformance packs of %s would have %d rules; %d are allowed. Delete some packs, or use smaller ones.", r.Region, n, maxPackRules).With(k.full)
	}
	return nil
}

// Delete takes a rule or pack out of every account; it is there until that is done.
// Faults: the kind's NoSuch...Exception, ResourceInUseException, OrganizationAccessDeniedException.
func (p *Program) Delete(ctx context.Context, at Place, k *Kind, name string) error {
	if err := p.may(ctx, at.Account); err != nil {
		return err
	}
	err := p.store.Write(ctx, func(tx Tx) error {
		d, err := k.one(tx, at, name)
		if err != nil {
			return err
		}
		if d.Value.busy() {
			return d.Value.inUse(k)
		}
		d.Value.Status = Status{State: Delete + InProgress, ChangedAt: tx.Now()}
		d.Value.Revision++
		return k.rollouts.Update(tx, d)
	})
	p.Notify()
	return err
}
