package function_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
)

const arnA = "arn:aws:lambda:eu-west-1:111122223333:function:check"

func TestParseName(t *testing.T) {
	for in, want := range map[string]function.Name{
		"check":        {Name: "check"},
		arnA:           {Partition: "aws", Region: "eu-west-1", Account: "111122223333", Name: "check"},
		arnA + ":live": {Partition: "aws", Region: "eu-west-1", Account: "111122223333", Name: "check", Qualifier: "live"},
		arnA + ":$LATEST": {
			Partition: "aws", Region: "eu-west-1", Account: "111122223333", Name: "check", Qualifier: "$LATEST",
		},
		"arn:aws-cn:lambda:cn-north-1:111122223333:function:a_b-1": {Partition: "aws-cn", Region: "cn-north-1", Account: "111122223333", Name: "a_b-1"},
	} {
		got, err := function.ParseName(in)
		if err != nil || got != want || got.String() != in {
			t.Errorf("%s: got %+v (%s), %v", in, got, got, err)
		}
	}
	for _, in := range []string{
		"", "a b", "../x", "arn:aws:lambda:eu-west-1:1:function:check", "arn:aws:iam::111122223333:function:check", arnA + ":",
		"arn:aws:lambda::111122223333:function:check", "arn:aws:lambda:eu-west-1:111122223333:layer:x", arnA + ":a:b",
	} {
		if n, err := function.ParseName(in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: got %+v, %v", in, n, err)
		}
	}
}

func TestFits(t *testing.T) {
	whole, _ := function.ParseName(arnA)
	live, _ := function.ParseName(arnA + ":live")
	other := whole
	other.Account = "444455556666"
	for _, tt := range []struct {
		own, asked function.Name
		want       bool
	}{
		{function.Name{Name: "check"}, whole, true},
		{function.Name{Name: "check"}, live, true},
		{whole, whole, true},
		{whole, live, true},
		{live, whole, false},
		{whole, other, false},
		{function.Name{Name: "chec"}, whole, false},
	} {
		if got := tt.own.Fits(tt.asked); got != tt.want {
			t.Errorf("%s fits %s: %v", tt.own, tt.asked, got)
		}
	}
}

type named struct{ name, says string }

func (n named) Has(_, _, arn string) bool { return arn == n.name }

func (n named) Invoke(context.Context, function.Invocation) (function.Answer, error) {
	return function.Answer{Payload: json.RawMessage(n.says)}, nil
}

func TestRouter(t *testing.T) {
	local, cloud := named{arnA, `"local"`}, named{"", `"cloud"`}
	for name, tt := range map[string]struct {
		r    function.Router
		in   function.Invocation
		want string
		kind fault.Kind
	}{
		"local wins":  {r: function.Router{Local: local, Real: cloud}, in: function.Invocation{FunctionARN: arnA}, want: `"local"`},
		"others real": {r: function.Router{Local: local, Real: cloud}, in: function.Invocation{FunctionARN: arnA + "2"}, want: `"cloud"`},
		"nothing":     {r: function.Router{}, in: function.Invocation{FunctionARN: arnA}, kind: fault.Unavailable},
		"not offered": {r: function.Router{Local: local}, in: function.Invocation{FunctionARN: arnA + "2"}, kind: fault.Unavailable},
		"not a name":  {r: function.Router{Real: cloud}, in: function.Invocation{FunctionARN: "a b"}, kind: fault.Invalid},
		"event too large": {
			r: function.Router{Real: cloud}, in: function.Invocation{FunctionARN: arnA, Event: make([]byte, function.MaxPayload+1)}, kind: fault.Invalid,
		},
	} {
		a, err := tt.r.Invoke(t.Context(), tt.in)
		if string(a.Payload) != tt.want || (err != nil) != (tt.kind != 0) || err != nil && fault.KindOf(err) != tt.kind {
			t.Errorf("%s: got %s, %v", name, a.Payload, err)
		}
	}
}
