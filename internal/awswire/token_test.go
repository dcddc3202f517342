package awswire

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
)

type listThings struct {
	Filter     *string
	NextToken  *string
	MaxResults *int64
}

type cursor struct {
	Time int64
	ID   string
}

func TestTokens(t *testing.T) {
	tokens := NewTokens([]byte("secret"))
	ctx := WithCaller(t.Context(), Caller{Account: "1", Region: "r"})
	query := &listThings{Filter: new("f"), MaxResults: new(int64(5))}
	token, err := tokens.Seal(ctx, "List", query, cursor{7, "x"})
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[A-Za-z0-9+/=]{1,1000}$`).MatchString(token) || strings.Contains(token, "eyJ") {
		t.Errorf("token %q", token)
	}

	var c cursor
	later := &listThings{Filter: new("f"), MaxResults: new(int64(50)), NextToken: &token}
	if more, err := tokens.Open(ctx, "List", token, later, &c); err != nil || !more || c != (cursor{7, "x"}) {
		t.Errorf("%v %v %v", c, more, err)
	}
	if more, err := tokens.Open(ctx, "List", "", later, &c); err != nil || more {
		t.Errorf("the empty token: %v %v", more, err)
	}
	if again, err := tokens.Seal(ctx, "List", query, cursor{7, "x"}); err != nil || again != token {
		t.Errorf("the same page has another token: %q %v", again, err)
	}

	flipped := []byte(token)
	flipped[len(flipped)/2] ^= 1
	other := func(c Caller) context.Context { return WithCaller(t.Context(), c) }
	for name, open := range map[string]func() (bool, error){
		"another operation": func() (bool, error) { return tokens.Open(ctx, "Other", token, query, &c) },
		"another query":     func() (bool, error) { return tokens.Open(ctx, "List", token, &listThings{Filter: new("g")}, &c) },
		"another account": func() (bool, error) {
			return tokens.Open(other(Caller{Account: "2", Region: "r"}), "List", token, query, &c)
		},
		"another region": func() (bool, error) {
			return tokens.Open(other(Caller{Account: "1", Region: "s"}), "List", token, query, &c)
		},
		"another key": func() (bool, error) { return NewTokens([]byte("other")).Open(ctx, "List", token, query, &c) },
		"altered":     func() (bool, error) { return tokens.Open(ctx, "List", string(flipped), query, &c) },
		"cut":         func() (bool, error) { return tokens.Open(ctx, "List", token[:8], query, &c) },
		"not base64":  func() (bool, error) { return tokens.Open(ctx, "List", "?", query, &c) },
	} {
		more, err := open()
		var f *fault.Error
		if more || !errors.As(err, &f) || f.Kind != fault.Invalid || f.Code != "InvalidNextTokenException" {
			t.Errorf("%s: %v %v", name, more, err)
		}
	}

	if _, err := tokens.Seal(ctx, "List", query, strings.Repeat("x", 1000)); err == nil {
		t.Error("a token longer than services allow")
	}
}

// Pages follow each other without gap or repetition, although the list changes in between.
func TestPage(t *testing.T) {
	tokens := NewTokens([]byte("secret"))
	items := []string{}
	for i := range 10 {
		items = append(items, fmt.Sprintf("k%d", 9-i))
	}
	key := func(s *string) string { return *s }
	query := &listThings{}
	page := func(token *string, limit *int64) ([]string, *string) {
		t.Helper()
		got, next, err := Page(t.Context(), tokens, "List", query, token, limit, 4, items, key)
		if err != nil {
			t.Fatal(err)
		}
		return got, next
	}
	got, next := page(nil, nil)
	if !slices.Equal(got, []string{"k0", "k1", "k2", "k3"}) || next == nil {
		t.Fatalf("%v %v", got, next)
	}
	items = append(slices.DeleteFunc(items, func(s string) bool { return s == "k3" || s == "k4" }), "a", "k55")
	got, next = page(next, new(int64(2)))
	if !slices.Equal(got, []string{"k5", "k55"}) || next == nil {
		t.Fatalf("%v %v", got, next)
	}
	got, next = page(next, nil)
	if !slices.Equal(got, []string{"k6", "k7", "k8", "k9"}) || next != nil {
		t.Fatalf("%v %v", got, next)
	}
	if got, next = page(new(""), new(int64(100))); len(got) != 10 || next != nil {
		t.Fatalf("%v %v", got, next)
	}
	if _, _, err := Page(t.Context(), tokens, "List", query, new("x"), nil, 4, items, key); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
}
