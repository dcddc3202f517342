package exec

import (
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// window adds columns computed over the rows around. It keeps all rows.
type window struct {
	in        operator
	n         *plan.Window
	symbols   []*plan.Symbol
	partition []int
	order     []orderKey
	funcs     []windowFunc
}

// windowFunc is one function: its inputs are columns kept behind those of the rows.
type windowFunc struct {
	f      plan.WindowFunc
	inputs []*expr
	at     int // the first of the inputs among the kept columns
	args   int
	filter int // column; -1 without
	start  int
	end    int
	types  []*value.Type
}

func newWindow(n *plan.Window) (operator, error) {
	in, err := build(n.In)
	if err != nil {
		return nil, err
	}
	symbols := n.In.Outputs()
	w := &window{in: in, n: n, symbols: symbols, partition: slotsOf(n.Partition, symbols), order: orderKeys(n.Order, symbols)}
	at := len(symbols)
	for _, f := range n.Funcs {
		out := windowFunc{f: f, at: at, args: len(f.Args), filter: -1, start: -1, end: -1}
		list := append([]plan.Expr(nil), f.Args...)
		for _, extra := range []struct {
			e  plan.Expr
			to *int
		}{{f.Filter, &out.filter}, {f.Frame.Start.Offset, &out.start}, {f.Frame.End.Offset, &out.end}} {
			if extra.e != nil {
				*extra.to = at + len(list)
				list = append(list, extra.e)
			}
		}
		if out.inputs, err = compileAll(list, symbols); err != nil {
			return nil, err
		}
		for _, e := range out.inputs[:out.args] {
			out.types = append(out.types, e.t)
		}
		at += len(list)
		w.funcs = append(w.funcs, out)
	}
	return w, nil
}

func (w *window) run(x *execution, out emit) error {
	rows, err := w.collect(x)
	if err != nil {
		return err
	}
	columns := rows.vectors()
	parts := w.partitions(columns, rows.n)
	ids := &value.Vector{Type: value.BigIntType, N: rows.n, Ints: parts}
	keys := append([]orderKey{{len(columns), value.BigIntType, false, false}}, w.order...)
	order := sortedRows(append(columns[:len(columns):len(columns)], ids), keys, rows.n)
	sorted := make([]*value.Vector, len(columns))
	for i, c := range columns {
		sorted[i] = c.Select(order)
	}
	peers := comparer(sorted, w.order)
	if len(w.order) == 0 {
		peers = func(_, _ uint32) int { return 0 }
	}
	builders := make([]*value.Builder, len(w.funcs))
	for i, f := range w.funcs {
		builders[i] = value.NewBuilder(f.f.Symbol.Type, rows.n)
	}
	for from := 0; from < rows.n; {
		to := from + 1
		for to < rows.n && parts[order[to]] == parts[order[from]] {
			to++
		}
		p := newPartition(x, sorted, from, to, peers, w.order)
		for i := range w.funcs {
			if err := w.funcs[i].compute(p, builders[i]); err != nil {
				return err
			}
		}
		from = to
	}
	result := sorted[:len(w.symbols):len(w.symbols)]
	for _, b := range builders {
		result = append(result, b.Vector())
	}
	return emitAll(x, result, rows.n, out)
}

// collect keeps the rows and what the functions take of them.
func (w *window) collect(x *execution) (*store, error) {
	types := typesOf(w.symbols)
	var inputs []*expr
	for _, f := range w.funcs {
		for _, e := range f.inputs {
			types, inputs = append(types, e.t), append(inputs, e)
		}
	}
	rows := newStore(types, x.memory, "the rows of a window function")
	l := x.local()
	err := w.in.run(x, one(func(_ int, b *plan.Batch) error {
		columns, err := b.Columns()
		if err != nil {
			return err
		}
		more, err := evalAll(l, b, inputs)
		if err != nil {
			return err
		}
		return rows.add(append(columns[:len(columns):len(columns)], more...), b.Rows)
	}))
	return rows, err
}

// partitions are the numbers of the rows' partitions.
func (w *window) partitions(columns []*value.Vector, n int) []int64 {
	out := make([]int64, n)
	if len(w.partition) == 0 {
		return out
	}
	by := make([]*value.Vector, len(w.partition))
	var types []*value.Type
	for i, c := range w.partition {
		by[i] = columns[c]
		types = append(types, columns[c].Type)
	}
	for i, g := range newGrouper(types).add(by, n) {
		out[i] = int64(g)
	}
	return out
}

// partition is the sorted rows from..to-1.
type partition struct {
	x        *execution
	columns  []*value.Vector
	from, to int
	order    []orderKey
	// first and last bound the peers of each row: those that are equal in the order; group is their number.
	first, last, group []int
	starts             []int // of groups
}

func newPartition(x *execution, columns []*value.Vector, from, to int, compare func(a, b uint32) int, order []orderKey) *partition {
	n := to - from
	p := &partition{x: x, columns: columns, from: from, to: to, order: order, first: make([]int, n), last: make([]int, n), group: make([]int, n)}
	for a := 0; a < n; {
		b := a + 1
		for b < n && compare(uint32(from+a), uint32(from+b)) == 0 {
			b++
		}
		for i := a; i < b; i++ {
			p.first[i], p.last[i], p.group[i] = a, b, len(p.starts)
		}
		p.starts = append(p.starts, a)
		a = b
	}
	return p
}

func (p *partition) size() int { return p.to - p.from }

// get is a column's value in a row of the partition.
func (p *partition) get(column, row int) value.Value { return p.columns[column].Get(p.from + row) }

// compute appends a function's values for the rows of a partition.
func (f *windowFunc) compute(p *partition, out *value.Builder) error {
	if err := p.x.ctx.Err(); err != nil {
		return err
	}
	if rank := ranks[f.f.Name]; rank != nil {
		for i := range p.size() {
			out.Append(rank(p, i))
		}
		return nil
	}
	switch f.f.Name {
	case "ntile":
		return f.ntile(p, out)
	case "lag", "lead":
		return f.shifted(p, out)
	case "first_value", "last_value", "nth_value":
		return f.picked(p, out)
	}
	return f.aggregated(p, out)
}

// ranks are the functions that only depend on a row's place.
var ranks = map[string]func(p *partition, i int) value.Value{
	"row_number": func(_ *partition, i int) value.Value { return int64(i + 1) },
	"rank":       func(p *partition, i int) value.Value { return int64(p.first[i] + 1) },
	"dense_rank": func(p *partition, i int) value.Value { return int64(p.group[i] + 1) },
	"cume_dist":  func(p *partition, i int) value.Value { return float64(p.last[i]) / float64(p.size()) },
	"percent_rank": func(p *partition, i int) value.Value {
		if p.size() == 1 {
			return 0.0
		}
		return float64(p.first[i]) / float64(p.size()-1)
	},
}

func (f *windowFunc) ntile(p *partition, out *value.Builder) error {
	for i := range p.size() {
		k, ok := p.get(f.at, i).(int64)
		switch {
		case !ok:
			out.Null()
			continue
		case k < 1:
			return value.Errorf("Buckets must be greater than 0")
		}
		n := int64(p.size())
		size, larger := n/k, n%k
		if border := larger * (size + 1); int64(i) < border {
			out.Append(int64(i)/(size+1) + 1)
		} else {
			out.Append(larger + (int64(i)-border)/size + 1)
		}
	}
	return nil
}

// shifted is lag and lead.
func (f *windowFunc) shifted(p *partition, out *value.Builder) error {
	for i := range p.size() {
		n := int64(1)
		if f.args > 1 {
			v, ok := p.get(f.at+1, i).(int64)
			if !ok {
				out.Null()
				continue
			}
			if n = v; n < 0 {
				return value.Errorf("Offset must be at least 0")
			}
		}
		step := 1
		if f.f.Name == "lag" {
			step = -1
		}
		at, ok := f.walk(p, i, step, n)
		switch {
		case ok:
			out.Append(p.get(f.at, at))
		case f.args > 2:
			out.Append(p.get(f.at+2, i))
		default:
			out.Null()
		}
	}
	return nil
}

// walk goes n rows on, or n rows that are not NULL.
func (f *windowFunc) walk(p *partition, i, step int, n int64) (int, bool) {
	if !f.f.IgnoreNulls {
		if n > int64(p.size()) {
			return 0, false
		}
		at := i + step*int(n)
		return at, at >= 0 && at < p.size()
	}
	if n == 0 {
		return i, true
	}
	for at := i + step; at >= 0 && at < p.size(); at += step {
		if p.get(f.at, at) != nil {
			if n--; n == 0 {
				return at, true
			}
		}
	}
	return 0, false
}

// picked is first_value, last_value and nth_value.
func (f *windowFunc) picked(p *partition, out *value.Builder) error {
	bounds, err := f.frames(p)
	if err != nil {
		return err
	}
	for i := range p.size() {
		from, to, err := bounds(i)
		if err != nil {
			return err
		}
		n, step, at := int64(1), 1, from
		switch f.f.Name {
		case "last_value":
			step, at = -1, to-1
		case "nth_value":
			v, ok := p.get(f.at+1, i).(int64)
			if !ok {
				out.Null()
				continue
			}
			if n = v; n < 1 {
				return value.Errorf("Offset must be at least 1")
			}
			if !f.f.IgnoreNulls && n > int64(p.size()) {
				out.Null()
				continue
			}
		}
		var found value.Value
		for ; at >= from && at < to; at += step {
			v := p.get(f.at, at)
			if f.f.IgnoreNulls && v == nil {
				continue
			}
			if n--; n == 0 {
				found = v
				break
			}
		}
		out.Append(found)
	}
	return nil
}

// aggregated is an aggregate over the frame.
func (f *windowFunc) aggregated(p *partition, out *value.Builder) error {
	bounds, err := f.frames(p)
	if err != nil {
		return err
	}
	var agg aggregator
	from, to := 0, 0 // what agg has
	var last value.Value
	fresh := false
	for i := range p.size() {
		a, b, err := bounds(i)
		if err != nil {
			return err
		}
		b = max(a, b)
		if agg == nil || a != from || b < to {
			if agg, err = newAggregator(f.f.Name, f.types, f.f.Symbol.Type); err != nil {
				return err
			}
			from, to, fresh = a, a, false
		}
		if b > to || !fresh {
			if err := f.feed(p, agg, to, b); err != nil {
				return err
			}
			to, fresh = b, true
			v, err := agg.result(1)
			if err != nil {
				return err
			}
			last = copied(v.Get(0))
		}
		out.Append(last)
		if i%1024 == 0 {
			if err := p.x.ctx.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

// copied is a value that later rows do not change.
func copied(v value.Value) value.Value {
	if m, ok := v.(*value.Map); ok {
		return &value.Map{Keys: append([]value.Value(nil), m.Keys...), Vals: append([]value.Value(nil), m.Vals...)}
	}
	return v
}

// feed gives rows from..to-1 of the partition to an aggregator.
func (f *windowFunc) feed(p *partition, agg aggregator, from, to int) error {
	rows := make([]uint32, 0, to-from)
	for i := from; i < to; i++ {
		if f.filter < 0 || p.get(f.filter, i) == true {
			rows = append(rows, uint32(p.from+i))
		}
	}
	args := make([]*value.Vector, f.args)
	for i := range args {
		args[i] = p.columns[f.at+i].Select(rows)
	}
	return agg.add(make([]uint32, len(rows)), 1, args)
}
