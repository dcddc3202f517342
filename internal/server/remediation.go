package server

import (
	"context"
	"encoding/json"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/cloud"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/remediate"
	"github.com/tickmark/tickmark/internal/store"
)

// openRemediation makes what runs Automation documents and puts failures right with them. Without a profile no cloud
// is called, and every call says so that is not about a trail kept here.
func (s *Server) openRemediation() error {
	o := remediate.Options{
		Store: store.For(s.db, func(tx *store.Tx) remediate.Tx { return tx }), Clock: s.cfg.Clock, Library: s.runbooks,
		Recorded: s.changed, Notify: s.notifyRemediation, Tool: "tickmark " + Version, Log: s.cfg.Log,
	}
	run := automation.Options{Store: s.docs, Library: s.runbooks, Clock: s.cfg.Clock, Log: s.cfg.Log}
	var err error
	if run.Scripts, err = s.scripts(); err != nil {
		return err
	}
	calls, err := s.caller()
	if err != nil {
		return err
	}
	if calls == nil {
		run.Caller = ownTrails{s, nil}
	} else {
		run.Caller, o.Recorder = ownTrails{s, ownConfig{s, calls}}, recordAnew{s, collect.New(cloud.Reader{Cloud: calls}, aws.Of, s.items, s.cfg.Clock)}
	}
	s.remedy = remediate.New(o)
	run.Observer = s.remedy
	s.runner = automation.NewRunner(run)
	s.remedy.Use(s.runner)
	return nil
}

// notifyRemediation publishes what happened to the topic of the place's delivery channel, where there is one.
func (s *Server) notifyRemediation(ctx context.Context, e remediate.Event) {
	err := func() error {
		var topic string
		err := s.db.Read(ctx, func(tx *store.Tx) error {
			posts, err := compliance.Posts(tx, arn.Scope{Accounts: []string{e.Account}, Regions: []string{e.Region}})
			if len(posts) > 0 {
				topic = posts[0].Channel.TopicARN
			}
			return err
		})
		if err != nil || topic == "" {
			return err
		}
		text, err := json.Marshal(e.Message)
		if err != nil {
			return err
		}
		_, err = s.topics.Send(ctx, notify.Message{TopicARN: topic, Subject: e.Subject, Text: string(text)})
		return err
	}()
	if err != nil {
		s.cfg.Log.Warn("a notification of remediation was not published", "account", e.Account, "region", e.Region, "error", err)
	}
}
