package auditmanager

import (
	"context"
	"fmt"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) getChangeLogs(ctx context.Context, in *api.GetChangeLogsRequest) (*api.GetChangeLogsResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "GetChangeLogs", id)
	if err != nil {
		return nil, err
	}
	log, err := s.audit.ChangeLog(ctx, c, id, awswire.Val(in.ControlSetId), awswire.Val(in.ControlId))
	if err != nil {
		return nil, err
	}
	// A log only grows, so that an entry's number from its beginning is its key.
	numbered := make([]numbered[assess.Change], len(log))
	for i := range log {
		numbered[i].number, numbered[i].value = len(log)-i, &log[i]
	}
	numbered, next, err := page(ctx, s, "GetChangeLogs", in, in.NextToken, in.MaxResults, numbered, numberedKey)
	out := &api.GetChangeLogsResponse{NextToken: next, ChangeLogs: []api.ChangeLog{}}
	for _, n := range numbered {
		ch := n.value
		out.ChangeLogs = append(out.ChangeLogs, api.ChangeLog{
			ObjectType: &ch.Object, ObjectName: text(ch.Name), Action: &ch.Action, CreatedBy: &ch.By, CreatedAt: &ch.At,
		})
	}
	return out, err
}

type numbered[T any] struct {
	number int
	value  *T
}

func numberedKey(n *numbered[assess.Change]) string { return newest(fmt.Sprintf("%09d", n.number)) }
