package sweep_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/sweep"
)

// giant has many resources of one type, made as they are asked for.
type giant struct{ n int }

func (g giant) Call(context.Context, collect.Place, string, collect.Object) (collect.Object, error) {
	return collect.Object{}, nil
}

func (g giant) Pages(_ context.Context, at collect.Place, api string, _ collect.Object, page func(collect.Object) error) error {
	if api != "ec2:DescribeVolumes" || at.Region != ireland {
		return page(collect.Object{"Items": []any{collect.Object{"Id": "small"}}})
	}
	for i := 0; i < g.n; i += 500 {
		var list []any
		for j := range 500 {
			list = append(list, collect.Object{"Id": fmt.Sprintf("vol-%08d", i+j), "Description": fmt.Sprintf("a volume of some hundred bytes %0200d", i+j)})
		}
		if err := page(collect.Object{"Items": list, "NextToken": fmt.Sprint(i)}); err != nil {
			return err
		}
	}
	return nil
}

// heavy counts what it takes, and how much memory is in use when nearly all has come.
type heavy struct {
	taken, at int
	heap      uint64
}

func (s *heavy) Observe(_ context.Context, specs []inventory.Spec) (int, error) {
	s.taken += len(specs)
	if s.taken >= s.at && s.heap == 0 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		s.heap = m.HeapAlloc
	}
	return len(specs), nil
}

func (s *heavy) Gone(context.Context, time.Time, []inventory.Key) (int, error) { return 0, nil }

// A type with very many resources takes 16 bytes of each and no more, and the rest is read meanwhile.
func TestGiantType(t *testing.T) {
	const n = 200_000
	h := open(t)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	sink := &heavy{at: n - 1000}
	h.runner.Caller, h.runner.Sink = giant{n}, sink
	h.runner.Limits = sweep.Limits{Units: 1} // so that the sink needs no lock; more than one is in TestManyAccounts
	p := h.run(h.plan(one))
	if p.Items != n+4 || p.Failed != 0 {
		t.Errorf("%+v", p)
	}
	if grown := int64(sink.heap) - int64(before.HeapAlloc); grown > 24<<20 {
		t.Errorf("%d resources of some 250 bytes take %d bytes", n, grown)
	}
}
