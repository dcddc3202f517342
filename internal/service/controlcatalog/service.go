package controlcatalog

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/controlcatalog"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/catalog"
)

// Service answers the operations of Control Catalog.
type Service struct{ tokens *awswire.Tokens }

// New is the service; tokens make its page tokens.
func New(tokens *awswire.Tokens) *Service { return &Service{tokens} }

// Register registers every operation.
func (s *Service) Register(r *awswire.Registry) {
	api.OnListDomains(r, s.listDomains)
	api.OnListObjectives(r, s.listObjectives)
	api.OnListCommonControls(r, s.listCommonControls)
	api.OnListControls(r, s.listControls)
	api.OnGetControl(r, s.getControl)
	api.OnListControlMappings(r, s.listControlMappings)
}

// pageSize is what a page holds when the caller asks for no size; mappings are small.
const (
	pageSize        = 100
	mappingPageSize = 1000
)

// place is how far a list was given: all lists keep their order for as long as the program runs, and Size tells when
// another version of it has another list.
type place struct{ Next, Size int }

// page cuts a page out of the items that match, in the order of the list.
func page[T, U any](ctx context.Context, s *Service, op string, in any, token *string, limit *int64, size int, items []T,
	match func(T) bool, show func(T) U,
) ([]U, *string, error) {
	at := place{Size: len(items)}
	if _, err := s.tokens.Open(ctx, op, awswire.Val(token), in, &at); err != nil {
		return nil, nil, err
	}
	if at.Size != len(items) || at.Next < 0 || at.Next > len(items) {
		return nil, nil, awswire.Errorf("ValidationException", "The catalog has changed since this token was given. Begin again without a token.")
	}
	if n := awswire.Val(limit); n > 0 {
		size = int(n)
	}
	out := make([]U, 0, min(size, len(items)))
	for i := at.Next; i < len(items); i++ {
		if !match(items[i]) {
			continue
		}
		if len(out) == size {
			next, err := s.tokens.Seal(ctx, op, in, place{i, len(items)})
			return out, &next, err
		}
		out = append(out, show(items[i]))
	}
	return out, nil, nil
}

// ref renders an ARN in the partition of the region that was asked.
func ref(ctx context.Context, kind, id string) *string {
	return new(catalog.ARN(arn.Partition(awswire.CallerFrom(ctx).Region), kind, id))
}

// all matches everything.
func all[T any](T) bool { return true }
