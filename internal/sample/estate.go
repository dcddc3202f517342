// Package sample generates a cloud estate that never existed: accounts, regions, resources of many types with
// their history, relations and account facts, in the form AWS Config records them. The same options give the same
// bytes, whatever the size. Demo, tests and benchmarks use it; every item says that it is synthetic, but for those of the
// showcase that must have no tags.
package sample

import (
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
)

// Estate says what to generate.
type Estate struct {
	Seed     uint64
	Accounts []Account
	Regions  []string
	// Stacks is how many application stacks stand in each account and region; a stack has about 100 resources of
	// 65 types; in the mix, rules of large packs give some six verdicts a resource.
	Stacks int
	// Now is the time of the newest item; the oldest is 40 days before it.
	Now time.Time
	// showcase builds the showcase in place of application stacks.
	showcase bool
}

// Account is one account of the organization.
type Account struct{ ID, Name string }

// Demo is the organization of `tickmark demo`. The first account is the one whose real trail logs of 2023-07-10 are
// loaded beside the generated items.
func Demo(now time.Time) Estate {
	return Estate{
		Seed:     1,
		Accounts: []Account{{"218007301253", "security"}, {"111122223333", "production"}, {"444455556666", "development"}},
		Regions:  []string{"us-east-1", "eu-central-1"},
		Stacks:   1,
		Now:      now,
	}
}

// Tag marks every generated item.
const Tag = "tickmark:synthetic"

type (
	object = map[string]any
	list   = []any
)

// gen builds the items of one stack; its random numbers depend on nothing but where the stack stands.
type gen struct {
	*rand.Rand
	account, region string
	stack           int
	now             time.Time
	home            bool // the region in which global resources are built
	emit            func(inventory.Spec)
	vpc             network
	shown, sound    bool // a showcase, and the account of it in which everything is as it should be
}

// Items yields every item of the estate, oldest state first within a resource, stack after stack.
func (e Estate) Items() iter.Seq2[inventory.Spec, *inventory.Item] {
	return func(yield func(inventory.Spec, *inventory.Item) bool) {
		stop := false
		for _, a := range e.Accounts {
			for r, region := range e.Regions {
				for s := range e.Stacks {
					e.stackItems(a, region, s, r == 0, func(spec inventory.Spec) {
						if stop {
							return
						}
						it, err := inventory.Build(spec)
						if err != nil { // the generator's own mistake
							panic("sample: " + spec.Type + ": " + err.Error())
						}
						stop = !yield(spec, it)
					})
					if stop {
						return
					}
				}
			}
		}
	}
}

func (e Estate) stackItems(a Account, region string, stack int, home bool, emit func(inventory.Spec)) {
	g := &gen{Rand: e.random(a.ID, region, stack), account: a.ID, region: region, stack: stack, now: e.Now, home: home && stack == 0, emit: emit}
	if e.showcase {
		g.shown, g.sound = true, a.Name == soundAccount
		g.showcase()
		return
	}
	if stack == 0 {
		g.accountFacts()
	}
	if g.home {
		g.identities()
	}
	g.networks()
	g.storage()
	g.compute()
	g.databases()
	g.edge()
	g.analytics()
	g.operations()
	if stack == 0 {
		g.settings()
		return
	}
	g.bulk()
}

// bulk is more of what large estates are full of.
func (g *gen) bulk() {
	for range 4 {
		g.bucket("data")
		g.bucket("backup")
		g.relational()
	}
	g.instance()
}

func (e Estate) random(account, region string, stack int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(account + "/" + region))
	return rand.New(rand.NewPCG(e.Seed, h.Sum64()+uint64(stack)))
}

// one reports true for about n in ten.
func (g *gen) often(n int) bool { return g.IntN(10) < n }

// hex is a random lower-case hexadecimal string.
func (g *gen) hex(n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[g.IntN(16)]
	}
	return string(b)
}

func (g *gen) upper(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[g.IntN(32)]
	}
	return string(b)
}

// pick returns one of the values.
func pick[T any](g *gen, values ...T) T { return values[g.IntN(len(values))] }

// resource is a generated resource before its place and times are filled in.
type resource struct {
	typ, id, name, arn, zone string
	global                   bool
	configuration            any
	supplementary            object
	relations                []inventory.Relationship
	// before changes the configuration back to an earlier state, which then becomes history.
	before func(configuration, supplementary object)
	// noTags leaves the resource without the owner and environment tags.
	noTags bool
	// untagged leaves the resource without any tag, the mark of synthetic items included; in a showcase only.
	untagged bool
}

// add emits the resource: for about a quarter of those that know an earlier state that state first.
func (g *gen) add(r resource) {
	created := g.now.Add(-time.Duration(12+g.IntN(300)) * 24 * time.Hour).Truncate(time.Second)
	captured := g.now.Add(-time.Duration(g.IntN(9*24*60)) * time.Minute).Truncate(time.Second)
	region, zone := g.region, r.zone
	if r.global {
		region, zone = "global", "Not Applicable"
	}
	if zone == "" {
		zone = "Regional"
	}
	s := inventory.Spec{
		Key:  inventory.Key{Account: g.account, Region: region, Type: r.typ, ID: r.id},
		Name: r.name, ARN: r.arn, Zone: zone, Captured: captured, Created: created,
		Configuration: r.configuration, Supplementary: r.supplementary, Relationships: r.relations, Tags: g.tags(r.noTags),
	}
	if r.untagged {
		s.Tags = nil
	}
	if r.before != nil && g.often(4) {
		g.earlier(s, r)
	}
	g.emit(s)
}

// earlier emits the state before; the state itself then counts as a change.
func (g *gen) earlier(s inventory.Spec, r resource) {
	conf, supp := clone(s.Configuration), clone(s.Supplementary)
	c, _ := conf.(object)
	p, _ := supp.(object)
	r.before(c, p)
	s.Configuration, s.Supplementary = conf, p
	s.Captured = s.Captured.Add(-time.Duration(10+g.IntN(20)) * 24 * time.Hour)
	if !s.Captured.After(s.Created) {
		s.Captured = s.Created.Add(time.Minute)
	}
	s.Status = inventory.Discovered
	g.emit(s)
}

func clone(v any) any {
	switch v := v.(type) {
	case object:
		if v == nil {
			return object{}
		}
		out := make(object, len(v))
		for k, e := range v {
			out[k] = clone(e)
		}
		return out
	case list:
		out := make(list, len(v))
		for i, e := range v {
			out[i] = clone(e)
		}
		return out
	}
	return v
}

func (g *gen) tags(none bool) map[string]string {
	if g.shown {
		return g.showcaseTags()
	}
	t := map[string]string{Tag: "true"}
	if !none {
		t["Owner"] = pick(g, "payments", "identity", "platform", "data")
		t["Environment"] = pick(g, "prod", "staging", "dev")
	}
	return t
}

func (g *gen) arn(service, resource string) string {
	return "arn:aws:" + service + ":" + g.region + ":" + g.account + ":" + resource
}

func (g *gen) key() string { return g.arn("kms", "key/"+g.hex(8)+"-0000-4000-8000-"+g.hex(12)) }

func (g *gen) past(days int) string {
	return g.now.Add(-time.Duration(days) * 24 * time.Hour).Format("2006-01-02T15:04:05.000Z")
}

func rel(label, typ, id string) inventory.Relationship {
	return inventory.Relationship{Type: typ, ID: id, Label: label}
}
