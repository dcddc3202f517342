// Package auditmanager reads an account of AWS Audit Manager, or of another Tickmark, for package migrate: by the AWS SDK,
// at most 20 requests a second, as Audit Manager's quota has it. The client is made once for a region and never held in an
// interface; see package cloud for the reason.
package auditmanager

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/migrate"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Regions are those that Audit Manager is in.
var Regions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
	"ca-central-1", "eu-central-1", "eu-west-1", "eu-west-2",
}

// perSecond is Audit Manager's quota of requests.
const perSecond = 20

// Options say which account is read.
type Options struct {
	Region      string
	Credentials aws.CredentialsProvider
	// EndpointURL replaces AWS's address, for both Audit Manager and STS.
	EndpointURL string
	Clock       stamp.Source
}

// Source is the account in one region.
type Source struct {
	region string
	client *sdk.Client
	sts    *sts.Client
	http   *http.Client
}

var _ migrate.Source = (*Source)(nil)

// New asks nothing yet.
func New(o Options) *Source {
	s := &Source{region: o.Region, http: &http.Client{Timeout: 5 * time.Minute, Transport: &spaced{clock: o.Clock, next: http.DefaultTransport}}}
	c := aws.Config{Region: o.Region, Credentials: o.Credentials, HTTPClient: s.http, AppID: "tickmark"}
	if o.EndpointURL != "" {
		c.BaseEndpoint = &o.EndpointURL
	}
	s.client, s.sts = sdk.NewFromConfig(c), sts.NewFromConfig(c)
	return s
}

// spaced keeps requests apart.
type spaced struct {
	clock stamp.Source
	next  http.RoundTripper
	mu    sync.Mutex
	free  time.Time
}

func (s *spaced) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	now := s.clock.Now()
	at := now
	if s.free.After(now) {
		at = s.free
	}
	s.free = at.Add(time.Second / perSecond)
	s.mu.Unlock()
	if wait := at.Sub(now); wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-req.Context().Done():
			return nil, req.Context().Err()
		case <-t.C:
		}
	}
	return s.next.RoundTrip(req)
}

// told turns an answer of the service into a fault, which is a matter of one thing; what did not come through is none.
func told(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	switch api.ErrorCode() {
	case "ResourceNotFoundException", "ValidationException":
		return fault.New(fault.NotFound, "%s", api.ErrorMessage())
	case "AccessDeniedException":
		return fault.New(fault.Denied, "%s", api.ErrorMessage())
	}
	return err
}

// Region implements migrate.Source.
func (s *Source) Region() string { return s.region }

// Account implements migrate.Source.
func (s *Source) Account(ctx context.Context) (string, error) {
	out, err := s.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", fmt.Errorf("ask STS whose the credentials are: %w", err)
	}
	return aws.ToString(out.Account), nil
}

// Registered implements migrate.Source.
func (s *Source) Registered(ctx context.Context) (bool, error) {
	out, err := s.client.GetAccountStatus(ctx, &sdk.GetAccountStatusInput{})
	if err != nil {
		return false, fmt.Errorf("ask Audit Manager in %s for the account's status: %w", s.region, err)
	}
	return out.Status == types.AccountStatusActive, nil
}

// Assessments implements migrate.Source.
func (s *Source) Assessments(ctx context.Context) (ids []string, err error) {
	p := sdk.NewListAssessmentsPaginator(s.client, &sdk.ListAssessmentsInput{})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range page.AssessmentMetadata {
			ids = append(ids, aws.ToString(a.Id))
		}
	}
	return ids, nil
}

// Changes implements migrate.Source.
func (s *Source) Changes(ctx context.Context, assessment string) (out []assess.Change, err error) {
	p := sdk.NewGetChangeLogsPaginator(s.client, &sdk.GetChangeLogsInput{AssessmentId: &assessment})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, c := range page.ChangeLogs {
			out = append(out, assess.Change{Object: string(c.ObjectType), Name: aws.ToString(c.ObjectName), Action: string(c.Action), By: aws.ToString(c.CreatedBy), At: aws.ToTime(c.CreatedAt)})
		}
	}
	return out, nil
}

// Folders implements migrate.Source.
func (s *Source) Folders(ctx context.Context, assessment string, yield func(migrate.Folder) error) error {
	p := sdk.NewGetEvidenceFoldersByAssessmentPaginator(s.client, &sdk.GetEvidenceFoldersByAssessmentInput{AssessmentId: &assessment})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, f := range page.EvidenceFolders {
			err := yield(migrate.Folder{
				ID: aws.ToString(f.Id), Set: aws.ToString(f.ControlSetId), Control: aws.ToString(f.ControlId), Day: migrate.Day(aws.ToTime(f.Date)), Total: int64(f.TotalEvidence),
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Evidence implements migrate.Source.
func (s *Source) Evidence(ctx context.Context, assessment string, f migrate.Folder, yield func([]assess.CopiedEvidence) error) error {
	p := sdk.NewGetEvidenceByEvidenceFolderPaginator(s.client, &sdk.GetEvidenceByEvidenceFolderInput{AssessmentId: &assessment, ControlSetId: &f.Set, EvidenceFolderId: &f.ID})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return told(err)
		}
		var list []assess.CopiedEvidence
		for i := range page.Evidence {
			list = append(list, evidence(&page.Evidence[i]))
		}
		if err := yield(list); err != nil {
			return err
		}
	}
	return nil
}

// Reports implements migrate.Source.
func (s *Source) Reports(ctx context.Context) (out []assess.Report, err error) {
	p := sdk.NewListAssessmentReportsPaginator(s.client, &sdk.ListAssessmentReportsInput{})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.AssessmentReports {
			out = append(out, assess.Report{
				ID: aws.ToString(r.Id), Region: s.region, Assessment: aws.ToString(r.AssessmentId), AssessmentName: aws.ToString(r.AssessmentName), Name: aws.ToString(r.Name),
				Description: aws.ToString(r.Description), Author: aws.ToString(r.Author), Status: string(r.Status), Created: aws.ToTime(r.CreationTime),
			})
		}
	}
	return out, nil
}

// Bundle implements migrate.Source.
func (s *Source) Bundle(ctx context.Context, r assess.Report) (io.ReadCloser, error) {
	out, err := s.client.GetAssessmentReportUrl(ctx, &sdk.GetAssessmentReportUrlInput{AssessmentId: &r.Assessment, AssessmentReportId: &r.ID})
	if err != nil {
		return nil, told(err)
	}
	if out.PreSignedUrl == nil || !strings.HasPrefix(aws.ToString(out.PreSignedUrl.Link), "http") {
		return nil, errors.New("no address of it was given")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, *out.PreSignedUrl.Link, nil)
	if err != nil {
		return nil, err
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("its address answers %s", resp.Status)
	}
	return resp.Body, nil
}
