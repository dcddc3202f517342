package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/lake"
)

// The bounds of an answer of a generator of queries.
const (
	generatorTime   = time.Minute
	generatorAnswer = 64 << 10
)

// generator asks the operator's service for statements: it gets a lake.Question and answers {"statement": "SELECT ..."}.
// nil when none is set.
func (c Config) generator() (lake.Generator, error) {
	if c.QueryGenerator == "" {
		return nil, nil
	}
	u, err := url.Parse(c.QueryGenerator)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fault.Invalidf("query-generator", "--query-generator %q is not an address: it must be like https://HOST[:PORT]/PATH.", c.QueryGenerator)
	}
	client := &http.Client{Timeout: generatorTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return func(ctx context.Context, q lake.Question) (string, error) {
		body, err := json.Marshal(q)
		if err != nil {
			return "", err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
		if err != nil {
			return "", err
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return "", fmt.Errorf("the generator answers %s", resp.Status)
		}
		var answer struct{ Statement string }
		if err := json.NewDecoder(io.LimitReader(resp.Body, generatorAnswer)).Decode(&answer); err != nil || answer.Statement == "" {
			return "", fmt.Errorf("the generator's answer is not {\"statement\": \"SELECT ...\"}: %v", err)
		}
		return answer.Statement, nil
	}, nil
}
