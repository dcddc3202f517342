package server

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/sample"
	traildata "github.com/tickmark/tickmark/internal/sample/cloudtrail"
	"github.com/tickmark/tickmark/internal/trail"
)

// The steps of the demonstration: what a user does by the APIs, on the sample organization.

// loadBatch is how many items share a transaction.
const loadBatch = 500

// LoadEstate makes the organization's accounts, lets each region record, and stores the estate's items.
func (s *Server) LoadEstate(ctx context.Context, e sample.Estate, progress func(int64)) (items int64, err error) {
	if _, err := s.org.Create(ctx, "ALL", ""); err != nil && fault.KindOf(err) != fault.Exists && fault.KindOf(err) != fault.Conflict {
		return 0, err
	}
	for _, a := range e.Accounts {
		if err := s.org.Join(ctx, organization.Account{ID: a.ID, Name: a.Name, Email: a.Name + "@example.com"}); err != nil {
			return 0, err
		}
		for _, region := range e.Regions {
			if err := s.record(ctx, compliance.Place{Account: a.ID, Region: region}); err != nil {
				return 0, err
			}
		}
	}
	var batch []*inventory.Item
	flush := func() error {
		_, err := inventory.PutAll(ctx, s.items, batch)
		items += int64(len(batch))
		batch = batch[:0]
		progress(items)
		return err
	}
	for _, it := range e.Items() {
		if batch = append(batch, it); len(batch) == loadBatch {
			if err := flush(); err != nil {
				return items, err
			}
		}
	}
	err = flush()
	s.changed()
	return items, err
}

// record starts a recorder of everything in an account and region, delivering to the account's own bucket.
func (s *Server) record(ctx context.Context, at compliance.Place) error {
	bucket := "config-" + at.Account
	if err := s.shelf.CreateBucket(ctx, at.Account, at.Region, bucket, s.cfg.Clock.Now()); err != nil {
		return err
	}
	r, err := s.program.PutRecorder(ctx, at, compliance.Recorder{
		RoleARN: "arn:aws:iam::" + at.Account + ":role/config", Group: compliance.RecordingGroup{AllSupported: true, IncludeGlobal: true},
	})
	if err != nil {
		return err
	}
	if err := s.program.PutChannel(ctx, at, compliance.Channel{Name: "default", Bucket: bucket}); err != nil {
		return err
	}
	return s.program.StartRecorder(ctx, at, r.Name)
}

// published is the account id that the published records carry inside: their publisher replaced it, while the keys
// kept the account whose logs they are.
const published = "123837392027"

// LoadTrail imports the real trail logs that the program carries.
func (s *Server) LoadTrail(ctx context.Context, e sample.Estate, progress func(int64)) (trail.Result, error) {
	im := trail.Importer{Store: s.events, Clock: s.cfg.Clock, FileUnder: map[string]string{published: e.Accounts[0].ID}, Progress: func(p trail.Progress) { progress(int64(p.Records)) }}
	return im.FS(ctx, traildata.FS, traildata.Invictus)
}

// LoadFindings imports the findings about the estate.
func (s *Server) LoadFindings(ctx context.Context, e sample.Estate) (n int, err error) {
	var batch []json.RawMessage
	flush := func() error {
		done, err := s.findings.Import(ctx, "", e.Regions[0], batch)
		n += done.Stored
		batch = nil
		return err
	}
	for raw := range e.Findings() {
		if batch = append(batch, raw); len(batch) == 100 {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
	return n, flush()
}

// Evaluate judges everything that waits.
func (s *Server) Evaluate(ctx context.Context, progress func(compliance.Progress)) error {
	return s.engine.Drain(ctx, progress)
}

// demoPacks are the published conformance packs that the demonstration deploys.
var demoPacks = map[string]string{
	"cis-aws":  "Operational-Best-Practices-for-CIS-AWS-v1.4-Level2",
	"nist-csf": "Operational-Best-Practices-for-NIST-CSF",
}

// DeployPacks deploys the demonstration's packs in every account and region, and tells how many rules that makes.
func (s *Server) DeployPacks(ctx context.Context, e sample.Estate, progress func(int64)) (rules int64, err error) {
	for _, a := range e.Accounts {
		for _, region := range e.Regions {
			for _, name := range slices.Sorted(maps.Keys(demoPacks)) {
				p, err := s.program.DeployPack(ctx, compliance.Place{Account: a.ID, Region: region}, compliance.PackInput{Name: name, Published: demoPacks[name]})
				if fault.KindOf(err) == fault.Exists {
					continue
				}
				if err != nil {
					return rules, err
				}
				rules += int64(len(p.Rules))
				progress(rules)
			}
		}
	}
	return rules, nil
}

// Verdicts counts the verdicts of every rule of the installation.
func (s *Server) Verdicts(ctx context.Context) (total compliance.Counts, err error) {
	rules, err := s.program.ComplianceIn(ctx, arn.Everything())
	for _, r := range rules {
		total = total.Plus(r.Counts)
	}
	return total, err
}
