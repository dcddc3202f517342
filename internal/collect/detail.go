package collect

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
)

// detail makes one call for a resource. Only an end that was asked for is an error: what could not be read is noted in
// the resource.
func (r *Reading) detail(ctx context.Context, d *Detail, res *Resource) error {
	if d.When != nil && !d.When(res.Element) {
		return nil
	}
	if d.Over != "" {
		return r.detailOver(ctx, d, res)
	}
	if d.Read != nil {
		if err := d.Read(res, func(in Object) (Object, error) { return r.call(ctx, res.Call, d.API, in) }); err != nil {
			return res.note(d, failure(d.API, err))
		}
		return nil
	}
	get := func() (Object, error) {
		return r.gather(ctx, res.Call, d.API, r.inputs(d.Input, d.From, res.Element))
	}
	if d.Shared {
		get = r.once(d, res.Call, get)
	}
	all, err := get()
	return r.settle(d, res, all, err)
}

// gather makes one answer of all pages of a call.
func (r *Reading) gather(ctx context.Context, region, api string, in Object) (all Object, err error) {
	err = r.pages(ctx, region, api, in, func(answer Object) error {
		all = join(all, answer)
		return nil
	})
	return all, err
}

// shared is a call that is made once in a reading for a region.
type shared struct {
	detail *Detail
	region string
}

func (r *Reading) once(d *Detail, region string, get func() (Object, error)) func() (Object, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := shared{d, region}
	if r.shares[k] == nil {
		if r.shares == nil {
			r.shares = map[shared]func() (Object, error){}
		}
		r.shares[k] = sync.OnceValues(get)
	}
	return r.shares[k]
}

// detailOver makes a detail's call for each of the resource's elements.
func (r *Reading) detailOver(ctx context.Context, d *Detail, res *Resource) error {
	list := []any{}
	for _, v := range res.Every(each(d.Over)) {
		e := element(v, res.Element)
		answer, err := r.gather(ctx, res.Call, d.API, r.inputs(d.Input, d.From, e))
		switch {
		case absent(err, d.Absent):
			continue
		case err != nil:
			return res.note(d, failure(d.API, err))
		}
		taken, _ := At(answer, d.Take).(Object)
		list = append(list, e.lay(taken).Object)
	}
	d.put(res, list)
	return nil
}

// settle puts what a detail's call gave, or why it gave nothing.
func (r *Reading) settle(d *Detail, res *Resource, answer Object, err error) error {
	switch {
	case absent(err, d.Absent):
		if d.Instead != nil {
			d.put(res, d.Instead)
		}
		return nil
	case err != nil:
		return res.note(d, failure(d.API, err))
	case d.Put != nil:
		d.Put(res, answer)
	default:
		v := At(answer, strings.TrimSuffix(d.Take, "[]"))
		if v == nil {
			v = d.Instead
		}
		if v != nil {
			d.put(res, v)
		}
	}
	return nil
}

// note marks what a failed detail leaves unread.
func (res *Resource) note(d *Detail, err error) error {
	f, ok := err.(*Failure)
	if !ok {
		return err
	}
	paths := d.Covers
	if len(paths) == 0 && !strings.HasPrefix(d.Key, ".") && d.Key != "" {
		paths = []string{"supplementaryConfiguration." + d.Key}
	}
	if len(paths) == 0 {
		paths = []string{"configuration"}
	}
	res.Missing(f, paths...)
	return nil
}

// put shapes a value and puts it where the detail says.
func (d *Detail) put(res *Resource, v any) {
	if member, ok := strings.CutPrefix(d.Key, "."); ok {
		res.Element = res.lay(Object{})
		Set(res.Object, member, v)
		return
	}
	if !d.Raw {
		v = res.Spelled(v, "supplementaryConfiguration."+d.Key)
	} else {
		v = plainTimes(v)
	}
	if _, isText := v.(string); d.Text && !isText {
		b, _ := json.Marshal(v)
		v = string(b)
	}
	res.Supplement(d.Key, v)
}

// detailMany makes one call for up to Batch.Size resources.
func (r *Reading) detailMany(ctx context.Context, d *Detail, all []*Resource) error {
	byRegion := map[string][]*Resource{}
	for _, res := range all {
		if d.When == nil || d.When(res.Element) {
			byRegion[res.Call] = append(byRegion[res.Call], res)
		}
	}
	for region, list := range byRegion {
		for len(list) > 0 {
			n := min(len(list), d.Batch.Size)
			if err := r.detailBatch(ctx, region, d, list[:n]); err != nil {
				return err
			}
			list = list[n:]
		}
	}
	return nil
}

func (r *Reading) detailBatch(ctx context.Context, region string, d *Detail, list []*Resource) error {
	in := r.inputs(d.Input, d.From, list[0].Element)
	over := make([]*Element, len(list))
	for i, res := range list {
		over[i] = res.Element
	}
	d.Batch.limit(in, over)
	all, err := r.gather(ctx, region, d.API, in)
	answers := map[string]Object{}
	for _, v := range Every(all, each(d.Each)) {
		if o, ok := v.(Object); ok {
			answers[Text(o, d.Batch.Match)] = o
		}
	}
	for _, res := range list {
		if err := r.settle(d, res, answers[res.Text(d.Batch.By)], err); err != nil {
			return err
		}
	}
	return nil
}

// join puts a page behind those before it: lists grow, other members are those of the last page.
func join(all, page Object) Object {
	if all == nil {
		return page
	}
	for k, v := range page {
		if list, ok := v.([]any); ok {
			if before, ok := all[k].([]any); ok {
				v = append(before, list...)
			}
		}
		all[k] = v
	}
	return all
}
