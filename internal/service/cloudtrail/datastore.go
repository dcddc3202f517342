package cloudtrail

import (
	"context"
	"slices"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/lake"
)

// lakePage is how many things of the lake are listed when the request names no number.
const lakePage = 100

func (s *Service) registerDataStores(r *awswire.Registry) map[string]string {
	api.OnCreateEventDataStore(r, s.createEventDataStore)
	api.OnGetEventDataStore(r, s.getEventDataStore)
	api.OnListEventDataStores(r, s.listEventDataStores)
	api.OnUpdateEventDataStore(r, s.updateEventDataStore)
	api.OnDeleteEventDataStore(r, s.deleteEventDataStore)
	api.OnRestoreEventDataStore(r, s.restoreEventDataStore)
	api.OnStartEventDataStoreIngestion(r, s.startEventDataStoreIngestion)
	api.OnStopEventDataStoreIngestion(r, s.stopEventDataStoreIngestion)
	api.OnDisableFederation(r, s.disableFederation)
	return map[string]string{"ListEventDataStores.MaxResults": "InvalidMaxResultsException", "CreateEventDataStore.TagsList": "InvalidTagParameterException"}
}

// lakePlace is the account and the region that ask.
func lakePlace(ctx context.Context) lake.Place {
	c := awswire.CallerFrom(ctx)
	return lake.Place{Account: c.Account, Region: c.Region}
}

func (s *Service) createEventDataStore(ctx context.Context, in *api.CreateEventDataStoreRequest) (*api.CreateEventDataStoreResponse, error) {
	tags, err := tagMap(in.TagsList)
	if err != nil {
		return nil, err
	}
	d, err := s.Lake.CreateDataStore(ctx, lakePlace(ctx), lake.NewDataStore{
		Name: awswire.Val(in.Name), Selectors: selectorsIn(in.AdvancedEventSelectors), Billing: awswire.Val(in.BillingMode),
		MultiRegion: in.MultiRegionEnabled, Organization: in.OrganizationEnabled, Protected: in.TerminationProtectionEnabled,
		Retention: int(awswire.Val(in.RetentionPeriod)), KMSKeyID: awswire.Val(in.KmsKeyId), Ingest: in.StartIngestion, Tags: tags,
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateEventDataStoreResponse{
		EventDataStoreArn: new(d.ARN()), Name: &d.Name, Status: &d.Status, AdvancedEventSelectors: selectorsOut(d.Selectors),
		MultiRegionEnabled: &d.MultiRegion, OrganizationEnabled: &d.Organization, RetentionPeriod: new(int64(d.Retention)),
		TerminationProtectionEnabled: &d.Protected, CreatedTimestamp: &d.Created, UpdatedTimestamp: &d.Updated,
		KmsKeyId: text(d.KMSKeyID), BillingMode: &d.Billing, TagsList: in.TagsList,
	}, nil
}

func (s *Service) getEventDataStore(ctx context.Context, in *api.GetEventDataStoreRequest) (*api.GetEventDataStoreResponse, error) {
	d, err := s.Lake.DataStore(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore))
	if err == nil && !s.Lake.IsEvidence(&d) && !whole(ctx, "GetEventDataStore") {
		err = fault.Missing("event data store", awswire.Val(in.EventDataStore)).With("EventDataStoreNotFoundException")
	}
	if err != nil {
		return nil, err
	}
	return &api.GetEventDataStoreResponse{
		EventDataStoreArn: new(d.ARN()), Name: &d.Name, Status: &d.Status, AdvancedEventSelectors: selectorsOut(d.Selectors),
		MultiRegionEnabled: &d.MultiRegion, OrganizationEnabled: &d.Organization, RetentionPeriod: new(int64(d.Retention)),
		TerminationProtectionEnabled: &d.Protected, CreatedTimestamp: &d.Created, UpdatedTimestamp: &d.Updated,
		KmsKeyId: text(d.KMSKeyID), BillingMode: &d.Billing, FederationStatus: new(api.FederationStatusDisabled),
	}, nil
}

func (s *Service) listEventDataStores(ctx context.Context, in *api.ListEventDataStoresRequest) (*api.ListEventDataStoresResponse, error) {
	list, err := s.Lake.DataStores(ctx, lakePlace(ctx))
	if err != nil {
		return nil, err
	}
	if !whole(ctx, "ListEventDataStores") {
		list = slices.DeleteFunc(list, func(d lake.DataStore) bool { return !s.Lake.IsEvidence(&d) })
	}
	page, next, err := awswire.Page(ctx, s.Tokens, "ListEventDataStores", in, in.NextToken, in.MaxResults, lakePage, list, func(d *lake.DataStore) string { return d.Name })
	if err != nil {
		return nil, err
	}
	out := &api.ListEventDataStoresResponse{EventDataStores: []api.EventDataStore{}, NextToken: next}
	for _, d := range page { // of a list AWS gives names and ARNs alone; the other members are deprecated
		out.EventDataStores = append(out.EventDataStores, api.EventDataStore{EventDataStoreArn: new(d.ARN()), Name: &d.Name})
	}
	return out, nil
}

func (s *Service) updateEventDataStore(ctx context.Context, in *api.UpdateEventDataStoreRequest) (*api.UpdateEventDataStoreResponse, error) {
	d, err := s.Lake.UpdateDataStore(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore), lake.Changes{
		Name: awswire.Val(in.Name), Billing: awswire.Val(in.BillingMode), KMSKeyID: awswire.Val(in.KmsKeyId),
		Selectors: selectorsIn(in.AdvancedEventSelectors), Retention: int(awswire.Val(in.RetentionPeriod)),
		MultiRegion: in.MultiRegionEnabled, Organization: in.OrganizationEnabled, Protected: in.TerminationProtectionEnabled,
	})
	if err != nil {
		return nil, err
	}
	return &api.UpdateEventDataStoreResponse{
		EventDataStoreArn: new(d.ARN()), Name: &d.Name, Status: &d.Status, AdvancedEventSelectors: selectorsOut(d.Selectors),
		MultiRegionEnabled: &d.MultiRegion, OrganizationEnabled: &d.Organization, RetentionPeriod: new(int64(d.Retention)),
		TerminationProtectionEnabled: &d.Protected, CreatedTimestamp: &d.Created, UpdatedTimestamp: &d.Updated,
		KmsKeyId: text(d.KMSKeyID), BillingMode: &d.Billing, FederationStatus: new(api.FederationStatusDisabled),
	}, nil
}

func (s *Service) deleteEventDataStore(ctx context.Context, in *api.DeleteEventDataStoreRequest) (*api.DeleteEventDataStoreResponse, error) {
	return nil, s.Lake.DeleteDataStore(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore))
}

func (s *Service) restoreEventDataStore(ctx context.Context, in *api.RestoreEventDataStoreRequest) (*api.RestoreEventDataStoreResponse, error) {
	d, err := s.Lake.RestoreDataStore(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore))
	if err != nil {
		return nil, err
	}
	return &api.RestoreEventDataStoreResponse{
		EventDataStoreArn: new(d.ARN()), Name: &d.Name, Status: &d.Status, AdvancedEventSelectors: selectorsOut(d.Selectors),
		MultiRegionEnabled: &d.MultiRegion, OrganizationEnabled: &d.Organization, RetentionPeriod: new(int64(d.Retention)),
		TerminationProtectionEnabled: &d.Protected, CreatedTimestamp: &d.Created, UpdatedTimestamp: &d.Updated,
		KmsKeyId: text(d.KMSKeyID), BillingMode: &d.Billing,
	}, nil
}

func (s *Service) startEventDataStoreIngestion(ctx context.Context, in *api.StartEventDataStoreIngestionRequest) (*api.StartEventDataStoreIngestionResponse, error) {
	return nil, s.Lake.StartIngestion(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore))
}

func (s *Service) stopEventDataStoreIngestion(ctx context.Context, in *api.StopEventDataStoreIngestionRequest) (*api.StopEventDataStoreIngestionResponse, error) {
	return nil, s.Lake.StopIngestion(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore))
}

// disableFederation finds nothing to do: federation cannot be enabled here.
func (s *Service) disableFederation(ctx context.Context, in *api.DisableFederationRequest) (*api.DisableFederationResponse, error) {
	d, err := s.Lake.DataStore(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore))
	if err != nil {
		return nil, err
	}
	return &api.DisableFederationResponse{EventDataStoreArn: new(d.ARN()), FederationStatus: new(api.FederationStatusDisabled)}, nil
}
