package awsapi_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/awsapi"
	"github.com/tickmark/tickmark/internal/awswire"
)

// unconstrained are the services with every constraint taken out, so that random values pass.
func unconstrained() []*awswire.Service {
	var list []*awswire.Service
	for _, s := range awsapi.Services() {
		free := *s
		free.Shapes = make([]awswire.Shape, len(s.Shapes))
		for i, sh := range s.Shapes {
			sh.Traits &^= awswire.HasMin | awswire.HasMax | awswire.Union
			sh.Pattern, sh.Enum = "", nil
			sh.Members = append([]awswire.Member(nil), sh.Members...)
			for m := range sh.Members {
				sh.Members[m].Required = false
			}
			free.Shapes[i] = sh
		}
		list = append(list, &free)
	}
	return list
}

// What a client sends is what the handler gets, and what the handler returns is what the client reads: for random
// values of every generated type, with the client's side of each protocol written down here a second time.
func TestRandomValuesSurviveTheWire(t *testing.T) {
	services := unconstrained()
	r := awswire.NewRegistry(awswire.Config{}, services...)
	var got reflect.Value
	var give reflect.Value
	types := map[string][2]reflect.Type{}
	order := []string{}
	echo(r, func(in, out reflect.Type) func(reflect.Value) reflect.Value {
		order = append(order, in.Name())
		types[fmt.Sprint(len(order))] = [2]reflect.Type{in, out}
		return func(in reflect.Value) reflect.Value {
			got = in.Elem()
			return give.Addr()
		}
	})
	n := 0
	for _, s := range services {
		for i := range s.Operations {
			op := &s.Operations[i]
			if op.Input < 0 {
				continue
			}
			n++
			pair := types[fmt.Sprint(n)]
			for seed := range uint64(4) {
				g := &gen{Rand: rand.New(rand.NewPCG(seed, uint64(n))), s: s}
				in := g.value(op.Input, pair[0], 3)
				give = g.value(op.Output, pair[1], 3)
				resp := serve(r, s, g.request(op, in))
				body, err := io.ReadAll(resp.Body)
				if err != nil {
					t.Fatal(err)
				}
				if resp.StatusCode >= 300 {
					t.Fatalf("%s %s: %d %s", s.Name, op.Name, resp.StatusCode, body)
				}
				if !same(in, got) {
					t.Fatalf("%s %s: sent %s\nreceived %s", s.Name, op.Name, dump(in), dump(got))
				}
				if err := g.compare(op, give, resp, body); err != nil {
					t.Fatalf("%s %s: %v", s.Name, op.Name, err)
				}
			}
		}
	}
	if n != len(registrations) {
		t.Errorf("%d operations of %d", n, len(registrations))
	}
}

func dump(v reflect.Value) string {
	text, err := json.Marshal(v.Interface())
	return fmt.Sprint(string(text), err)
}

func same(a, b reflect.Value) bool {
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// gen makes random values and writes them as a client does.
type gen struct {
	*rand.Rand
	s *awswire.Service
}

func (g *gen) text() string {
	pieces := []string{"a", "Z", "9", " ", "/", "é", "日本", "\"", "\\", "\n", "<&>", "%2F", "+", "=", "😀", "\u2028", "..", "\t"}
	var b strings.Builder
	b.WriteString("x") // path labels are never empty
	for range g.IntN(5) {
		b.WriteString(pieces[g.IntN(len(pieces))])
	}
	return b.String()
}

func (g *gen) value(shape int32, t reflect.Type, depth int) reflect.Value {
	s := &g.s.Shapes[shape]
	v := reflect.New(t).Elem()
	switch s.Kind {
	case awswire.Structure:
		for i := range s.Members {
			m := &s.Members[i]
			if m.In != awswire.InPath && (depth == 0 || g.IntN(3) == 0) {
				continue
			}
			field := v.Field(i)
			if field.Kind() == reflect.Pointer {
				field.Set(reflect.New(field.Type().Elem()))
				field.Elem().Set(g.value(m.Shape, field.Type().Elem(), depth-1))
				continue
			}
			if m.In == awswire.InQuery && g.s.Shapes[m.Shape].Kind == awswire.List { // empty lists cannot be sent there
				field.Set(reflect.Append(field, g.value(g.s.Shapes[m.Shape].Elem, field.Type().Elem(), depth)))
				continue
			}
			field.Set(g.value(m.Shape, field.Type(), depth-1))
		}
	case awswire.List:
		v.Set(reflect.MakeSlice(t, 0, 2))
		for range g.IntN(3) {
			v.Set(reflect.Append(v, g.value(s.Elem, t.Elem(), depth)))
		}
	case awswire.Map:
		v.Set(reflect.MakeMap(t))
		for range g.IntN(3) {
			v.SetMapIndex(reflect.ValueOf(g.text()), g.value(s.Elem, t.Elem(), depth))
		}
	case awswire.String:
		v.SetString(g.text())
	case awswire.Integer:
		v.SetInt(int64(int32(g.Uint32())))
	case awswire.Long:
		v.SetInt(int64(g.Uint64()))
	case awswire.Float, awswire.Double:
		v.SetFloat(g.NormFloat64() * 1e6)
	case awswire.Boolean:
		v.SetBool(g.IntN(2) == 0)
	case awswire.Timestamp:
		v.Set(reflect.ValueOf(time.UnixMilli(g.Int64N(4e12)).UTC()))
	case awswire.Blob:
		v.SetBytes([]byte(g.text()))
	case awswire.Document:
		v.SetBytes([]byte(`{"free":[1,null,"é"]}`))
	default:
		panic(s.Kind)
	}
	return v
}

// tree is a value as package json reads the wire form.
func (g *gen) tree(shape int32, v reflect.Value) any {
	s := &g.s.Shapes[shape]
	switch s.Kind {
	case awswire.Structure:
		out := map[string]any{}
		for i := range s.Members {
			m := &s.Members[i]
			field := v.Field(i)
			if field.IsNil() || m.In != awswire.InBody {
				continue
			}
			if field.Kind() == reflect.Pointer {
				field = field.Elem()
			}
			out[wireName(m)] = g.tree(m.Shape, field)
		}
		return out
	case awswire.List:
		out := []any{}
		for i := range v.Len() {
			out = append(out, g.tree(s.Elem, v.Index(i)))
		}
		return out
	case awswire.Map:
		out := map[string]any{}
		for _, k := range v.MapKeys() {
			out[k.String()] = g.tree(s.Elem, v.MapIndex(k))
		}
		return out
	case awswire.Document:
		var out any
		if err := json.Unmarshal(v.Bytes(), &out); err != nil {
			panic(err)
		}
		return out
	case awswire.Timestamp:
		if s.Traits&awswire.ISO8601 == 0 {
			return float64(v.Interface().(time.Time).UnixMilli()) / 1000
		}
	case awswire.Integer, awswire.Long:
		return json.Number(fmt.Sprint(v.Int()))
	case awswire.Float, awswire.Double:
		return v.Float()
	case awswire.Boolean:
		return v.Bool()
	}
	return g.plain(s, v)
}

func wireName(m *awswire.Member) string {
	if m.Wire != "" {
		return m.Wire
	}
	return m.Name
}

func (g *gen) plain(s *awswire.Shape, v reflect.Value) string {
	switch s.Kind {
	case awswire.Timestamp:
		return v.Interface().(time.Time).Format("2006-01-02T15:04:05.999Z")
	case awswire.Blob:
		return base64.StdEncoding.EncodeToString(v.Bytes())
	}
	return fmt.Sprint(v.Interface())
}

func (g *gen) request(op *awswire.Operation, in reflect.Value) *http.Request {
	if g.s.Protocol == awswire.Query {
		form := url.Values{"Action": {op.Name}, "Version": {g.s.APIVersion}}
		g.form(form, "", op.Input, in)
		return httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	}
	body, err := json.Marshal(g.tree(op.Input, in))
	if err != nil {
		panic(err)
	}
	req := request(g.s, op)
	req.Body = io.NopCloser(bytes.NewReader(body))
	if g.s.Protocol == awswire.JSON {
		return req
	}
	target, query := op.URI, url.Values{}
	s := &g.s.Shapes[op.Input]
	for i := range s.Members {
		m, field := &s.Members[i], in.Field(i)
		if field.IsNil() {
			continue
		}
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		ms := &g.s.Shapes[m.Shape]
		switch {
		case m.In == awswire.InPath:
			text := url.PathEscape(g.plain(ms, field))
			target = strings.NewReplacer("{"+wireName(m)+"}", text, "{"+wireName(m)+"+}", strings.ReplaceAll(text, "%2F", "/")).Replace(target)
		case m.In == awswire.InQuery && ms.Kind == awswire.List:
			for i := range field.Len() {
				query.Add(wireName(m), g.plain(&g.s.Shapes[ms.Elem], field.Index(i)))
			}
		case m.In == awswire.InQuery:
			query.Set(wireName(m), g.plain(ms, field))
		}
	}
	next := httptest.NewRequest(op.Method, target+"?"+query.Encode(), req.Body)
	return next
}

// form writes a value as the parameters of the query protocol.
func (g *gen) form(form url.Values, prefix string, shape int32, v reflect.Value) {
	s := &g.s.Shapes[shape]
	at := func(name string) string {
		if prefix == "" {
			return name
		}
		return prefix + "." + name
	}
	switch s.Kind {
	case awswire.Structure:
		for i := range s.Members {
			field := v.Field(i)
			if field.IsNil() {
				continue
			}
			if field.Kind() == reflect.Pointer {
				field = field.Elem()
			}
			form.Set(at(wireName(&s.Members[i])), "") // an empty list or structure is its bare name
			g.form(form, at(wireName(&s.Members[i])), s.Members[i].Shape, field)
		}
	case awswire.List:
		for i := range v.Len() {
			form.Set(at(fmt.Sprintf("member.%d", i+1)), "")
			g.form(form, at(fmt.Sprintf("member.%d", i+1)), s.Elem, v.Index(i))
		}
	case awswire.Map:
		key, value := s.KeyName, s.ElemName
		if key == "" {
			key, value = "key", "value"
		}
		for i, k := range v.MapKeys() {
			entry := at(fmt.Sprintf("entry.%d", i+1))
			form.Set(entry+"."+key, k.String())
			g.form(form, entry+"."+value, s.Elem, v.MapIndex(k))
		}
	default:
		form.Set(prefix, g.plain(s, v))
	}
}
