package server

import (
	"context"
	"log/slog"

	"github.com/tickmark/tickmark/internal/awsapi"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/service/auditcaller"
	"github.com/tickmark/tickmark/internal/service/auditmanager"
	"github.com/tickmark/tickmark/internal/service/cloudtrail"
	"github.com/tickmark/tickmark/internal/service/cloudtraildata"
	"github.com/tickmark/tickmark/internal/service/config"
	"github.com/tickmark/tickmark/internal/service/controlcatalog"
	"github.com/tickmark/tickmark/internal/service/events"
	"github.com/tickmark/tickmark/internal/service/organizations"
	"github.com/tickmark/tickmark/internal/service/s3"
	"github.com/tickmark/tickmark/internal/service/securityhub"
	"github.com/tickmark/tickmark/internal/service/sns"
	"github.com/tickmark/tickmark/internal/service/ssm"
	"github.com/tickmark/tickmark/internal/service/sts"
	"github.com/tickmark/tickmark/internal/service/tickmark"
)

// registerServices gives every service to the registry; this list is what the server serves.
func (s *Server) registerServices(r *awswire.Registry) {
	sts.New(s.access).Register(r)
	organizations.New(s.org, s.tokens).Register(r)
	sns.New(s.topics, s.tokens).Register(r)
	securityhub.New(s.findings, s.docs, s.tokens).Register(r)
	ssm.New(s.runbooks, s.runner, s.tokens).Register(r)
	config.New(config.Parts{
		Items: s.shown, Program: s.program, Shelf: s.shelf, Topics: s.topics, Courier: s.courier, Observer: s.observer, Organization: s.org, Rollouts: s.rollouts, Runbooks: s.runbooks, Tokens: s.tokens, Results: s.results,
		Offered: func(at compliance.Place, functionARN string) error {
			return s.functions.Offered(at.Account, at.Region, functionARN)
		},
		Remediation: s.remedy, Clock: s.cfg.Clock,
	}).Register(r)
	cloudtrail.New(cloudtrail.Parts{
		Events: s.events, Lake: s.lake, Trails: s.trails, Keys: s.deliverer, Rates: s.rates, Tokens: s.tokens,
		Sight: func(ctx context.Context) (finder.Sight, error) { return auditcaller.Sight(ctx, s.audit) },
	}).Register(r)
	events.New(s.bus, s.tokens).Register(r)
	cloudtraildata.New(s.lake).Register(r)
	auditmanager.New(auditmanager.Options{
		Audit: s.audit, Tokens: s.tokens, Signer: s.signer, Presign: s.presign, OrganizationID: s.organizationID, Finder: s.finder,
	}).Register(r)
	controlcatalog.New(s.tokens).Register(r)
	tickmark.New(tickmark.Parts{Audit: s.audit, Finder: s.finder, Lake: s.lake, Tokens: s.tokens, Channels: s.topics}).Register(r)
	s.s3 = s3.New(s.shelf, s.cfg.Clock, s.cfg.Log)
}

// Operations lists every operation of every service, served or not, without opening an installation: registering
// needs no data.
func Operations() []awswire.OperationInfo {
	s := &Server{cfg: Config{Log: slog.New(slog.DiscardHandler)}}
	s.findings = finding.NewHub(nil)
	r := awswire.NewRegistry(awswire.Config{}, awsapi.Services()...)
	s.registerServices(r)
	return r.Operations()
}
