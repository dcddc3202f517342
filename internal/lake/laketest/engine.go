// Package laketest has an engine for tests of what lies around engines.
package laketest

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/trail"
)

// Engine knows four statements: "ids FROM STORE" gives the ids of the events, "count N FROM STORE" N rows of two columns,
// "wait FROM STORE" a row and then nothing until it is cancelled, "fail FROM STORE" fails while it runs. A ? is replaced
// by the parameters.
type Engine struct {
	Events trail.Store
	// Begun counts the runs.
	Begun atomic.Int64
}

type statement struct {
	e     *Engine
	words []string
	view  *lake.View
	stats lake.Statistics
}

// Prepare implements lake.Engine.
func (e *Engine) Prepare(text string, parameters []string, find func(string) (*lake.View, error)) (lake.Prepared, error) {
	for _, p := range parameters {
		text = strings.Replace(text, "?", p, 1)
	}
	head, store, ok := strings.Cut(text, " FROM ")
	words := strings.Fields(head)
	if !ok || len(words) == 0 || !strings.Contains(" ids count wait fail ", " "+words[0]+" ") {
		return nil, fault.Invalidf("QueryStatement", "line 1, column 1: %q is no statement.", text)
	}
	v, err := find(strings.TrimSpace(store))
	return &statement{e: e, words: words, view: v}, err
}

func (s *statement) Columns() []string {
	if s.words[0] == "count" {
		return []string{"n", "_col1"}
	}
	return []string{"eventID"}
}

func (s *statement) Statistics() lake.Statistics { return s.stats }

func (s *statement) Run(ctx context.Context, yield func([]*string) error) error {
	s.e.Begun.Add(1)
	switch s.words[0] {
	case "count":
		n, err := strconv.Atoi(s.words[1])
		for i := 0; i < n && err == nil && ctx.Err() == nil; i++ {
			err = yield([]*string{new(strconv.Itoa(i)), nil})
		}
		return err
	case "wait":
		if err := yield([]*string{new("first")}); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	case "fail":
		return fault.Invalidf("", "Division by zero")
	}
	return s.e.Events.Blocks(ctx, s.view.Bound(trail.ColumnID), func(b *trail.Block) error {
		s.stats.Scanned += int64(b.Rows)
		for _, i := range s.view.Shown(b, nil) {
			s.stats.Matched++
			if err := yield([]*string{new(b.Texts[trail.ColumnID].At(int(i)))}); err != nil {
				return err
			}
		}
		return nil
	})
}
