package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// model is a botocore (C2J) service model. Decoding is strict: a trait that is not named here stops the generator, so
// that no newer model silently loses meaning.
type model struct {
	Version  string   `json:"version"`
	Metadata metadata `json:"metadata"`

	Operations map[string]*operation `json:"operations"`
	Shapes     map[string]*shape     `json:"shapes"`
}

type metadata struct {
	APIVersion       string `json:"apiVersion"`
	EndpointPrefix   string `json:"endpointPrefix"`
	JSONVersion      string `json:"jsonVersion"`
	Protocol         string `json:"protocol"`
	SigningName      string `json:"signingName"`
	SignatureVersion string `json:"signatureVersion"`
	TargetPrefix     string `json:"targetPrefix"`
	XMLNamespace     string `json:"xmlNamespace"`

	ServiceFullName     ignored `json:"serviceFullName"`
	ServiceID           ignored `json:"serviceId"`
	ServiceAbbreviation ignored `json:"serviceAbbreviation"`
	GlobalEndpoint      ignored `json:"globalEndpoint"`
	Protocols           ignored `json:"protocols"`
	Auth                ignored `json:"auth"`
	UID                 ignored `json:"uid"`
}

// ignored is a trait that changes nothing a server does.
type ignored = json.RawMessage

type operation struct {
	Name string `json:"name"`
	HTTP struct {
		Method       string `json:"method"`
		RequestURI   string `json:"requestUri"`
		ResponseCode int    `json:"responseCode"`
	} `json:"http"`
	Input  *shapeRef  `json:"input"`
	Output *shapeRef  `json:"output"`
	Errors []shapeRef `json:"errors"`
	// AuthType "none" is an operation without a signature.
	AuthType string `json:"authtype"`

	Auth              ignored `json:"auth"`
	Idempotent        ignored `json:"idempotent"`
	ReadOnly          ignored `json:"readonly"`
	Deprecated        ignored `json:"deprecated"`
	DeprecatedMessage ignored `json:"deprecatedMessage"`
}

type shapeRef struct {
	Shape         string `json:"shape"`
	ResultWrapper string `json:"resultWrapper"`
	Location      string `json:"location"`
	LocationName  string `json:"locationName"`

	Box               ignored `json:"box"`
	IdempotencyToken  ignored `json:"idempotencyToken"`
	ContextParam      ignored `json:"contextParam"`
	Deprecated        ignored `json:"deprecated"`
	DeprecatedMessage ignored `json:"deprecatedMessage"`
	DeprecatedSince   ignored `json:"deprecatedSince"`
}

type shape struct {
	Type            string      `json:"type"`
	Members         members     `json:"members"`
	Required        []string    `json:"required"`
	Member          *shapeRef   `json:"member"`
	Key             *shapeRef   `json:"key"`
	Value           *shapeRef   `json:"value"`
	Enum            []string    `json:"enum"`
	Min             json.Number `json:"min"`
	Max             json.Number `json:"max"`
	Pattern         string      `json:"pattern"`
	TimestampFormat string      `json:"timestampFormat"`
	Payload         string      `json:"payload"`
	Flattened       bool        `json:"flattened"`
	Sensitive       bool        `json:"sensitive"`
	Union           bool        `json:"union"`
	Document        bool        `json:"document"`
	Exception       bool        `json:"exception"`
	Fault           bool        `json:"fault"`
	Error           struct {
		Code           string  `json:"code"`
		HTTPStatusCode int     `json:"httpStatusCode"`
		SenderFault    ignored `json:"senderFault"`
	} `json:"error"`

	Box               ignored `json:"box"`
	Retryable         ignored `json:"retryable"`
	Synthetic         ignored `json:"synthetic"`
	Deprecated        ignored `json:"deprecated"`
	DeprecatedMessage ignored `json:"deprecatedMessage"`
}

type member struct {
	name string
	shapeRef
}

// members keeps the order of the model.
type members []member

func (m *members) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		next := member{name: name.(string)}
		if err := dec.Decode(&next.shapeRef); err != nil {
			return fmt.Errorf("member %s: %w", next.name, err)
		}
		*m = append(*m, next)
	}
	return nil
}

func readModel(file string) (*model, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	m := new(model)
	if err := dec.Decode(m); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

// keepJSON marks structures that are passed on as the JSON they were sent as: too large to type, or to be kept exactly.
func (m *model) keepJSON(names []string) error {
	for _, name := range names {
		s, ok := m.Shapes[name]
		if !ok || s.Type != "structure" {
			return fmt.Errorf("%q is no structure of the model", name)
		}
		s.Document, s.Members = true, nil
	}
	return nil
}

// lengthen allows strings more characters than the model does, where the service itself makes longer ones.
func (m *model) lengthen(list []string) error {
	for _, entry := range list {
		name, max, _ := strings.Cut(entry, " ")
		s, ok := m.Shapes[name]
		if !ok || s.Type != "string" || s.Max == "" {
			return fmt.Errorf("%q is no string of the model with a longest length", name)
		}
		s.Max = json.Number(max)
	}
	return nil
}

// openEnums lets values pass that the model does not list, where the list grows faster than models are published.
func (m *model) openEnums(names []string) error {
	for _, name := range names {
		s, ok := m.Shapes[name]
		if !ok || len(s.Enum) == 0 && s.Pattern == "" {
			return fmt.Errorf("%q is neither an enumeration of the model nor a string with a pattern", name)
		}
		s.Enum, s.Pattern = nil, ""
		if s.Min == "" {
			s.Min, s.Max = "1", "256"
		}
	}
	return nil
}
