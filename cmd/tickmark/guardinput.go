package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/guard"
)

// guardOrder sorts files: as named, by name, or by the time of their last change.
type guardOrder struct{ byName, byTime bool }

func (o guardOrder) sort(files []string) error {
	switch {
	case o.byName:
		slices.Sort(files)
	case o.byTime:
		changed := map[string]int64{}
		for _, f := range files {
			info, err := os.Stat(f)
			if err != nil {
				return err
			}
			changed[f] = info.ModTime().UnixNano()
		}
		slices.SortStableFunc(files, func(a, b string) int { return cmp.Compare(changed[a], changed[b]) })
	}
	return nil
}

var dataExtensions = []string{".json", ".yaml", ".yml", ".jsn", ".template"}

// guardStdin reads standard input up to the limit of a file.
func (p *program) guardStdin() (string, error) {
	text, err := io.ReadAll(io.LimitReader(p.in, maxGuardFile+1))
	if err == nil && len(text) > maxGuardFile {
		err = fmt.Errorf("standard input has more than %d bytes", maxGuardFile)
	}
	return string(text), err
}

// guardPayload reads {"rules": [text ...], "data": [text ...]} from standard input.
func (p *program) guardPayload() (rules []*guard.File, docs []*guard.Document, err error) {
	text, err := p.guardStdin()
	if err != nil {
		return nil, nil, err
	}
	var payload struct{ Rules, Data []string }
	if err := json.Unmarshal([]byte(text), &payload); err != nil {
		return nil, nil, fmt.Errorf(`the payload on standard input is not {"rules": [text ...], "data": [text ...]}: %w`, err)
	}
	if len(payload.Rules) == 0 || len(payload.Data) == 0 {
		return nil, nil, errors.New("the payload on standard input needs at least one text of rules and one of data")
	}
	var all error
	for i, r := range payload.Rules {
		f, err := guard.Parse(fmt.Sprintf("RULES_STDIN[%d]", i+1), r)
		all = errors.Join(all, err)
		rules = append(rules, f)
	}
	for i, d := range payload.Data {
		name := fmt.Sprintf("DATA_STDIN[%d]", i+1)
		doc, err := guard.Read(name, d)
		if err != nil {
			all = errors.Join(all, fmt.Errorf("%s: %w", name, err))
		}
		docs = append(docs, doc)
	}
	return rules, docs, all
}

// guardData reads the documents named, or the one on standard input, each merged with the input parameters.
func (p *program) guardData(names, inputs []string, order guardOrder) ([]*guard.Document, error) {
	docs, err := p.guardDocuments(names, order)
	if err != nil || len(inputs) == 0 {
		return docs, err
	}
	files, err := guardFiles(inputs, dataExtensions...)
	if err != nil {
		return nil, err
	}
	params, err := readDocuments(files)
	if err != nil {
		return nil, err
	}
	for i, d := range docs {
		if docs[i], err = guard.Merge(d.Name, append([]*guard.Document{d}, params...)...); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func (p *program) guardDocuments(names []string, order guardOrder) ([]*guard.Document, error) {
	if len(names) == 0 {
		text, err := p.guardStdin()
		if err != nil {
			return nil, err
		}
		d, err := guard.Read("STDIN", text)
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return []*guard.Document{d}, nil
	}
	files, err := guardFiles(names, dataExtensions...)
	if err != nil {
		return nil, err
	}
	if err := order.sort(files); err != nil {
		return nil, err
	}
	return readDocuments(files)
}

func readDocuments(files []string) ([]*guard.Document, error) {
	var docs []*guard.Document
	for _, name := range files {
		text, err := guardRead(name)
		if err != nil {
			return nil, err
		}
		d, err := guard.Read(name, text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// guardSummary is which rules the table lists, by their status.
func guardSummary(wanted []string) (map[guard.Status]bool, error) {
	show := map[guard.Status]bool{}
	for _, w := range wanted {
		switch strings.ToLower(w) {
		case "all":
			show[guard.Pass], show[guard.Fail], show[guard.Skip] = true, true, true
		case "pass":
			show[guard.Pass] = true
		case "fail":
			show[guard.Fail] = true
		case "skip":
			show[guard.Skip] = true
		case "none":
		default:
			return nil, fmt.Errorf("--show-summary %q is unknown: it is all, pass, fail, skip or none, or several of them with commas", w)
		}
	}
	return show, nil
}
