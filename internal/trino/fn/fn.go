// Package fn holds the scalar functions of Trino's SQL over package value: Lookup gives the overloads of a name, and the
// planner chooses among them. Aggregates, window functions, operators, casts and the special forms (COALESCE, IF, NULLIF,
// TRY, LIKE, AT TIME ZONE) are not among them.
//
// Known to differ from Trino:
//   - Patterns are RE2's, as Trino's are when it is set so: look-around and back references are refused by name.
//   - An empty match right behind another match does not count: regexp_replace('x', '.*', 'y') is y, not yy.
//   - contains(cidr, ip) takes texts, for there is no type ipaddress; what is no address gives NULL.
//   - Sizes are bounded: texts made by lpad, rpad and replace by 16 MB, arrays made by repeat and sequence by 10,000 elements.
//   - A JSON path may quote with single quotes too.
//
// Left out: random, uuid and shuffle (one statement has one answer here), normalize, geospatial, HyperLogLog, Bloom
// filter, machine learning, teradata and colour functions, ip_prefix and its like, JSON_QUERY's family, time zones of TIME.
package fn

import (
	"slices"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// Lookup gives the overloads of a function by its name, which is in lower case; none when there is no such function.
func Lookup(name string) []*value.Function { return registry[name] }

// Names are the names of all functions.
func Names() []string {
	out := make([]string, 0, len(registry))
	for name := range registry {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

var registry = register(families()...)

func families() [][]*value.Function {
	return [][]*value.Function{
		texts(), textLists(), patterns(), encodings(), hashes(), formats(), urls(), networks(),
		jsons(), arrays(), arraySets(), arraySearches(), arrayShapes(), arrayLambdas(), maps(), mapLambdas(),
		maths(), roundings(), integers(), dates(), dateParts(), instants(), mysqlDates(), jodaDates(), conditionals(),
	}
}

// synonyms are functions that have two names.
var synonyms = map[string]string{
	"substring": "substr", "ceiling": "ceil", "pow": "power", "char_length": "length", "character_length": "length",
	"day_of_month": "day", "dow": "day_of_week", "doy": "day_of_year", "yow": "year_of_week", "week_of_year": "week",
}

func register(families ...[]*value.Function) map[string][]*value.Function {
	m := map[string][]*value.Function{}
	for _, family := range families {
		for _, f := range family {
			m[f.Name] = append(m[f.Name], f)
		}
	}
	for name, other := range synonyms {
		for _, f := range m[other] {
			g := *f
			g.Name = name
			m[name] = append(m[name], &g)
		}
	}
	return m
}
