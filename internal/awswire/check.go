package awswire

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

var (
	timeType = reflect.TypeFor[time.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
)

// checkType tells whether t is the Go type of a shape, so that the codecs may walk both together: field i of a
// structure is member i.
func (b *bound) checkType(shape int32, t reflect.Type) error {
	if shape < 0 {
		return fmt.Errorf("its shapes are not generated: add it to served.txt and run make generate")
	}
	key := typed{shape, t}
	if b.checked[key] {
		return nil
	}
	b.checked[key] = true
	s := &b.Shapes[shape]
	fits := false
	switch s.Kind {
	case Structure:
		return b.checkStruct(s, t)
	case List:
		if t.Kind() == reflect.Slice {
			return b.checkType(s.Elem, t.Elem())
		}
	case Map:
		if t.Kind() == reflect.Map && t.Key().Kind() == reflect.String {
			return b.checkType(s.Elem, t.Elem())
		}
	case String:
		fits = t.Kind() == reflect.String
	case Integer, Long:
		fits = t.Kind() == reflect.Int64
	case Float, Double:
		fits = t.Kind() == reflect.Float64
	case Boolean:
		fits = t.Kind() == reflect.Bool
	case Timestamp:
		fits = t == timeType
	case Blob:
		fits = t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 && t != rawType
	case Document:
		fits = t == rawType
	}
	if !fits {
		return fmt.Errorf("%s does not fit the shape %s", t, s.Name)
	}
	return nil
}

func (b *bound) checkStruct(s *Shape, t reflect.Type) error {
	if t.Kind() != reflect.Struct || t.NumField() != len(s.Members) {
		return fmt.Errorf("%s does not fit the shape %s", t, s.Name)
	}
	for i := range s.Members {
		field := t.Field(i)
		if !strings.EqualFold(field.Name, s.Members[i].Name) {
			return fmt.Errorf("%s.%s stands where the shape %s has %s", t, field.Name, s.Name, s.Members[i].Name)
		}
		ft := field.Type
		if ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
		}
		if err := b.checkType(s.Members[i].Shape, ft); err != nil {
			return err
		}
	}
	return nil
}
