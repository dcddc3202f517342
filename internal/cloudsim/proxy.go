package cloudsim

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// maxBody bounds what is read of a request and of an answer.
const maxBody = 64 << 20

// Proxy stands before a simulator. It is safe for concurrent use.
type Proxy struct {
	target   *url.URL
	client   *http.Client
	recorded *Recorded

	mu      sync.Mutex
	faults  []*state
	counts  map[string]int
	unknown map[string]int
}

// NewProxy makes a proxy before the simulator at an address. Recorded answers, if not nil, are given in its place.
func NewProxy(target string, recorded *Recorded) (*Proxy, error) {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q is no address", target)
	}
	return &Proxy{
		target: u, recorded: recorded, counts: map[string]int{}, unknown: map[string]int{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// Inject puts faults in the place of those before, and forgets the counts.
func (p *Proxy) Inject(faults ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults, p.counts, p.unknown = nil, map[string]int{}, map[string]int{}
	for _, f := range faults {
		p.faults = append(p.faults, &state{Fault: f})
	}
}

// Counts are the calls since the last Inject, by API and region: "ec2:DescribeVolumes eu-west-1".
func (p *Proxy) Counts() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.counts)
}

// Calls is how many calls there were since the last Inject, those that no model knows included.
func (p *Proxy) Calls() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.counts {
		n += k
	}
	for _, k := range p.unknown {
		n += k
	}
	return n
}

func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	c, err := Identify(r, body)
	if err != nil { // what the models do not know goes through untouched
		p.mu.Lock()
		p.unknown[r.Method+" "+r.URL.Path]++
		p.mu.Unlock()
		p.pass(w, r, body, nil)
		return
	}
	if fault := p.choose(c); fault != nil {
		p.fail(w, r, body, c, fault)
		return
	}
	if p.recorded.answer(w, c, body) {
		return
	}
	p.pass(w, r, body, nil)
}

func (p *Proxy) choose(c Call) *Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[c.API()+" "+c.Region]++
	for _, s := range p.faults {
		if s.hits(c) {
			return &s.Fault
		}
	}
	return nil
}

func (p *Proxy) fail(w http.ResponseWriter, r *http.Request, body []byte, c Call, f *Fault) {
	switch f.Kind {
	case Throttle:
		throttled(c.Op.Service).write(w, c.Op.Service)
	case Deny:
		denied(c).write(w, c.Op.Service)
	case Disable:
		disabled(c.Op.Service).write(w, c.Op.Service)
	case Break:
		http.Error(w, "something went wrong", http.StatusInternalServerError)
	case Slow:
		if wait(r.Context(), f.Delay) == nil {
			p.pass(w, r, body, nil)
		}
	case Cut:
		p.pass(w, r, body, func(answer []byte) ([]byte, bool) { return answer[:len(answer)/2], true })
	case HalfPages, Endless:
		p.paged(w, r, body, c, f.Kind)
	default:
		http.Error(w, fmt.Sprintf("the fault %q is not known", f.Kind), http.StatusNotImplemented)
	}
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pass hands a request on. change, if not nil, makes the answer's body another one; when it says so, the body ends before
// its length is reached.
func (p *Proxy) pass(w http.ResponseWriter, r *http.Request, body []byte, change func([]byte) (answer []byte, short bool)) {
	u := *r.URL
	u.Scheme, u.Host = p.target.Scheme, p.target.Host
	out, err := http.NewRequestWithContext(r.Context(), r.Method, u.String(), bytes.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	out.Header = r.Header.Clone()
	out.Host = p.target.Host // addresses in answers are the simulator's, whoever asks
	answer, err := p.client.Do(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	got, err := io.ReadAll(io.LimitReader(answer.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	full, short := len(got), false
	if change != nil && answer.StatusCode == http.StatusOK {
		if got, short = change(got); !short {
			full = len(got)
		}
	}
	maps.Copy(w.Header(), answer.Header)
	w.Header().Del("Connection")
	if r.Method != http.MethodHead {
		w.Header().Set("Content-Length", strconv.Itoa(full))
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(got)
	if short {
		panic(http.ErrAbortHandler) // the connection closes before the length is reached
	}
}
