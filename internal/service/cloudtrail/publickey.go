package cloudtrail

import (
	"context"
	"time"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trails"
	"github.com/tickmark/tickmark/internal/trails/courier"
)

// PublicKeys are the keys that digests are checked with.
type PublicKeys interface {
	PublicKeys(ctx context.Context, at trails.Place, start, end time.Time) ([]courier.PublicKey, error)
}

func (s *Service) registerDigests(r *awswire.Registry) map[string]string {
	api.OnListPublicKeys(r, s.listPublicKeys)
	return nil
}

// listPublicKeys answers in one page: clients that check digests read no other.
func (s *Service) listPublicKeys(ctx context.Context, in *api.ListPublicKeysRequest) (*api.ListPublicKeysResponse, error) {
	if in.NextToken != nil {
		return nil, fault.Invalidf("NextToken", "The token is none of ours: all public keys are on the first page.").With("InvalidTokenException")
	}
	keys, err := s.Keys.PublicKeys(ctx, trailPlace(ctx), awswire.Val(in.StartTime), awswire.Val(in.EndTime))
	out := &api.ListPublicKeysResponse{PublicKeyList: []api.PublicKey{}}
	for _, k := range keys {
		out.PublicKeyList = append(out.PublicKeyList, api.PublicKey{Value: k.DER, Fingerprint: new(k.Fingerprint), ValidityStartTime: new(k.From), ValidityEndTime: new(k.To)})
	}
	return out, err
}
