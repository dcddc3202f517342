package collect

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
)

// Reading is one reading of a type in a place.
type Reading struct {
	Caller Caller
	Type   *Type
	// Place has the region of the resources; a type that is read once in an account is called where the type says.
	Place Place
	// Only is the id of the only resource to read; "" reads all.
	Only string
	// Captured is the time the items get: that before the first call, so that what changes meanwhile is seen later.
	Captured time.Time
	// Calls bounds the calls that are under way at once; nil is one after the other. Readings may share one.
	Calls chan struct{}
	// Wait is how long to wait before asking again for what is being made; two seconds when nil.
	Wait func(ctx context.Context) error
	// Emit takes resources as they are read, from one goroutine at a time. Its error ends the reading.
	Emit func(*Resource) error

	mu     sync.Mutex
	found  bool
	shares map[shared]func() (Object, error)
}

// Run reads. An error means that the list is not complete: a *Failure when the cloud was the reason. What could not be
// read of single resources stands in them and is no error. errors.Is(err, ErrGone): the only resource is no more.
func (r *Reading) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	at, first := []*Element{nil}, 0
	if r.Only != "" {
		for i, s := range r.Type.Find {
			if s.Only != "" {
				first = i
			}
		}
	}
	if r.Type.Over != nil && first == 0 {
		at = nil
		for _, o := range r.Type.Over(r.Type.CallRegion(r.Place.Region)) {
			at = append(at, element(o, nil))
		}
	}
	err := careful(func() error { return r.steps(ctx, first, at) })
	if stopped, ok := errors.AsType[stop](err); ok {
		return stopped.error
	}
	if r.Only != "" && (absent(err, r.Type.Gone) || err == nil && !r.found) {
		return ErrGone
	}
	return err
}

// stop is an error of Emit, which is not one of the cloud.
type stop struct{ error }

// ErrGone says that a resource is no more.
var ErrGone = errors.New("the resource is gone")

// steps makes step i for elements, and those behind it for what it finds.
func (r *Reading) steps(ctx context.Context, i int, over []*Element) error {
	if i == len(r.Type.Find) {
		return r.resources(ctx, over)
	}
	if len(over) == 0 { // a page without anything
		return nil
	}
	s := &r.Type.Find[i]
	if s.API == "" {
		return r.steps(ctx, i+1, given(s.Given))
	}
	if s.Batch != nil && over[0] != nil { // without an element, the step begins with the only resource
		for len(over) > 0 {
			n := min(len(over), s.Batch.Size)
			if err := r.batch(ctx, i, s, over[:n]); err != nil {
				return err
			}
			over = over[n:]
		}
		return nil
	}
	if len(over) == 1 {
		return r.step(ctx, i, s, over[0])
	}
	return together(over, func(e *Element) error { return r.step(ctx, i, s, e) })
}

func given(objects []Object) []*Element {
	var all []*Element
	for _, o := range objects {
		all = append(all, element(maps.Clone(o), nil))
	}
	return all
}

// step makes a step for one element, page by page.
func (r *Reading) step(ctx context.Context, i int, s *Step, e *Element) error {
	if s.When != nil && e != nil && !s.When(e) {
		return r.steps(ctx, i+1, []*Element{e})
	}
	in := r.inputs(s.Input, s.From, e)
	if r.Only != "" && s.Only != "" && (i == len(r.Type.Find)-1 || e == nil) {
		limit(in, s.Only, r.Only)
	} else {
		maps.Copy(in, s.Whole)
	}
	if e == nil && r.Only != "" && s.Only != "" {
		e = element(r.Only, nil) // in place of the element that a list would have found
	}
	err := r.repeated(ctx, s, in, func(answer Object) error {
		return r.steps(ctx, i+1, r.elements(s, answer, e))
	})
	if absent(err, s.Absent) {
		if s.Instead == nil {
			return nil
		}
		return r.steps(ctx, i+1, r.elements(&Step{Merge: s.Merge}, s.Instead, e))
	}
	if f := refused(s, err); f != nil && e != nil && r.Only == "" {
		return r.steps(ctx, i+1, []*Element{r.stub(s, e, f)})
	}
	return failure(s.API, err)
}

// repeats is how often a call is made that waits for something, and pause how long it waits in between.
const (
	repeats = 60
	pause   = 2 * time.Second
)

// repeated makes the call of a step until its answer is the one it waits for.
func (r *Reading) repeated(ctx context.Context, s *Step, in Object, page func(Object) error) error {
	region := r.Type.CallRegion(r.Place.Region)
	if s.After != "" {
		return r.after(ctx, region, s, in, page)
	}
	if s.Again == nil {
		return r.pages(ctx, region, s.API, in, page)
	}
	for range repeats {
		answer, err := r.call(ctx, region, s.API, in)
		if err != nil {
			return err
		}
		if !s.Again(answer) {
			return page(answer)
		}
		if err := r.wait(ctx); err != nil {
			return err
		}
	}
	return fmt.Errorf("not ready after %s", repeats*pause)
}

// after pages through a list whose next page is asked for by the last element of the one before.
func (r *Reading) after(ctx context.Context, region string, s *Step, in Object, page func(Object) error) error {
	for {
		answer, err := r.call(ctx, region, s.API, in)
		if err != nil {
			return err
		}
		if err := page(answer); err != nil {
			return err
		}
		all := Every(answer, each(s.Each))
		if At(answer, s.More) != true || len(all) == 0 {
			return nil
		}
		in = maps.Clone(in)
		Set(in, s.After, all[len(all)-1])
	}
}

func (r *Reading) wait(ctx context.Context) error {
	if r.Wait != nil {
		return r.Wait(ctx)
	}
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *Reading) elements(s *Step, answer Object, above *Element) []*Element {
	var all []*Element
	for _, v := range Every(answer, each(s.Each)) {
		e := element(v, above)
		if s.Merge && above != nil {
			e = above.lay(e.Object)
		}
		if s.Keep == nil || s.Keep(e) {
			all = append(all, e)
		}
	}
	return all
}

// each makes a path one of elements.
func each(path string) string {
	if path == "" || strings.HasSuffix(path, "[]") {
		return path
	}
	return path + "[]"
}

// batch makes a step for many elements with one call.
func (r *Reading) batch(ctx context.Context, i int, s *Step, over []*Element) error {
	answer, err := r.ask(ctx, s.API, s.Input, s.From, s.Batch, over)
	if absent(err, s.Absent) {
		return nil
	}
	if err != nil {
		return failure(s.API, err)
	}
	var all []*Element
	for _, found := range r.elements(&Step{Each: s.Each}, answer, over[0]) {
		if asked := s.Batch.asked(found, over); asked != nil {
			found.Parent = asked
			if s.Merge {
				found = asked.lay(found.Object)
			}
		}
		if s.Keep == nil || s.Keep(found) {
			all = append(all, found)
		}
	}
	return r.steps(ctx, i+1, all)
}

func (r *Reading) ask(ctx context.Context, api string, fixed Object, from map[string]string, b *Batch, over []*Element) (Object, error) {
	in := r.inputs(fixed, from, over[0])
	b.limit(in, over)
	return r.call(ctx, r.Type.CallRegion(r.Place.Region), api, in)
}

// limit puts the values of elements, each once, into the inputs.
func (b *Batch) limit(in Object, over []*Element) {
	var list []any
	seen := map[string]bool{}
	for _, e := range over {
		v := e.At(b.Path)
		if s := text(v); s != "" && !seen[s] {
			seen[s] = true
			list = append(list, v)
		}
	}
	if filter, name, ok := strings.Cut(b.Member, ":"); ok {
		in[filter] = []any{Object{"Name": name, "Values": list}}
		return
	}
	Set(in, b.Member, list)
}

// asked is the element for which an answer's element was given.
func (b *Batch) asked(found *Element, over []*Element) *Element {
	if b.Match == "" {
		return nil
	}
	want := found.Text(b.Match)
	for _, e := range over {
		if e.Text(b.By) == want {
			return e
		}
	}
	return nil
}

// inputs are the members of a call for an element.
func (r *Reading) inputs(fixed Object, from map[string]string, e *Element) Object {
	in := make(Object, len(fixed)+len(from))
	for k, v := range fixed {
		in[k] = v
	}
	for to, path := range from {
		list, many := strings.CutSuffix(to, "[]")
		var v any
		switch {
		case strings.Contains(path, "{"):
			v = expand(path, func(p string) string { return r.known(p, e) })
		case e != nil:
			v = e.At(path)
		}
		if v == nil || v == "" {
			continue
		}
		if many {
			v = []any{v}
		}
		Set(in, list, v)
	}
	return in
}

func (r *Reading) known(path string, e *Element) string {
	switch path {
	case "account":
		return r.Place.Account
	case "region":
		return r.Type.CallRegion(r.Place.Region)
	case "partition":
		return arn.Partition(r.Type.CallRegion(r.Place.Region))
	}
	return e.Text(path)
}

// limit puts the id of the only resource into the inputs.
func limit(in Object, member, id string) {
	if m, after, ok := strings.Cut(member, "="); ok {
		member = m
		if i := strings.LastIndex(id, after); i >= 0 {
			id = id[i+len(after):]
		}
	}
	if filter, name, ok := strings.Cut(member, ":"); ok {
		in[filter] = []any{Object{"Name": name, "Values": []any{id}}}
		return
	}
	if list, ok := strings.CutSuffix(member, "[]"); ok {
		Set(in, list, []any{id})
		return
	}
	Set(in, member, id)
}

func (r *Reading) call(ctx context.Context, region, api string, in Object) (Object, error) {
	release, err := r.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return r.Caller.Call(ctx, Place{r.Place.Account, region, r.Place.Role}, api, in)
}

// pages holds no slot while a page is worked on: the calls made for it need slots too.
func (r *Reading) pages(ctx context.Context, region, api string, in Object, page func(Object) error) error {
	release, err := r.slot(ctx)
	if err != nil {
		return err
	}
	defer func() { release() }()
	return r.Caller.Pages(ctx, Place{r.Place.Account, region, r.Place.Role}, api, in, func(answer Object) error {
		release()
		release = func() {}
		if err := page(answer); err != nil {
			return err
		}
		var err error
		release, err = r.slot(ctx)
		return err
	})
}

func (r *Reading) slot(ctx context.Context) (release func(), err error) {
	if r.Calls == nil {
		return func() {}, ctx.Err()
	}
	select {
	case r.Calls <- struct{}{}:
		return func() { <-r.Calls }, nil
	case <-ctx.Done():
		return func() {}, ctx.Err()
	}
}

// careful makes an answer that nobody thought of a failure of this reading instead of the end of the program.
func careful(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Failure{Kind: Broken, Why: fmt.Sprintf("an answer could not be understood: %v", p), Err: fmt.Errorf("%v\n%s", p, debug.Stack())}
		}
	}()
	return do()
}

// together does something for each of many, at most width at once, and gives the first error.
func together[T any](all []T, do func(T) error) error {
	const width = 32
	var (
		wait  sync.WaitGroup
		once  sync.Once
		first error
		gate  = make(chan struct{}, width)
	)
	for _, v := range all {
		gate <- struct{}{}
		wait.Go(func() {
			defer func() { <-gate }()
			if err := careful(func() error { return do(v) }); err != nil {
				once.Do(func() { first = err })
			}
		})
	}
	wait.Wait()
	return first
}

// resources reads the details of elements and hands them out.
func (r *Reading) resources(ctx context.Context, found []*Element) error {
	all := make([]*Resource, 0, len(found))
	for _, e := range found {
		if res := r.begin(e); res != nil {
			all = append(all, res)
		}
	}
	for i := range r.Type.Details {
		if d := &r.Type.Details[i]; d.Batch != nil {
			if err := r.detailMany(ctx, d, all); err != nil {
				return err
			}
		}
	}
	return together(all, func(res *Resource) error {
		for i := range r.Type.Details {
			if d := &r.Type.Details[i]; d.Batch == nil {
				if err := r.detail(ctx, d, res); err != nil {
					return err
				}
			}
		}
		return r.emit(ctx, res)
	})
}

// begin makes the resource of an element; nil when it is not the one that was asked for.
func (r *Reading) begin(e *Element) *Resource {
	res := &Resource{
		Element: e, Type: r.Type, Account: r.Place.Account, Region: r.Place.Region, Call: r.Type.CallRegion(r.Place.Region),
		Spec: inventory.Spec{Captured: r.Captured},
	}
	if r.Type.Once() {
		res.Region = res.Expand(r.Type.Region)
		if strings.Contains(r.Type.Region, "{") {
			res.Call = res.Region
		}
	}
	res.identify()
	if e.refused != nil {
		res.Missing(e.refused, unread...)
	}
	if r.Only != "" && res.Spec.ID != "" && res.Spec.ID != r.Only {
		return nil
	}
	return res
}

func (r *Reading) emit(ctx context.Context, res *Resource) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	res.finish()
	if res.nameless && res.Spec.ID == "" && len(res.Failed) == 0 {
		api := r.Type.APIs()[0]
		return &Failure{API: api, Kind: Broken, Why: api + ": the answer has a resource without an id (" + r.Type.ID + ")"}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Only != "" && res.Spec.ID != r.Only || res.Spec.ID == "" {
		return nil
	}
	r.found = true
	if err := r.Emit(res); err != nil {
		return stop{err}
	}
	return nil
}
