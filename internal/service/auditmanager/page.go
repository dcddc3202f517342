package auditmanager

import (
	"context"

	"github.com/tickmark/tickmark/internal/awswire"
)

// pageSize is taken where a request sets no maxResults.
const pageSize = 100

func size(maxResults *int64) int {
	if n := awswire.Val(maxResults); n > 0 {
		return int(n)
	}
	return pageSize
}

// page cuts a page out of a list, ordered by its keys.
func page[T any](ctx context.Context, s *Service, op string, in any, token *string, maxResults *int64, items []T, key func(*T) string) ([]T, *string, error) {
	return awswire.Page(ctx, s.o.Tokens, op, in, token, maxResults, pageSize, items, key)
}

// newest turns a key of printable ASCII around, so that the last comes first.
func newest(key string) string {
	b := []byte(key)
	for i := range b {
		b[i] = ' ' + '~' - b[i]
	}
	return string(b)
}

// seal makes the token behind a place when there is more.
func (s *Service) seal(ctx context.Context, op string, in any, more bool, place any) (*string, error) {
	if !more {
		return nil, nil
	}
	token, err := s.o.Tokens.Seal(ctx, op, in, place)
	return &token, err
}

// convert makes a list of the wire out of one of the domain; it is never null.
func convert[T, U any](list []T, one func(*T) U) []U {
	out := make([]U, 0, len(list))
	for i := range list {
		out = append(out, one(&list[i]))
	}
	return out
}

// text leaves out what is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func tagsOf(tags map[string]string) map[string]string {
	if tags == nil {
		return map[string]string{}
	}
	return tags
}
