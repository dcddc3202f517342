package value

import "time"

// Value is one value, boxed; nil is NULL. The package's comment says which Go type has which SQL type.
type Value any

// Zoned is a timestamp with time zone: an instant and the zone it is shown in. Two are equal when their instants are.
type Zoned struct {
	// Milli is the instant, in milliseconds since 1970 in UTC.
	Milli int64
	// Zone is an IANA name or an offset such as +02:00; "" is UTC.
	Zone string
}

// Wall is the milliseconds of the clock on the wall in the zone.
func (z Zoned) Wall() int64 {
	loc, err := Location(z.Zone)
	if err != nil {
		return z.Milli
	}
	_, offset := time.UnixMilli(z.Milli).In(loc).Zone()
	return z.Milli + int64(offset)*1000
}

// Map is a map's entries, in the order they were put in.
type Map struct {
	Keys, Vals []Value
}

// Get is the value of a key, which is compared as the type says.
func (m *Map) Get(key *Type, k Value) (Value, bool) {
	if s, ok := k.(string); ok {
		for i, have := range m.Keys {
			if have == Value(s) {
				return m.Vals[i], true
			}
		}
		return nil, false
	}
	for i, have := range m.Keys {
		if Equal(key, have, k) {
			return m.Vals[i], true
		}
	}
	return nil, false
}

// Lambda is a function among the arguments of another.
type Lambda struct {
	// Call evaluates it.
	Call func(args ...Value) (Value, error)
}
