package sample_test

import (
	"compress/gzip"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/managed"
	"github.com/tickmark/tickmark/internal/sample"
	traildata "github.com/tickmark/tickmark/internal/sample/cloudtrail"
)

var update = flag.Bool("update", false, "rewrite internal/catalog/data/demo-yield.tsv")

// yield collects words by kind.
type yield map[string][]string

func (y yield) add(kind, word string) {
	if !slices.Contains(y[kind], word) {
		y[kind] = append(y[kind], word)
	}
}

// TestDemoYield: what brings evidence in the demonstration is what the catalog's coverage says. The list changes when
// the estate, the logs, the findings, the packs or the rules do; -update writes it anew.
func TestDemoYield(t *testing.T) {
	e := sample.Demo(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	y := yield{}
	y.rules(t, e)
	y.packs(t, e)
	y.events(t)
	for raw := range e.Findings() {
		var f struct {
			Compliance struct{ SecurityControlID string }
		}
		if err := json.Unmarshal(raw, &f); err != nil {
			t.Fatal(err)
		}
		y.add("finding", f.Compliance.SecurityControlID)
	}
	for _, it := range e.Items() {
		y.add("type", it.Type)
	}
	file := filepath.Join("..", "catalog", "data", "demo-yield.tsv")
	text := y.text()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if was, err := os.ReadFile(file); err != nil || string(was) != text {
		t.Errorf("%s is not what the demonstration brings (%v); write it with: go test ./internal/sample -run TestDemoYield -update", file, err)
	}
}

func (y yield) text() string {
	var b strings.Builder
	b.WriteString("# What brings evidence in the demonstration. Generated: go test ./internal/sample -run TestDemoYield -update\n")
	for _, kind := range []string{"rule", "deployed", "event", "finding", "type"} {
		slices.Sort(y[kind])
		b.WriteString(kind + ": " + strings.Join(y[kind], " ") + "\n")
	}
	return b.String()
}

// rules adds the rules that pass or fail something when they are deployed with their defaults.
func (y yield) rules(t *testing.T, e sample.Estate) {
	places, _ := placesOf(e)
	for _, r := range managed.All() {
		params, err := r.ParseParams("")
		if err != nil {
			continue // a parameter that must be given
		}
		for _, p := range places {
			if slices.ContainsFunc(p.judge(t, r, params, e.Now), decides) {
				y.add("rule", r.Identifier)
				break
			}
		}
	}
}

func decides(r rule.Result) bool {
	return r.Verdict == rule.Compliant || r.Verdict == rule.NonCompliant
}

// packs adds the rules of the demonstration's packs that pass or fail something as they are deployed.
func (y yield) packs(t *testing.T, e sample.Estate) {
	places, _ := placesOf(e)
	for _, name := range demoPacks {
		body, err := pack.Published(name)
		if err != nil {
			t.Fatal(err)
		}
		template, err := pack.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range places {
			deployed, err := template.Resolve(nil, pack.Place{Account: p.account, Region: p.region})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range deployed.Rules {
				r := managed.Lookup(d.Identifier)
				if r == nil || slices.Contains(y["deployed"], r.Identifier) {
					continue
				}
				if p.deployed(t, d, newTally(), e.Now) && r.Trigger != rule.External {
					y.add("deployed", r.Identifier)
					y.add("rule", r.Identifier)
				}
			}
		}
	}
}

// events adds the management events of the logs that the demonstration loads.
func (y yield) events(t *testing.T) {
	err := fs.WalkDir(traildata.FS, traildata.Invictus, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".json.gz") {
			return err
		}
		f, err := traildata.FS.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			return err
		}
		var log struct {
			Records []struct{ EventSource, EventName, EventCategory string }
		}
		if err := json.NewDecoder(z).Decode(&log); err != nil {
			return err
		}
		for _, r := range log.Records {
			if r.EventCategory == "Management" {
				y.add("event", r.EventSource+"/"+r.EventName)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
