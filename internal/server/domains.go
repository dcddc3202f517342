package server

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/activity"
	"github.com/tickmark/tickmark/internal/anchor"
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/automation/builtin"
	"github.com/tickmark/tickmark/internal/cloud"
	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/insight"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/invocation"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/recording"
	"github.com/tickmark/tickmark/internal/remediate"
	"github.com/tickmark/tickmark/internal/rollout"
	"github.com/tickmark/tickmark/internal/rounds"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/service/sns"
	"github.com/tickmark/tickmark/internal/sigma"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trails"
	"github.com/tickmark/tickmark/internal/trails/courier"
)

// domains are the parts of an open installation, each over its view of the one store.
type domains struct {
	anchors   *anchor.Anchorer
	anchoring *rounds.Loop
	items     store.Repo[inventory.Tx]
	shown     store.Repo[inventory.Tx] // with the compliance of resources
	docs      store.Repo[docs.Tx]
	events    *segment.Store
	activity  *activity.Recorder
	findings  *finding.Hub
	org       *organization.Directory
	topics    *notify.Directory
	shelf     *object.Shelf
	courier   *delivery.Courier
	observer  *recording.Observer
	program   *compliance.Program
	engine    *compliance.Engine
	rollouts  *rollout.Program
	runbooks  *automation.Library
	runner    *automation.Runner
	remedy    *remediate.Program
	trails    *trails.Directory
	deliverer *courier.Courier
	lake      *lake.Lake
	bus       *eventbus.Program

	connections *connect.Directory
	reaches     reaches
	sweeping    sweeping

	feeds    feeds
	sigma    sigma.Set
	insights *insight.Worker
	rates    *insight.Reader

	signer    *ledger.Signer
	audit     *assess.Service
	collector *assess.Collector
	reporter  *assess.Reporter
	finder    *finder.Finder
	collect   chan struct{} // wakes the collector and the reporter
}

func (s *Server) openDomains(ctx context.Context) (err error) {
	clock := s.cfg.Clock
	s.items = store.For(s.db, func(tx *store.Tx) inventory.Tx { return tx })
	s.shown = store.For(s.db, func(tx *store.Tx) inventory.Tx { return compliance.ItemsOf(tx) })
	s.docs = store.For(s.db, func(tx *store.Tx) docs.Tx { return tx })
	if s.events, err = segment.Open(ctx, s.cfg.path("events"), store.For(s.db, func(tx *store.Tx) trail.Tx { return tx }), clock); err != nil {
		return err
	}
	s.activity = &activity.Recorder{Store: s.events, Log: s.cfg.Log}
	s.connections = connect.New(s.docs, clock, s.cfg.Account)
	s.findings = finding.NewHub(store.For(s.db, func(tx *store.Tx) finding.Tx { return tx }))
	s.org = organization.New(store.For(s.db, func(tx *store.Tx) organization.Tx { return tx }), clock, s.cfg.Account)
	s.topics = notify.New(store.For(s.db, func(tx *store.Tx) notify.Tx { return tx }), clock, "http://"+s.cfg.Listen, s.webhookTargets())
	if s.cfg.SMTP != "" {
		m, err := notify.ParseMail(s.cfg.SMTP, s.cfg.MailFrom)
		if err != nil {
			return err
		}
		s.topics.MailBy(m)
	}
	s.program = compliance.New(store.For(s.db, func(tx *store.Tx) compliance.Tx { return tx }), clock)
	s.engine = s.program.Engine(s.cfg.Log)
	s.rollouts = rollout.New(store.For(s.db, func(tx *store.Tx) rollout.Tx { return tx }), clock, s.program, s.org)
	s.shelf = object.New(store.For(s.db, func(tx *store.Tx) object.Tx { return tx }), objectBlobs{s.blobs})
	if err := errors.Join(s.openFeeds(), s.openSigma()); err != nil {
		return err
	}
	remote, err := s.cfg.deliverTo()
	if err != nil {
		return err
	}
	s.courier = delivery.New(delivery.Parts{
		Store: store.For(s.db, func(tx *store.Tx) compliance.Tx { return tx }), Shelf: s.shelf, Topics: s.topics, Remote: remote, Clock: clock,
	})
	s.openTrails(remote)
	s.openInsights()
	if err := s.openAudit(ctx); err != nil {
		return err
	}
	if err := s.openLake(remote); err != nil {
		return err
	}
	s.observer = recording.New(store.For(s.db, func(tx *store.Tx) compliance.Tx { return tx }), s.program.Notify)
	s.runbooks = automation.NewLibrary(s.docs, clock, builtin.Published())
	s.runbooks.Keep(automation.TypePack, func(content []byte) error { _, err := pack.Parse(content); return err })
	if err := s.openRemediation(); err != nil {
		return err
	}
	s.openEventBus()
	s.openSweeps()
	return nil
}

// caller calls the real AWS; nil unless a profile or an address for it is configured, whatever credentials this machine
// has.
func (s *Server) caller() (*cloud.Cloud, error) {
	c := s.cfg.Cloud
	if c.Profile == "" && c.EndpointURL == "" {
		return nil, nil
	}
	c.Clock = s.cfg.Clock
	return cloud.New(c)
}

// deliverTo is what writes to buckets that do not exist here; nil when no other S3 is set.
func (c Config) deliverTo() (delivery.Remote, error) {
	if c.DeliveryS3.Profile == "" && c.DeliveryS3.EndpointURL == "" {
		return nil, nil
	}
	s, err := bucket.New(c.DeliveryS3)
	if err != nil {
		return nil, err
	}
	return s.Put, nil
}

// webhookTargets lets notifications leave for public addresses, and further only when the operator says so.
func (s *Server) webhookTargets() notify.Targets {
	if !s.cfg.AllowPrivateWebhooks {
		return notify.Targets{}
	}
	var t notify.Targets
	for _, p := range []string{"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"} {
		t.Allow = append(t.Allow, netip.MustParsePrefix(p))
	}
	return t
}

func (s *Server) closeDomains() error {
	if s.activity == nil {
		return nil
	}
	return s.activity.Close()
}

// housekeeping is how often what has served its time is removed.
const housekeeping = time.Hour

// orphanAge is how old a file without a row must be before it is removed: its row may be about to be written.
const orphanAge = 24 * time.Hour

// background starts the work that goes on while the server serves, until ctx ends.
func (s *Server) background(ctx context.Context) *sync.WaitGroup {
	var wg sync.WaitGroup
	s.serving.Store(true)
	wg.Go(func() { s.topics.Run(ctx, s.cfg.Log) })
	wg.Go(func() { s.courier.Run(ctx, s.cfg.Log) })
	wg.Go(func() { s.deliverer.Run(ctx, s.cfg.Log) })
	wg.Go(func() { s.observer.Run(ctx, s.cfg.Log) })
	wg.Go(func() { s.housekeep(ctx) })
	wg.Go(func() { s.work(ctx, "evaluation", s.engine.Run) })
	wg.Go(func() {
		s.work(ctx, "functions", invocation.New(s.program, s.results, s.cfg.Clock, s.functions, s.cfg.Log).Run)
	})
	wg.Go(func() { s.work(ctx, "evaluation of planned resources", s.program.Assessor(s.cfg.Log).Run) })
	wg.Go(func() {
		s.work(ctx, "rollout", func(ctx context.Context) error { return s.rollouts.Run(ctx, s.cfg.Log) })
	})
	wg.Go(func() {
		s.work(ctx, "collection", func(ctx context.Context) error { return s.collector.Run(ctx, s.collect, collectEvery) })
	})
	wg.Go(func() { s.work(ctx, "automation", s.runner.Run) })
	wg.Go(func() { s.work(ctx, "remediation", s.remedy.Run) })
	wg.Go(func() { s.work(ctx, "insights", s.insights.Run) })
	wg.Go(func() { s.work(ctx, "event rules", s.followEvents) })
	wg.Go(func() { s.work(ctx, "event targets", s.bus.Run) })
	wg.Go(func() { s.work(ctx, "queries of event data stores", s.runLake) })
	wg.Go(func() { s.work(ctx, "imports into event data stores", s.runImports) })
	wg.Go(func() { s.work(ctx, "dashboards", s.runRefreshes) })
	wg.Go(func() { s.anchoring.Run(ctx, s.cfg.Log, "a checkpoint of the ledger could not be anchored") })
	wg.Go(func() { s.report(ctx) })
	wg.Go(func() {
		s.work(ctx, "evidence finder", func(ctx context.Context) error { return s.finder.Run(ctx, s.cfg.Log) })
	})
	wg.Go(func() { s.work(ctx, "rounds of the audit", s.auditRounds) })
	s.runFeeds(ctx, &wg)
	s.runSigma(ctx, &wg)
	s.runSweeps(ctx, &wg)
	return &wg
}

// again is how long work rests that ended before its time.
const again = 10 * time.Second

// work runs a loop that should only end with ctx. One that an error ended begins again: its place is kept with what it
// has done, and a fault that passes, or one event that cannot be read, must not end the work of all accounts for good.
func (s *Server) work(ctx context.Context, name string, run func(context.Context) error) {
	for {
		err := run(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		s.cfg.Log.Error("background work failed; it begins again", "work", name, "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(again):
		}
	}
}

func (s *Server) housekeep(ctx context.Context) {
	t := time.NewTicker(housekeeping)
	defer t.Stop()
	for {
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("housekeeping failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// sweep notes the day's insights and removes ended sessions, history, executions and events past their retention, files and blobs that nothing names.
func (s *Server) sweep(ctx context.Context) error {
	accounts := map[string]bool{s.cfg.Account: true}
	principals, err := s.access.List(ctx, arn.Everything())
	errs := []error{err}
	for _, p := range principals {
		accounts[p.Account] = true
	}
	for a := range accounts {
		errs = append(errs, s.access.Sweep(ctx, a))
	}
	_, err = s.program.Forget(ctx)
	errs = append(errs, err)
	_, err = s.runner.Forget(ctx)
	errs = append(errs, err)
	_, err = s.lake.Sweep(ctx)
	errs = append(errs, err)
	errs = append(errs, s.bus.Forget(ctx))
	_, err = s.audit.NoteDays(ctx)
	errs = append(errs, err)
	errs = append(errs, s.tidyEvents(ctx))
	_, err = s.blobs.Sweep(s.cfg.Clock.Now(), orphanAge, func(hash string) (used bool, err error) {
		err = s.db.Read(ctx, func(tx *store.Tx) error {
			used, err = tx.BlobUsed(hash)
			return err
		})
		return used, err
	})
	return errors.Join(append(errs, err)...)
}

// tidyEvents removes events past their retention, seals what waits for a segment, merges small segments and removes
// files that nothing names.
func (s *Server) tidyEvents(ctx context.Context) error {
	var errs []error
	if days := s.cfg.EventRetentionDays; days > 0 {
		n, err := s.events.Expire(ctx, s.cfg.Clock.Now().AddDate(0, 0, -days))
		errs = append(errs, err)
		if n > 0 {
			s.cfg.Log.Info("events past their retention were removed", "events", n, "days", days)
		}
	}
	_, err := s.events.Seal(ctx, sealAt)
	errs = append(errs, err)
	_, err = s.events.Compact(ctx)
	errs = append(errs, err)
	_, err = s.events.Sweep(ctx)
	return errors.Join(append(errs, err)...)
}

// sealAt is how many events must wait before housekeeping writes a segment of them.
const sealAt = 256

// changed tells the engine that there may be something to judge.
func (s *Server) changed() { s.program.Notify() }

// authorize refuses what the caller may not do. The services of the audit know assessments, and ask again when they know
// which one; to them only goes what some assessment allows, to all others what the account as a whole does. Who follows
// a link in a message is nobody; the token in the link is the proof.
func authorize(ctx context.Context, service, operation string) error {
	c := authz.CallerFrom(ctx)
	if c.Account == "" && service == "sns" && slices.Contains(sns.Unsigned(), operation) {
		return nil
	}
	if service == "auditmanager" || service == "tickmark" {
		return authz.DecideEarly(c, service, operation, c.Account)
	}
	return authz.Decide(c, service, operation, c.Account, "")
}
