package ssm

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	api "github.com/tickmark/tickmark/internal/awsapi/ssm"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
)

// ownName takes the name out of the ARN of a document of the caller's.
func ownName(ctx context.Context, given *string) (string, error) {
	name := awswire.Val(given)
	if !strings.HasPrefix(name, "arn:") {
		return name, nil
	}
	a, err := arn.Parse(name)
	c := awswire.CallerFrom(ctx)
	rest, ok := strings.CutPrefix(a.Resource, "document/")
	if err != nil || !ok || a.Account != "" && a.Account != c.Account || a.Region != c.Region {
		return "", awswire.Errorf("InvalidDocument", "%s is no document of the account %s in %s; documents shared by others are not offered.", name, c.Account, c.Region)
	}
	return rest, nil
}

func (s *Service) createDocument(ctx context.Context, in *api.CreateDocumentRequest) (*api.CreateDocumentResult, error) {
	if len(in.Attachments) > 0 || len(in.Requires) > 0 {
		return nil, awswire.Errorf("InvalidDocumentContent", "Attachments and Requires are not offered; put scripts into the steps.")
	}
	tags := map[string]string{}
	for _, t := range in.Tags {
		tags[awswire.Val(t.Key)] = awswire.Val(t.Value)
	}
	b, v, err := s.library.Create(ctx, place(ctx), automation.New{
		Type: orDefault(awswire.Val(in.DocumentType), "Command"),
		Name: awswire.Val(in.Name), Content: awswire.Val(in.Content), Format: orDefault(awswire.Val(in.DocumentFormat), "JSON"),
		VersionName: awswire.Val(in.VersionName), DisplayName: awswire.Val(in.DisplayName), Tags: tags,
	})
	if err != nil {
		return nil, schemaVersion(err)
	}
	d, err := description(ctx, b, v)
	return &api.CreateDocumentResult{DocumentDescription: d}, err
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// schemaVersion gives a wrong version its own code.
func schemaVersion(err error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Code == "InvalidDocumentContent" && strings.Contains(f.Message, "schemaVersion is \"") {
		return awswire.Errorf("InvalidDocumentSchemaVersion", "%s", f.Message)
	}
	return err
}

func (s *Service) updateDocument(ctx context.Context, in *api.UpdateDocumentRequest) (*api.UpdateDocumentResult, error) {
	if len(in.Attachments) > 0 {
		return nil, awswire.Errorf("InvalidDocumentContent", "Attachments are not offered; put scripts into the steps.")
	}
	name, err := ownName(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	b, v, err := s.library.Update(ctx, place(ctx), automation.New{
		Name: name, Content: awswire.Val(in.Content), Format: orDefault(awswire.Val(in.DocumentFormat), "JSON"),
		VersionName: awswire.Val(in.VersionName), DisplayName: awswire.Val(in.DisplayName),
	}, awswire.Val(in.DocumentVersion))
	if err != nil {
		return nil, schemaVersion(err)
	}
	d, err := description(ctx, b, v)
	return &api.UpdateDocumentResult{DocumentDescription: d}, err
}

func (s *Service) updateDocumentDefaultVersion(ctx context.Context, in *api.UpdateDocumentDefaultVersionRequest) (*api.UpdateDocumentDefaultVersionResult, error) {
	number, err := strconv.Atoi(awswire.Val(in.DocumentVersion))
	if err != nil {
		return nil, awswire.Errorf("InvalidDocumentVersion", "DocumentVersion is %q; it is a version's number.", awswire.Val(in.DocumentVersion))
	}
	name, err := ownName(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	v, err := s.library.SetDefault(ctx, place(ctx), name, number)
	if err != nil {
		return nil, err
	}
	out := &api.DocumentDefaultVersionDescription{Name: new(name), DefaultVersion: new(strconv.Itoa(v.Number))}
	if v.VersionName != "" {
		out.DefaultVersionName = new(v.VersionName)
	}
	return &api.UpdateDocumentDefaultVersionResult{Description: out}, nil
}

func (s *Service) deleteDocument(ctx context.Context, in *api.DeleteDocumentRequest) (*api.DeleteDocumentResult, error) {
	name, err := ownName(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	version := awswire.Val(in.DocumentVersion)
	if n := awswire.Val(in.VersionName); n != "" {
		_, v, err := s.library.Get(ctx, place(ctx), name, version, n)
		if err != nil {
			return nil, err
		}
		version = strconv.Itoa(v.Number)
	}
	return nil, s.library.Delete(ctx, place(ctx), name, version)
}

func (s *Service) getDocument(ctx context.Context, in *api.GetDocumentRequest) (*api.GetDocumentResult, error) {
	name, err := ownName(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	b, v, err := s.library.Get(ctx, place(ctx), name, awswire.Val(in.DocumentVersion), awswire.Val(in.VersionName))
	if err != nil {
		return nil, err
	}
	if f := awswire.Val(in.DocumentFormat); f != "" && f != v.Format {
		return nil, fault.Invalidf("DocumentFormat", "The document is kept in %s as it was given; it is not converted to %s.", v.Format, f)
	}
	return &api.GetDocumentResult{
		Name: new(name), DocumentVersion: new(strconv.Itoa(v.Number)), VersionName: text(v.VersionName), DisplayName: text(v.DisplayName),
		Content: new(v.Content), DocumentFormat: new(v.Format), DocumentType: new(b.Type()), Status: new("Active"), CreatedDate: new(v.Created),
		AttachmentsContent: []api.AttachmentContent{},
	}, nil
}

func (s *Service) describeDocument(ctx context.Context, in *api.DescribeDocumentRequest) (*api.DescribeDocumentResult, error) {
	name, err := ownName(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	b, v, err := s.library.Get(ctx, place(ctx), name, awswire.Val(in.DocumentVersion), awswire.Val(in.VersionName))
	if err != nil {
		return nil, err
	}
	d, err := description(ctx, b, v)
	return &api.DescribeDocumentResult{Document: d}, err
}

func (s *Service) listDocuments(ctx context.Context, in *api.ListDocumentsRequest) (*api.ListDocumentsResult, error) {
	all, err := s.library.List(ctx, place(ctx))
	if err != nil {
		return nil, err
	}
	for _, f := range in.DocumentFilterList {
		in.Filters = append(in.Filters, api.DocumentKeyValuesFilter{Key: f.Key, Values: []string{awswire.Val(f.Value)}})
	}
	for _, f := range in.Filters {
		keep, err := documentFilter(ctx, awswire.Val(f.Key), f.Values)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(b automation.Runbook) bool { return !keep(b) })
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListDocuments", in, in.NextToken, in.MaxResults, 50, all, func(b *automation.Runbook) string { return b.Name })
	if err != nil {
		return nil, err
	}
	out := &api.ListDocumentsResult{DocumentIdentifiers: []api.DocumentIdentifier{}, NextToken: next}
	for _, b := range page {
		_, v, err := s.library.Get(ctx, place(ctx), b.Name, "", "")
		if err != nil {
			return nil, err
		}
		out.DocumentIdentifiers = append(out.DocumentIdentifiers, api.DocumentIdentifier{
			Name: new(b.Name), Owner: new(owner(ctx, b)), DocumentType: new(b.Type()), DocumentFormat: new(v.Format), SchemaVersion: new(schemaOf(&b)),
			DocumentVersion: new(strconv.Itoa(v.Number)), VersionName: text(v.VersionName), DisplayName: text(v.DisplayName), CreatedDate: new(b.Created),
			PlatformTypes: platforms, Tags: tags(b),
		})
	}
	return out, nil
}

// documentFilter tells which documents a filter keeps.
func documentFilter(ctx context.Context, key string, values []string) (func(automation.Runbook) bool, error) {
	switch {
	case key == "Name":
		return func(b automation.Runbook) bool {
			return slices.ContainsFunc(values, func(v string) bool { return strings.HasPrefix(b.Name, v) })
		}, nil
	case key == "Owner":
		return func(b automation.Runbook) bool {
			return slices.ContainsFunc(values, func(v string) bool {
				return v == "All" || v == "Private" && !b.Published || v == "Self" && !b.Published || (v == "Amazon" || v == "Public") && b.Published || v == owner(ctx, b)
			})
		}, nil
	case key == "DocumentType":
		return func(b automation.Runbook) bool { return slices.Contains(values, b.Type()) }, nil
	case key == "PlatformTypes":
		return func(automation.Runbook) bool {
			return slices.ContainsFunc(values, func(v string) bool { return slices.Contains(platforms, v) })
		}, nil
	case strings.HasPrefix(key, "tag:"):
		return func(b automation.Runbook) bool { return slices.Contains(values, b.Tags[key[4:]]) }, nil
	}
	return nil, awswire.Errorf("InvalidFilterKey", "There is no filter %s; there are Name, Owner, DocumentType, PlatformTypes and tag:NAME.", key)
}

func (s *Service) listDocumentVersions(ctx context.Context, in *api.ListDocumentVersionsRequest) (*api.ListDocumentVersionsResult, error) {
	name, err := ownName(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	b, all, err := s.library.Versions(ctx, place(ctx), name)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListDocumentVersions", in, in.NextToken, in.MaxResults, 50, all, func(v *automation.Version) string { return newestFirst(int64(v.Number), "") })
	if err != nil {
		return nil, err
	}
	out := &api.ListDocumentVersionsResult{DocumentVersions: []api.DocumentVersionInfo{}, NextToken: next}
	for _, v := range page {
		out.DocumentVersions = append(out.DocumentVersions, api.DocumentVersionInfo{
			Name: new(name), DocumentVersion: new(strconv.Itoa(v.Number)), VersionName: text(v.VersionName), DisplayName: text(v.DisplayName),
			CreatedDate: new(v.Created), IsDefaultVersion: new(v.Number == b.Default), DocumentFormat: new(v.Format), Status: new("Active"),
		})
	}
	return out, nil
}
