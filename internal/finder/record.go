package finder

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// load reads what stands in the ledger alone: the attributes, and with them whole records.
func (s *scan) load(r *reading, info *BlockInfo, block int, p *pairs, some []uint32) (*value.Vector, error) {
	chosen := *p
	if some != nil {
		chosen = pairs{}
		for _, i := range some {
			chosen.occurrences, chosen.resources = append(chosen.occurrences, p.occurrences[i]), append(chosen.resources, p.resources[i])
		}
	}
	bodies, err := s.words(&s.resourceBlocks[block], sBody)
	if err != nil {
		return nil, err
	}
	read := map[uint32]*value.Map{}
	attributes := make([]*value.Map, len(chosen.resources))
	for i, row := range chosen.resources {
		word := bodies.of[row]
		m, ok := read[word]
		if !ok {
			body, err := s.body(ledger.Hash([]byte(bodies.words[word])))
			if err != nil {
				return nil, err
			}
			m = mapOf(body.Attributes)
			read[word] = m
		}
		attributes[i] = m
	}
	out := value.NewBuilder(r.t, len(attributes))
	if r.column == "attributes" {
		for _, m := range attributes {
			out.Append(r.attribute(m))
		}
		return out.Vector(), nil
	}
	data, err := s.vectors(dataFields, info, block, &chosen)
	if err != nil {
		return nil, err
	}
	if r.column == eventData {
		for i := range attributes {
			out.Append(rowOf(data, i, attributes[i]))
		}
		return out.Vector(), nil
	}
	top, err := s.vectors(tableFields, info, block, &chosen)
	if err != nil {
		return nil, err
	}
	for i := range attributes {
		text, err := recordOf(top, data, i, attributes[i])
		if err != nil {
			return nil, err
		}
		out.Append(text)
	}
	return out.Vector(), nil
}

// mapOf is attributes as a value, in order; nil for none.
func mapOf(attributes map[string]string) *value.Map {
	if len(attributes) == 0 {
		return nil
	}
	m := &value.Map{}
	for _, k := range slices.Sorted(maps.Keys(attributes)) {
		m.Keys, m.Vals = append(m.Keys, k), append(m.Vals, attributes[k])
	}
	return m
}

// attribute is what is wanted of attributes.
func (r *reading) attribute(m *value.Map) value.Value {
	if m == nil {
		return nil
	}
	if !r.keyed {
		return m
	}
	v, _ := m.Get(value.VarcharType, r.key)
	return v
}

// vectors are fields over chosen rows; nil for what is read elsewhere.
func (s *scan) vectors(fields []field, info *BlockInfo, block int, p *pairs) ([]*value.Vector, error) {
	out := make([]*value.Vector, len(fields))
	for i, f := range fields {
		r := reading{field: f, t: value.MustType(f.typ)}
		var err error
		switch f.from {
		case fromNames:
			var t texts
			if t, err = s.named(info, f.column, p.occurrences); err == nil {
				out[i] = vectorOf(r.t, t)
			}
		case fromOccurrence, fromTimes:
			if out[i], err = s.occurrenceVector(info, &r); err == nil {
				out[i] = out[i].Select(p.occurrences)
			}
		case fromSubject, fromCategory:
			if out[i], err = s.resourceVector(block, &r); err == nil {
				out[i] = out[i].Select(p.resources)
			}
		case fromFixed:
			out[i] = value.Constant(r.t, fixed(f.column, s.account), len(p.occurrences))
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rowOf is eventData of a row.
func rowOf(data []*value.Vector, row int, attributes *value.Map) value.Value {
	out := make([]value.Value, len(data))
	for i, v := range data {
		switch {
		case v != nil:
			out[i] = v.Get(row)
		case dataFields[i].column == "attributes" && attributes != nil:
			out[i] = attributes
		}
	}
	return out
}

// recordOf is eventJson of a row: the record as CloudTrail Lake would have taken it, NULLs left out.
func recordOf(top, data []*value.Vector, row int, attributes *value.Map) (string, error) {
	var b bytes.Buffer
	first := true
	b.WriteByte('{')
	member := func(name string, v any) error {
		if !first {
			b.WriteByte(',')
		}
		first = false
		text, err := json.Marshal(v)
		b.WriteString(`"` + name + `":`)
		b.Write(text)
		return err
	}
	all := func(fields []field, vectors []*value.Vector) error {
		for i, v := range vectors {
			if v == nil || v.Null(row) || fields[i].name == "eventName" && len(fields) == len(tableFields) {
				continue
			}
			if err := member(fields[i].name, jsonOf(v, row)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := all(tableFields, top); err != nil {
		return "", err
	}
	b.WriteString(`,"` + eventData + `":{`)
	first = true
	if attributes != nil {
		m := map[string]string{}
		for i, k := range attributes.Keys {
			m[k.(string)] = attributes.Vals[i].(string)
		}
		if err := member("attributes", m); err != nil {
			return "", err
		}
	}
	if err := all(dataFields, data); err != nil {
		return "", err
	}
	b.WriteString("}}")
	return b.String(), nil
}

// jsonOf is a value in JSON: times as CloudTrail writes them.
func jsonOf(v *value.Vector, row int) any {
	x := v.Get(row)
	if n, ok := x.(int64); ok && v.Type.Kind == value.Timestamp {
		return time.UnixMilli(n).UTC().Format("2006-01-02T15:04:05.000Z07:00")
	}
	return x
}
