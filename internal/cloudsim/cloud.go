package cloudsim

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/stamp"
)

// Config is the size and the temper of a simulated cloud. The zero value of a field is what its comment says.
type Config struct {
	// Accounts is how many member accounts the organization has beside the one that manages it.
	Accounts int
	// Broken is how many of them have a role that cannot be assumed: those with the highest numbers.
	Broken int
	// Role is the name of the role that each account has: "TickmarkCollector" when empty.
	Role string
	// Resources is how many there are in each account, over all Regions (17 when none are given).
	Resources int
	Regions   []string
	// Latency is what each answer takes.
	Latency time.Duration
	// Limited applies Rates.
	Limited bool
	Clock   stamp.Source
}

// Management is the account that manages the organization, and whose keys the simulated user has.
const Management = "100000000000"

// Regions are the regions that every account has without asking for them.
var Regions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3",
	"eu-north-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2",
}

// Cloud answers calls. It is safe for concurrent use.
type Cloud struct {
	config  Config
	buckets buckets
	lists   map[string][]*Kind
	details map[string]*detailOf
}

type detailOf struct {
	*Detail
	kind *Kind
}

// Site is a place that has resources.
type Site struct {
	Account, Region string
	regions         int
	// at is the number of the region among the account's.
	at int
}

// NewCloud makes a cloud.
func NewCloud(c Config) *Cloud {
	if c.Role == "" {
		c.Role = "TickmarkCollector"
	}
	if len(c.Regions) == 0 {
		c.Regions = Regions
	}
	if c.Clock == nil {
		c.Clock = stamp.System
	}
	s := &Cloud{config: c, buckets: buckets{clock: c.Clock, all: map[bucketKey]*bucket{}}, lists: map[string][]*Kind{}, details: map[string]*detailOf{}}
	for _, k := range kinds {
		s.lists[k.List] = append(s.lists[k.List], k)
		for i := range k.Details {
			s.details[k.Details[i].API] = &detailOf{&k.Details[i], k}
		}
	}
	return s
}

func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	call, err := Identify(r, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotImplemented)
		return
	}
	if wait(r.Context(), c.config.Latency) != nil {
		return
	}
	in := read(call, r, body)
	in.Account = accountOf(call.Key)
	if c.config.Limited && !c.buckets.take(in.Account, call.Region, call.API()) {
		throttled(call.Op.Service).write(w, call.Op.Service)
		return
	}
	out, failure := c.answer(in)
	if failure != nil {
		failure.write(w, call.Op.Service)
		return
	}
	if err := encode(w, call.Op, out); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// answer finds out who answers: the organization, a listing, a detail call.
func (c *Cloud) answer(in input) (Object, *Failure) {
	if !slices.Contains(c.config.Regions, in.Region) && in.Op.Service.Name != "sts" {
		return nil, disabled(in.Op.Service)
	}
	if f := people[in.API()]; f != nil {
		return f(c, in)
	}
	if kinds := c.lists[in.API()]; kinds != nil {
		return c.list(in, kinds)
	}
	if d := c.details[in.API()]; d != nil {
		return c.detail(in, d)
	}
	if out, ok := fixed[in.API()]; ok {
		return out, nil
	}
	if failure, ok := missing[in.API()]; ok {
		return nil, Fail(failure, "There is none.")
	}
	if in.Op.Page != nil || strings.HasPrefix(in.Op.Name, "List") || strings.HasPrefix(in.Op.Name, "Describe") {
		return Object{}, nil // a service that the account does not use
	}
	return nil, &Failure{http.StatusNotImplemented, "NotSimulated", in.API() + " is not simulated."}
}

func (c *Cloud) site(in input) Site {
	return Site{Account: in.Account, Region: in.Region, regions: len(c.config.Regions), at: max(0, slices.Index(c.config.Regions, in.Region))}
}

// count is how many resources of a kind a place has.
func (c *Cloud) count(s Site, k *Kind) int {
	all := c.config.Resources * k.Share / 1000
	if k.Global {
		return all
	}
	n := all / s.regions
	if s.at < all%s.regions {
		n++
	}
	return n
}

// list answers one page of a listing.
func (c *Cloud) list(in input, all []*Kind) (Object, *Failure) {
	page := in.Op.Page
	for _, k := range all {
		if k.Filter != "" && !slices.Contains(in.list("Filter"), k.Filter) {
			continue
		}
		s := c.site(in)
		n, size, from := c.count(s, k), k.Page, 0
		if page != nil && len(page.In) > 0 {
			from, _ = number(in.text(page.In[0]))
			if v, err := strconv.Atoi(in.text(page.Limit)); page.Limit != "" && err == nil && v > 0 {
				size = min(size, v)
			}
		}
		var items []any
		for i := from; i < min(from+size, n); i++ {
			items = append(items, k.Item(s, i))
		}
		out := k.wrap(items)
		if from+size < n && page != nil {
			out[page.Out[0]] = "page-" + strconv.Itoa(from+size)
			if page.More != "" {
				out[page.More] = true
			}
		}
		return out, nil
	}
	return Object{}, nil
}

func (c *Cloud) detail(in input, d *detailOf) (Object, *Failure) {
	s := c.site(in)
	n, ok := number(in.text(d.Key))
	if !ok || n >= c.config.Resources {
		return nil, Fail("ResourceNotFoundException", "%s %q is not there.", d.Key, in.text(d.Key))
	}
	if d.Absent != "" {
		return nil, &Failure{http.StatusNotFound, d.Absent, "There is none."}
	}
	return d.Answer(s, n), nil
}

func accountOf(key string) string {
	if rest, ok := strings.CutPrefix(key, "ASIA"); ok && len(rest) >= 12 {
		return rest[:12]
	}
	return Management
}

func memberAccount(i int) string { return fmt.Sprintf("2%011d", i) }
