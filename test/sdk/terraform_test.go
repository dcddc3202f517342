package sdk_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"

	"github.com/tickmark/tickmark/internal/testenv"
)

// attrs are a resource's attributes as Terraform's provider keeps them; sets are sorted, null is left out.
type attrs map[string]any

// str is a text attribute, "" when it is null.
func (a attrs) str(name string) string {
	s, _ := a[name].(string)
	return s
}

// opt is a text attribute, nil when it is null: the provider sends nothing then.
func (a attrs) opt(name string) *string {
	if s, ok := a[name].(string); ok {
		return &s
	}
	return nil
}

// keep stores a text that was answered; no answer is null.
func (a attrs) keep(name string, v *string) {
	delete(a, name)
	if v != nil {
		a[name] = *v
	}
}

// resource is what the provider does for one of its resources: the calls it makes, and what it takes from the answers.
type resource struct {
	name string
	// configs are what users write one after the other; each goes by an update from the one before, unless replace says
	// that the resource is made anew.
	configs []attrs
	replace bool
	// blind are attributes that an import does not find out, stale those that move on by themselves.
	blind, stale []string

	create func(plan attrs) attrs
	// read gives nil when the resource is gone.
	read   func(state attrs) attrs
	update func(plan, state attrs) attrs
	// remove tells of nothing that is gone already, unless stubborn.
	remove   func(state attrs)
	stubborn bool
	// found is the state that an import begins with.
	found func(state attrs) attrs
}

// terraform is a run of the provider against a server.
type terraform struct {
	*kit
	c *auditmanager.Client
}

// apply makes a resource, goes through its configurations and gives the last state.
func (t *terraform) apply(r *resource) attrs {
	t.Helper()
	state := r.create(maps.Clone(r.configs[0]))
	t.settled(r, r.configs[0], state)
	for _, config := range r.configs[1:] {
		if r.replace {
			t.destroy(r, state)
			state = r.create(maps.Clone(config))
		} else {
			plan := maps.Clone(config)
			for k, v := range state { // computed attributes are known from the state
				if _, set := plan[k]; !set && !slices.ContainsFunc(r.configs, func(c attrs) bool { return c[k] != nil }) {
					plan[k] = v
				}
			}
			state = r.update(plan, maps.Clone(state))
		}
		t.settled(r, config, state)
	}
	t.imported(r, state)
	return state
}

// settled refreshes the state and wants no difference: not to what was written down, nor to the configuration.
func (t *terraform) settled(r *resource, config, state attrs) {
	t.Helper()
	fresh := r.read(maps.Clone(state))
	if fresh == nil {
		t.Fatalf("%s is gone after apply", r.name)
	}
	for k := range state {
		if !reflect.DeepEqual(fresh[k], state[k]) && !slices.Contains(r.stale, k) {
			t.Errorf("%s.%s drifts from %v to %v", r.name, k, state[k], fresh[k])
		}
	}
	for k, v := range config {
		if !reflect.DeepEqual(fresh[k], v) {
			t.Errorf("%s.%s is %v, and configured as %v", r.name, k, fresh[k], v)
		}
	}
	for k := range fresh { // what the user took out of the configuration
		_, was := state[k]
		if _, set := config[k]; !set && !was {
			t.Errorf("%s.%s appears with %v", r.name, k, fresh[k])
		}
	}
}

// imported wants an import to find the same state.
func (t *terraform) imported(r *resource, state attrs) {
	t.Helper()
	got := r.read(r.found(state))
	for k, v := range state {
		if !slices.Contains(r.blind, k) && !slices.Contains(r.stale, k) && !reflect.DeepEqual(got[k], v) {
			t.Errorf("%s.%s is imported as %v, not %v", r.name, k, got[k], v)
		}
	}
}

// destroy removes a resource, which must be gone then; removing it once more does no harm.
func (t *terraform) destroy(r *resource, state attrs) {
	t.Helper()
	r.remove(maps.Clone(state))
	if got := r.read(maps.Clone(state)); got != nil {
		t.Errorf("%s is still there: %v", r.name, got)
	}
	if !r.stubborn {
		r.remove(maps.Clone(state))
	}
}

// gone is how the provider takes ResourceNotFoundException.
func (t *terraform) gone(err error) bool {
	t.Helper()
	var missing *types.ResourceNotFoundException
	if errors.As(err, &missing) {
		return true
	}
	t.ok(err)
	return false
}

// patiently repeats a call while its error is of the type E, as the provider does for what settles with time.
func patiently[E error](t *terraform, call func() error) error {
	t.Helper()
	var e E
	for range 300 {
		err := call()
		if !errors.As(err, &e) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("still %v", e)
	return nil
}

// byID is how most resources are imported.
func byID(state attrs) attrs { return attrs{"id": state["id"]} }

// TestTerraform does what Terraform's provider for AWS does with its eight resources of Audit Manager, in the order of
// their dependencies: create, refresh, update, import, destroy. The calls, what is repeated, what counts as gone and
// what is compared follow internal/service/auditmanager of hashicorp/terraform-provider-aws.
func TestTerraform(t *testing.T) {
	k := &kit{T: t, env: testenv.Start(t), called: map[string]bool{}}
	k.env.LoadSample(t)
	tf := &terraform{k, auditmanager.NewFromConfig(k.config(home))}
	tf.s3(home, "PUT", "/terraform-reports", "")

	registration := tf.accountRegistration()
	registered := tf.apply(registration)
	admin := tf.organizationAdmin()
	tf.destroy(admin, tf.apply(admin))

	controls := make([]*resource, 3)
	made := make([]attrs, len(controls))
	ids := make([]string, len(controls))
	for i := range controls {
		controls[i] = tf.control(fmt.Sprintf("terraform contrôle %d / a", i))
		made[i] = tf.apply(controls[i])
		ids[i] = made[i].str("id")
	}
	framework := tf.framework(ids)
	frameworkState := tf.apply(framework)
	assessment := tf.assessment(frameworkState.str("id"))
	assessmentState := tf.apply(assessment)

	for _, r := range []*resource{tf.delegation(assessmentState.str("id")), tf.report(assessmentState.str("id")), tf.share(frameworkState.str("id"))} {
		tf.destroy(r, tf.apply(r))
	}
	tf.destroy(assessment, assessmentState)
	tf.destroy(framework, frameworkState)
	for i := range controls {
		tf.destroy(controls[i], made[i])
	}
	tf.destroy(registration, registered)
}
