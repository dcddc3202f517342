// Package auditmanager reads an account of AWS Audit Manager, or of another Tickmark, for package migrate: at most 20
// requests a second, as Audit Manager's quota has it.
package auditmanager

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/migrate"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Regions are those that Audit Manager is in.
var Regions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
	"ca-central-1", "eu-central-1", "eu-west-1", "eu-west-2",
}

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
	at     client.Target
	client *client.Client
}

var _ migrate.Source = (*Source)(nil)

// attempts of one request.
const attempts = 3

// New asks nothing yet.
func New(o Options) *Source {
	return &Source{
		at:     client.Target{Region: o.Region, Credentials: o.Credentials, EndpointURL: o.EndpointURL, Patient: true},
		client: client.New(&http.Client{Timeout: 5 * time.Minute}, o.Clock, attempts, 0),
	}
}

func (s *Source) do(ctx context.Context, api string, in wire.Object) (wire.Object, error) {
	return s.client.Do(ctx, s.at, "auditmanager:"+api, in)
}

func (s *Source) pages(ctx context.Context, api string, in wire.Object, page func(wire.Object) error) error {
	return s.client.DoPages(ctx, s.at, "auditmanager:"+api, in, page)
}

// text is a member that is one.
func text(v wire.Object, name string) string { return client.String(v, name) }

// told turns an answer of the service into a fault, which is a matter of one thing; what did not come through is none.
func told(err error) error {
	api, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return err
	}
	switch api.Code {
	case "ResourceNotFoundException", "ValidationException":
		return fault.New(fault.NotFound, "%s", api.Message)
	case "AccessDeniedException":
		return fault.New(fault.Denied, "%s", api.Message)
	}
	return err
}

// Region implements migrate.Source.
func (s *Source) Region() string { return s.at.Region }

// Account implements migrate.Source.
func (s *Source) Account(ctx context.Context) (string, error) {
	who, err := s.client.Whose(ctx, s.at)
	if err != nil {
		return "", fmt.Errorf("ask STS whose the credentials are: %w", err)
	}
	return who.Account, nil
}

// Registered implements migrate.Source.
func (s *Source) Registered(ctx context.Context) (bool, error) {
	out, err := s.do(ctx, "GetAccountStatus", nil)
	if err != nil {
		return false, fmt.Errorf("ask Audit Manager in %s for the account's status: %w", s.at.Region, err)
	}
	return text(out, "status") == "ACTIVE", nil
}

// Assessments implements migrate.Source.
func (s *Source) Assessments(ctx context.Context) (ids []string, err error) {
	err = s.pages(ctx, "ListAssessments", nil, func(page wire.Object) error {
		for _, a := range client.List(page, "assessmentMetadata") {
			ids = append(ids, text(a, "id"))
		}
		return nil
	})
	return ids, err
}

// Changes implements migrate.Source.
func (s *Source) Changes(ctx context.Context, assessment string) (out []assess.Change, err error) {
	err = s.pages(ctx, "GetChangeLogs", wire.Object{"assessmentId": assessment}, func(page wire.Object) error {
		for _, c := range client.List(page, "changeLogs") {
			out = append(out, assess.Change{Object: text(c, "objectType"), Name: text(c, "objectName"), Action: text(c, "action"), By: text(c, "createdBy"), At: client.Time(c, "createdAt")})
		}
		return nil
	})
	return out, err
}

// Folders implements migrate.Source.
func (s *Source) Folders(ctx context.Context, assessment string, yield func(migrate.Folder) error) error {
	return s.pages(ctx, "GetEvidenceFoldersByAssessment", wire.Object{"assessmentId": assessment}, func(page wire.Object) error {
		for _, f := range client.List(page, "evidenceFolders") {
			err := yield(migrate.Folder{
				ID: text(f, "id"), Set: text(f, "controlSetId"), Control: text(f, "controlId"), Day: migrate.Day(client.Time(f, "date")), Total: client.Int(f, "totalEvidence"),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Evidence implements migrate.Source.
func (s *Source) Evidence(ctx context.Context, assessment string, f migrate.Folder, yield func([]assess.CopiedEvidence) error) error {
	in := wire.Object{"assessmentId": assessment, "controlSetId": f.Set, "evidenceFolderId": f.ID}
	return told(s.pages(ctx, "GetEvidenceByEvidenceFolder", in, func(page wire.Object) error {
		var list []assess.CopiedEvidence
		for _, e := range client.List(page, "evidence") {
			list = append(list, evidence(e))
		}
		return yield(list)
	}))
}

// Reports implements migrate.Source.
func (s *Source) Reports(ctx context.Context) (out []assess.Report, err error) {
	err = s.pages(ctx, "ListAssessmentReports", nil, func(page wire.Object) error {
		for _, r := range client.List(page, "assessmentReports") {
			out = append(out, assess.Report{
				ID: text(r, "id"), Region: s.at.Region, Assessment: text(r, "assessmentId"), AssessmentName: text(r, "assessmentName"), Name: text(r, "name"),
				Description: text(r, "description"), Author: text(r, "author"), Status: text(r, "status"), Created: client.Time(r, "creationTime"),
			})
		}
		return nil
	})
	return out, err
}

// Bundle implements migrate.Source.
func (s *Source) Bundle(ctx context.Context, r assess.Report) (io.ReadCloser, error) {
	out, err := s.do(ctx, "GetAssessmentReportUrl", wire.Object{"assessmentId": r.Assessment, "assessmentReportId": r.ID})
	if err != nil {
		return nil, told(err)
	}
	link := text(client.Inner(out, "preSignedUrl"), "link")
	if !strings.HasPrefix(link, "http") {
		return nil, errors.New("no address of it was given")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	resp, err := s.client.HTTP.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("its address answers %s", resp.Status)
	}
	return resp.Body, nil
}
