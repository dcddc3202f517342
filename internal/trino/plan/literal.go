package plan

import (
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// TypeOf is the type that is written.
func TypeOf(t *trino.Type) (*value.Type, error) {
	if t.Name == "row" {
		names := make([]string, len(t.Args))
		types := make([]*value.Type, len(t.Args))
		for i, a := range t.Args {
			var err error
			if types[i], err = TypeOf(a); err != nil {
				return nil, err
			}
			if i < len(t.Fields) {
				names[i] = t.Fields[i].Name
			}
		}
		return value.RowOf(names, types), nil
	}
	text := t.Name
	switch {
	case len(t.Args) > 0:
		args := make([]*value.Type, len(t.Args))
		for i, a := range t.Args {
			var err error
			if args[i], err = TypeOf(a); err != nil {
				return nil, err
			}
		}
		switch {
		case t.Name == "array" && len(args) == 1:
			return value.ArrayOf(args[0]), nil
		case t.Name == "map" && len(args) == 2:
			return value.MapOf(args[0], args[1]), nil
		}
		return nil, fail(t.Pos(), "Unknown type: %s", t.Name)
	case len(t.Precision) > 0:
		n := make([]string, len(t.Precision))
		for i, p := range t.Precision {
			n[i] = strconv.Itoa(p)
		}
		head, tail, _ := strings.Cut(t.Name, " ")
		text = strings.TrimSpace(head + "(" + strings.Join(n, ",") + ") " + tail)
	}
	out, err := value.ParseType(text)
	if err != nil || out.HasVariables() || out.Kind == value.FunctionKind {
		return nil, fail(t.Pos(), "Unknown or unsupported type: %s", text)
	}
	return out, nil
}

func decimalLiteral(x *trino.Decimal) (Expr, error) {
	d, ok := value.ParseDecimal(x.Text)
	if !ok || !d.Fits(value.MaxPrecision) || d.Scale > value.MaxPrecision {
		return nil, fail(x.Pos(), "Invalid decimal literal: %s", x.Text)
	}
	digits := len(strings.TrimLeft(strings.ReplaceAll(x.Text, ".", ""), "0"))
	return &Const{T: value.DecimalOf(max(digits, d.Scale, 1), d.Scale), V: d}, nil
}

func typedLiteral(x *trino.Typed) (Expr, error) {
	t, err := TypeOf(x.Type)
	if err != nil {
		return nil, err
	}
	if t.Kind == value.Timestamp {
		if _, zone, ok := value.ParseTimestamp(x.Text); ok && zone != "" {
			t = value.TimestampTZType
		}
	}
	if t.Kind == value.JSON {
		return &Const{T: t, V: x.Text}, nil
	}
	cast := value.Cast(value.VarcharType, t)
	if cast == nil {
		return nil, fail(x.Pos(), "Unknown or unsupported type of literal: %s", t)
	}
	v, err := cast(&value.Context{}, x.Text)
	if err != nil {
		return nil, fail(x.Pos(), "'%s' is not a valid %s literal", x.Text, t)
	}
	return &Const{T: t, V: v}, nil
}

// The units of intervals: in milliseconds, and in months.
var (
	milliUnits = map[string]int64{"DAY": 86_400_000, "HOUR": 3_600_000, "MINUTE": 60_000, "SECOND": 1000, "WEEK": 7 * 86_400_000}
	monthUnits = map[string]int64{"YEAR": 12, "MONTH": 1, "QUARTER": 3}
)

func intervalLiteral(x *trino.Interval) (Expr, error) {
	units, t := milliUnits, value.IntervalDayType
	if monthUnits[x.From] > 0 {
		units, t = monthUnits, value.IntervalYearType
	}
	n, ok := intervalOf(x, units)
	if !ok || units[x.From] == 0 {
		return nil, fail(x.Pos(), "Invalid INTERVAL literal: '%s' %s", x.Text, x.From)
	}
	if x.Negative {
		n = -n
	}
	return &Const{T: t, V: n}, nil
}

// steps are the units an interval over several goes through.
var steps = []string{"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}

func intervalOf(x *trino.Interval, units map[string]int64) (int64, bool) {
	text := strings.TrimSpace(x.Text)
	sign := int64(1)
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = -1, rest
	}
	if x.To == "" || x.To == x.From {
		n, ok := quantity(text, units[x.From], x.From == "SECOND")
		return sign * n, ok
	}
	var total int64
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == '-' || r == ' ' || r == ':' })
	active := false
	for _, u := range steps {
		active = active || u == x.From
		if !active {
			continue
		}
		if len(fields) == 0 {
			return 0, false
		}
		n, ok := quantity(fields[0], units[u], u == "SECOND")
		if !ok {
			return 0, false
		}
		total += n
		fields = fields[1:]
		if u == x.To {
			break
		}
	}
	return sign * total, len(fields) == 0
}

func quantity(text string, unit int64, fraction bool) (int64, bool) {
	whole, frac, dotted := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 40)
	if err != nil || dotted && !fraction {
		return 0, false
	}
	n *= unit
	if dotted {
		f, err := strconv.ParseUint((frac + "000")[:3], 10, 32)
		if err != nil {
			return 0, false
		}
		n += int64(f)
	}
	return n, true
}

// current is current_date and its like.
func (b *binder) current(x *trino.Current) (Expr, error) {
	wall := b.Now.UTC().UnixMilli()
	switch x.What {
	case "current_date":
		return &Const{T: value.DateType, V: value.DateOf(b.Now.UTC())}, nil
	case "current_timestamp":
		return &Const{T: value.TimestampTZType, V: value.Zoned{Milli: wall, Zone: "UTC"}}, nil
	case "localtimestamp":
		return &Const{T: value.TimestampType, V: wall}, nil
	case "localtime":
		return &Const{T: value.TimeType, V: wall % 86_400_000}, nil
	}
	return nil, fail(x.Pos(), "%s is not supported", x.What)
}

// extractAs are the functions that EXTRACT's fields stand for.
var extractAs = map[string]string{
	"DOW": "day_of_week", "DOY": "day_of_year", "YOW": "year_of_week", "DAY_OF_MONTH": "day",
}

func (b *binder) extract(x *trino.Extract) (Expr, error) {
	name, ok := extractAs[x.Field]
	if !ok {
		name = strings.ToLower(x.Field)
	}
	return b.function(x.Pos(), name, []trino.Expr{x.X})
}
