package config

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

func (s *Service) batchGetResourceConfig(ctx context.Context, in *api.BatchGetResourceConfigRequest) (*api.BatchGetResourceConfigResponse, error) {
	out := &api.BatchGetResourceConfigResponse{BaseConfigurationItems: []api.BaseConfigurationItem{}, UnprocessedResourceKeys: []api.ResourceKey{}}
	var found []*inventory.Item
	var missing []api.ResourceKey
	err := s.items.Read(ctx, func(tx inventory.Tx) error {
		found, missing = nil, nil
		for _, k := range in.ResourceKeys {
			it, err := find(ctx, tx, awswire.Val(k.ResourceType), awswire.Val(k.ResourceId))
			switch {
			case err == nil && it.Present():
				found = append(found, it)
			case err == nil, fault.KindOf(err) == fault.NotFound:
				missing = append(missing, k)
			default:
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.UnprocessedResourceKeys = append(out.UnprocessedResourceKeys, missing...)
	for _, it := range found {
		item, err := baseItem(it)
		if err != nil {
			return nil, err
		}
		out.BaseConfigurationItems = append(out.BaseConfigurationItems, item)
	}
	return out, nil
}

func (s *Service) putResourceConfig(ctx context.Context, in *api.PutResourceConfigRequest) (*api.PutResourceConfigOutput, error) {
	if err := checkResource(awswire.Val(in.ResourceType), awswire.Val(in.Configuration)); err != nil {
		return nil, err
	}
	var configuration map[string]json.RawMessage
	if err := json.Unmarshal([]byte(awswire.Val(in.Configuration)), &configuration); err != nil || configuration == nil {
		return nil, fault.Invalidf("Configuration", "The configuration must be the text of a JSON object.")
	}
	key, err := s.recording(ctx, awswire.Val(in.ResourceType), awswire.Val(in.ResourceId))
	if err != nil {
		return nil, err
	}
	spec := inventory.Spec{
		Key: key, Name: awswire.Val(in.ResourceName), Captured: s.clock.Now(),
		Configuration: json.RawMessage(*in.Configuration), Tags: in.Tags,
	}
	if strings.HasPrefix(key.ID, "arn:") {
		spec.ARN = key.ID
	}
	return nil, s.observer.Observe(ctx, here(ctx), spec)
}

// maxConfiguration is the longest configuration of one resource, in bytes.
const maxConfiguration = 64 << 10

// reserved are the organizations whose names AWS keeps from types of its users.
var reserved = []string{"amzn", "amazon", "alexa", "custom"}

// checkResource refuses what AWS refuses of a resource that is put, but for one thing: types of AWS's own are taken,
// because collectors of our users put them.
func checkResource(typ, configuration string) error {
	if organization, rest, ok := strings.Cut(typ, "::"); !ok || organization == "" || rest == "" || slices.Contains(reserved, strings.ToLower(organization)) {
		return fault.Invalidf("ResourceType", "%q is no type to put: write it as Organization::Service::Resource; the organizations %s are reserved.", typ, strings.Join(reserved, ", "))
	}
	if len(configuration) > maxConfiguration {
		return fault.Invalidf("Configuration", "The configuration has %d bytes, and at most %d are allowed.", len(configuration), maxConfiguration)
	}
	return nil
}

func (s *Service) deleteResourceConfig(ctx context.Context, in *api.DeleteResourceConfigRequest) (*api.DeleteResourceConfigOutput, error) {
	key, err := s.recording(ctx, awswire.Val(in.ResourceType), awswire.Val(in.ResourceId))
	if err != nil {
		return nil, err
	}
	return nil, s.observer.Gone(ctx, here(ctx), s.clock.Now(), key)
}

// recording is the key under which an observation is recorded, which needs a running recorder. A resource that is
// known as a global one stays global.
func (s *Service) recording(ctx context.Context, typ, id string) (inventory.Key, error) {
	at := here(ctx)
	key := inventory.Key{Account: at.Account, Region: at.Region, Type: typ, ID: id}
	if _, err := s.running(ctx); err != nil {
		return key, err
	}
	err := s.items.Read(ctx, func(tx inventory.Tx) error {
		it, err := find(ctx, tx, typ, id)
		if err == nil {
			key = it.Key
		}
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
	return key, err
}

// running is the recorder that records; what needs one is refused without.
func (s *Service) running(ctx context.Context) (compliance.Recorder, error) {
	recorders, err := s.program.Recorders(ctx, here(ctx))
	if err != nil {
		return compliance.Recorder{}, err
	}
	for _, r := range recorders {
		if r.Status.Recording {
			return r, nil
		}
	}
	return compliance.Recorder{}, fault.New(fault.Conflict, "There is no running configuration recorder in %s: put one, and start it.", here(ctx).Region).With("NoRunningConfigurationRecorderException")
}
