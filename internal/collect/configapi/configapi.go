// Package configapi reads current configuration items from an existing AWS Config by its API: the keys by an advanced
// query, the items in batches, of an aggregator or of the recorder of an account.
//
// What it promises: an item comes as AWS tells it; a key that AWS does not process is asked for again and then named, never
// dropped in silence; importing again adds nothing.
//
// What differs from a delivery bucket: the API tells the current state only, without relationships and tags, and the same state
// read both ways has the same identity, so that the one that came first stays.
package configapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/tickmark/tickmark/internal/collect"
)

// Source reads an aggregator, when one is named, or the recorder of each region.
type Source struct {
	Caller     collect.Caller
	Account    string
	Regions    []string
	Aggregator string
}

// query asks for the keys of all resources.
const query = "SELECT accountId, awsRegion, resourceType, resourceId"

// batch is how many keys AWS takes at once, and tries how often one is asked for.
const (
	batch = 100
	tries = 3
)

type key struct {
	Account string `json:"accountId"`
	Region  string `json:"awsRegion"`
	Type    string `json:"resourceType"`
	ID      string `json:"resourceId"`
}

func (k key) String() string { return k.Account + "/" + k.Region + "/" + k.Type + "/" + k.ID }

// Files implements inventory.Source: each batch of items is one text of JSON lines.
func (s Source) Files(ctx context.Context, skip func(source, reason string), yield func(string, int64, func() (io.ReadCloser, error)) error) error {
	for _, region := range s.Regions {
		r := reading{Source: s, ctx: ctx, at: collect.Place{Account: s.Account, Region: region}, skip: skip, yield: yield}
		if err := r.keys(); err != nil {
			return fmt.Errorf("read AWS Config in %s: %w", region, err)
		}
	}
	return nil
}

type reading struct {
	Source
	ctx   context.Context
	at    collect.Place
	skip  func(source, reason string)
	yield func(string, int64, func() (io.ReadCloser, error)) error
	n     int
}

// keys reads the keys page by page, and the items of each page.
func (r *reading) keys() error {
	api, in := "config:SelectResourceConfig", collect.Object{"Expression": query, "Limit": batch}
	if r.Aggregator != "" {
		api = "config:SelectAggregateResourceConfig"
		in["ConfigurationAggregatorName"] = r.Aggregator
	}
	return r.Caller.Pages(r.ctx, r.at, api, in, func(answer collect.Object) error {
		rows, _ := answer["Results"].([]any)
		var keys []key
		for _, row := range rows {
			var k key
			text, _ := row.(string)
			if err := json.Unmarshal([]byte(text), &k); err != nil || k.Type == "" || k.ID == "" {
				r.skip(r.name(), "AWS Config told a resource without a type and an id: "+text)
				continue
			}
			keys = append(keys, k)
		}
		for len(keys) > 0 {
			n := min(len(keys), batch)
			if err := r.items(keys[:n]); err != nil {
				return err
			}
			keys = keys[n:]
		}
		return nil
	})
}

func (r *reading) name() string {
	if r.Aggregator != "" {
		return "aggregator " + r.Aggregator + " in " + r.at.Region
	}
	return "recorder of " + r.at.Account + " in " + r.at.Region
}

// items reads a batch; what AWS does not process is asked for again.
func (r *reading) items(keys []key) error {
	var text bytes.Buffer
	for try := 1; len(keys) > 0; try++ {
		answer, err := r.ask(keys)
		if err != nil {
			return err
		}
		found, left := r.told(answer)
		for _, item := range found {
			line, err := json.Marshal(item)
			if err != nil {
				return err
			}
			text.Write(line)
			text.WriteByte('\n')
		}
		if try == tries {
			for _, k := range left {
				r.skip(k.String(), fmt.Sprintf("AWS Config did not tell the item in %d tries.", tries))
			}
			break
		}
		keys = left
	}
	if text.Len() == 0 {
		return nil
	}
	r.n++
	return r.yield(fmt.Sprintf("%s batch %d.jsonl", r.name(), r.n), int64(text.Len()), func() (io.ReadCloser, error) { return io.NopCloser(&text), nil })
}

func (r *reading) ask(keys []key) (collect.Object, error) {
	list := make([]any, len(keys))
	if r.Aggregator == "" {
		for i, k := range keys {
			list[i] = collect.Object{"resourceType": k.Type, "resourceId": k.ID}
		}
		return r.Caller.Call(r.ctx, r.at, "config:BatchGetResourceConfig", collect.Object{"resourceKeys": list})
	}
	for i, k := range keys {
		list[i] = collect.Object{"SourceAccountId": k.Account, "SourceRegion": k.Region, "ResourceType": k.Type, "ResourceId": k.ID}
	}
	return r.Caller.Call(r.ctx, r.at, "config:BatchGetAggregateResourceConfig", collect.Object{"ConfigurationAggregatorName": r.Aggregator, "ResourceIdentifiers": list})
}

// told are the items of an answer, and the keys that were not processed.
func (r *reading) told(answer collect.Object) (items []any, left []key) {
	if r.Aggregator == "" {
		items, _ = answer["baseConfigurationItems"].([]any)
		return items, r.left(answer["unprocessedResourceKeys"], "resourceType", "resourceId")
	}
	items, _ = answer["BaseConfigurationItems"].([]any)
	return items, r.left(answer["UnprocessedResourceIdentifiers"], "ResourceType", "ResourceId")
}

func (r *reading) left(v any, typ, id string) (keys []key) {
	list, _ := v.([]any)
	for _, e := range list {
		o, _ := e.(collect.Object)
		text := func(name string) string { s, _ := o[name].(string); return s }
		k := key{Account: text("SourceAccountId"), Region: text("SourceRegion"), Type: text(typ), ID: text(id)}
		if r.Aggregator == "" {
			k.Account, k.Region = r.at.Account, r.at.Region
		}
		keys = append(keys, k)
	}
	return keys
}
