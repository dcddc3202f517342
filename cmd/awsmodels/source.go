package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source is a botocore (C2J) model; only traits that a client needs are named.
type source struct {
	name     string
	dir      string
	Metadata struct {
		APIVersion, EndpointPrefix, JSONVersion, Protocol, ServiceID, SigningName, TargetPrefix string
		Protocols                                                                               []string
		AWSQueryCompatible                                                                      json.RawMessage `json:"awsQueryCompatible"`
	} `json:"metadata"`
	Operations map[string]*sourceOperation `json:"operations"`
	Shapes     map[string]*sourceShape     `json:"shapes"`
	pages      map[string]sourcePage
}

type sourceOperation struct {
	HTTP struct {
		Method, RequestURI string
	} `json:"http"`
	Input, Output        *sourceRef
	AuthType             string `json:"authtype"`
	HTTPChecksumRequired bool   `json:"httpChecksumRequired"`
	HTTPChecksum         struct {
		RequestChecksumRequired bool `json:"requestChecksumRequired"`
	} `json:"httpChecksum"`
	UnsignedPayload bool `json:"unsignedPayload"`
	Endpoint        struct {
		HostPrefix string `json:"hostPrefix"`
	} `json:"endpoint"`
}

type sourceShape struct {
	Type                       string
	Members                    orderedRefs `json:"members"`
	Required                   []string
	Member, Key, Value         *sourceRef
	Payload, LocationName      string
	TimestampFormat            string `json:"timestampFormat"`
	Flattened, Union, Document bool
	EventStream                bool `json:"eventstream"`
	Streaming                  bool
	XMLNamespace               namespace `json:"xmlNamespace"`
}

type sourceRef struct {
	name            string
	Shape           string
	Location        string
	LocationName    string
	ResultWrapper   string
	QueryName       string
	TimestampFormat string `json:"timestampFormat"`
	Flattened       bool
	Streaming       bool
	HostLabel       bool      `json:"hostLabel"`
	Idempotency     bool      `json:"idempotencyToken"`
	JSONValue       bool      `json:"jsonvalue"`
	XMLAttribute    bool      `json:"xmlAttribute"`
	XMLNamespace    namespace `json:"xmlNamespace"`
}

// orderedRefs keeps the members of a structure in the model's order.
type orderedRefs []*sourceRef

func (o *orderedRefs) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		r := &sourceRef{}
		if err := d.Decode(r); err != nil {
			return err
		}
		r.name = key.(string)
		*o = append(*o, r)
	}
	return nil
}

// namespace is written as a string or as an object.
type namespace struct{ Prefix, URI string }

func (n *namespace) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, &n.URI)
	}
	type plain namespace
	return json.Unmarshal(b, (*plain)(n))
}

// sourcePage is an entry of a paginators file. Each of the first three is a string or a list.
type sourcePage struct {
	In      oneOrMore `json:"input_token"`
	Out     oneOrMore `json:"output_token"`
	Results oneOrMore `json:"result_key"`
	More    string    `json:"more_results"`
	Limit   string    `json:"limit_key"`
}

type oneOrMore []string

func (o *oneOrMore) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		*o = []string{""}
		return json.Unmarshal(b, &(*o)[0])
	}
	return json.Unmarshal(b, (*[]string)(o))
}

// open reads the newest version of a service's model and its paginators.
func open(from, name string) (*source, error) {
	versions, err := os.ReadDir(filepath.Join(from, name))
	if err != nil {
		return nil, fmt.Errorf("botocore has no service %q: %w", name, err)
	}
	var dates []string
	for _, v := range versions {
		if v.IsDir() {
			dates = append(dates, v.Name())
		}
	}
	if len(dates) == 0 {
		return nil, fmt.Errorf("botocore has no version of %q", name)
	}
	s := &source{name: name, dir: filepath.Join(from, name, slices.Max(dates))}
	if err := read(filepath.Join(s.dir, "service-2.json"), s); err != nil {
		return nil, err
	}
	if err := s.extras(); err != nil {
		return nil, err
	}
	var p struct{ Pagination map[string]sourcePage }
	if err := read(filepath.Join(s.dir, "paginators-1.json"), &p); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	s.pages = p.Pagination
	return s, nil
}

// extras are what botocore itself adds to shapes of the model.
func (s *source) extras() error {
	var extra struct {
		Merge struct{ Shapes map[string]json.RawMessage }
	}
	if err := read(filepath.Join(s.dir, "service-2.sdk-extras.json"), &extra); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, name := range sorted(extra.Merge.Shapes) {
		if s.Shapes[name] == nil {
			s.Shapes[name] = &sourceShape{}
		}
		if err := json.Unmarshal(extra.Merge.Shapes[name], s.Shapes[name]); err != nil {
			return err
		}
	}
	return nil
}

// read reads a JSON file that may be compressed.
func read(file string, v any) error {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		var packed []byte
		if packed, err = os.ReadFile(file + ".gz"); err != nil {
			return err
		}
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return err
		}
		if b, err = io.ReadAll(r); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// preferred are the protocols that the client speaks, best first.
var preferred = []string{"json", "rest-json", "rest-xml", "query", "ec2"}

func (s *source) protocol() (string, error) {
	offered := append(slices.Clone(s.Metadata.Protocols), s.Metadata.Protocol)
	for _, p := range preferred {
		if slices.Contains(offered, p) {
			return p, nil
		}
	}
	return "", fmt.Errorf("%s speaks none of %s: %s", s.name, strings.Join(preferred, ", "), strings.Join(offered, ", "))
}
