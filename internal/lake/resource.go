package lake

import (
	"context"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/trails"
)

// Register makes known what of the lake may have tags and policies.
func (l *Lake) Register(r *trails.Resources) {
	r.Register(trails.Kind{Noun: "eventdatastore", Policies: true, Invalid: "EventDataStoreARNInvalidException", Find: func(ctx context.Context, at trails.Place, name string) error {
		_, err := l.activeStore(ctx, Place(at), name)
		return err
	}})
	r.Register(trails.Kind{Noun: "channel", Policies: true, Invalid: "ChannelARNInvalidException", Find: func(ctx context.Context, at trails.Place, name string) error {
		return l.Docs.Read(ctx, func(tx docs.Tx) error {
			_, err := findChannel(tx, Place(at), name)
			return err
		})
	}})
	r.Register(trails.Kind{Noun: "dashboard", Policies: true, Invalid: "CloudTrailARNInvalidException", Find: func(ctx context.Context, at trails.Place, name string) error {
		return l.Docs.Read(ctx, func(tx docs.Tx) error {
			_, err := findDashboard(tx, Place(at), name)
			return err
		})
	}})
}
