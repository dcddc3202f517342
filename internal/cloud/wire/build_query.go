package wire

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// form writes an input as a form, as the query protocol does and, with other names, that of EC2.
type form struct {
	values url.Values
	ec2    bool
}

func buildQuery(r *Request, op *models.Operation, in Object) error {
	f := form{values: url.Values{"Action": {op.Name}, "Version": {op.Service.Version}}, ec2: op.Service.Protocol == "ec2"}
	if op.Input != nil {
		if err := f.structure("", op.Input.Shape, in); err != nil {
			return err
		}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r.Body = []byte(f.values.Encode())
	return nil
}

func (f form) structure(prefix string, s *models.Shape, in Object) error {
	for _, m := range s.Members {
		v, ok := in[m.Name]
		if !ok {
			continue
		}
		name := f.name(m)
		if prefix != "" {
			name = prefix + "." + name
		}
		if err := f.value(name, m, v); err != nil {
			return err
		}
	}
	return nil
}

// name of a structure's member. EC2 writes names with a capital, whatever its answers do.
func (f form) name(m *models.Member) string {
	if !f.ec2 {
		return m.Wire()
	}
	if m.QueryName != "" {
		return m.QueryName
	}
	n := m.Wire()
	return strings.ToUpper(n[:1]) + n[1:]
}

func (f form) value(name string, m *models.Member, v any) error {
	switch v := v.(type) {
	case Object:
		if m.Type == "map" {
			return f.mapping(name, m, v)
		}
		return f.structure(name, m.Shape, v)
	case []any:
		return f.list(name, m, v)
	case time.Time:
		format := m.Format()
		if format == "" {
			format = "iso8601"
		}
		f.values.Set(name, formatTime(v, format))
	case []byte:
		f.values.Set(name, base64Text(v))
	default:
		f.values.Set(name, text(v))
	}
	return nil
}

func (f form) list(name string, m *models.Member, items []any) error {
	switch element := m.Element.Explicit(); {
	case f.ec2:
	case len(items) == 0:
		f.values.Set(name, "")
		return nil
	case m.Flat() && element != "":
		name = name[:strings.LastIndexByte(name, '.')+1] + element
	case m.Flat():
	case element != "":
		name += "." + element
	default:
		name += ".member"
	}
	for i, item := range items {
		if err := f.value(name+"."+strconv.Itoa(i+1), m.Element, item); err != nil {
			return err
		}
	}
	return nil
}

func (f form) mapping(name string, m *models.Member, items Object) error {
	if !m.Flat() {
		name += ".entry"
	}
	key, value := orDefault(m.Key.Explicit(), "key"), orDefault(m.Element.Explicit(), "value")
	for i, k := range slices.Sorted(maps.Keys(items)) {
		at := name + "." + strconv.Itoa(i+1) + "."
		f.values.Set(at+key, k)
		if err := f.value(at+value, m.Element, items[k]); err != nil {
			return err
		}
	}
	return nil
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
