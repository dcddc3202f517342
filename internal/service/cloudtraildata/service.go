// Package cloudtraildata serves CloudTrail Data over package lake: PutAuditEvents.
//
// Known to differ: AWS does not publish the codes for events that it does not take; here they are InvalidChecksum,
// InvalidData, InvalidRecipient (the recipientAccountId must be the channel's account) and ConflictingEvent (the id came
// with other data before). A channel is used by its own account alone, whatever its resource policy says, and externalId
// is not looked at. There is no limit of 100 requests a second.
package cloudtraildata

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/cloudtraildata"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/lake"
)

// Service answers the operation of CloudTrail Data.
type Service struct{ lake *lake.Lake }

// New is the service over a lake.
func New(l *lake.Lake) *Service { return &Service{l} }

// Register registers the operation.
func (s *Service) Register(r *awswire.Registry) {
	r.MapFaults(api.Service, mapFault)
	r.MapInvalid(api.Service, map[string]string{"PutAuditEvents.channelArn": "InvalidChannelARN"})
	api.OnPutAuditEvents(r, s.putAuditEvents)
}

// mapFault spells faults of channels as this service does.
func mapFault(f *fault.Error) *awswire.Error {
	switch f.Code {
	case "ChannelNotFoundException":
		return awswire.Errorf("ChannelNotFound", "%s", f.Message)
	case "ChannelARNInvalidException":
		return awswire.Errorf("InvalidChannelARN", "%s", f.Message)
	}
	return nil
}

func (s *Service) putAuditEvents(ctx context.Context, in *api.PutAuditEventsRequest) (*api.PutAuditEventsResponse, error) {
	c := awswire.CallerFrom(ctx)
	name := awswire.Val(in.ChannelArn)
	if a, err := arn.Parse(name); err == nil && strings.HasPrefix(a.Resource, "channel/") && a.Account != c.Account {
		return nil, awswire.Errorf("ChannelInsufficientPermission", "The channel %s belongs to another account than %s. Ask with its account.", name, c.Account)
	}
	events := make([]lake.AuditEvent, len(in.AuditEvents))
	for i, e := range in.AuditEvents {
		events[i] = lake.AuditEvent{ID: awswire.Val(e.Id), Data: awswire.Val(e.EventData), Checksum: awswire.Val(e.EventDataChecksum)}
	}
	taken, err := s.lake.PutAuditEvents(ctx, lake.Place{Account: c.Account, Region: c.Region}, name, events)
	if err != nil {
		return nil, err
	}
	out := &api.PutAuditEventsResponse{Successful: []api.AuditEventResultEntry{}, Failed: []api.ResultErrorEntry{}}
	for _, t := range taken {
		if t.Code != "" {
			out.Failed = append(out.Failed, api.ResultErrorEntry{Id: &t.ID, ErrorCode: &t.Code, ErrorMessage: &t.Message})
			continue
		}
		out.Successful = append(out.Successful, api.AuditEventResultEntry{Id: &t.ID, EventID: &t.EventID})
	}
	return out, nil
}
