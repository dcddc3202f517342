// Package rollout deploys organization config rules and organization conformance packs: what an administrator of the
// organization wants in every member account of a region, and how far each account is. The deployed rules and packs
// belong to the organization and nobody else can change them. Accounts that join get them, those that leave or are
// excluded lose them. Everything that is begun is written down first, so that a restart goes on where it was.
//
// The function of a custom rule is not deployed with it: every account's rule asks the one function.
package rollout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Owner is the service that deployed rules and packs belong to, and whose delegated administrators may roll out.
const Owner = "config-multiaccountsetup.amazonaws.com"

// Tx is what a rollout needs of a transaction.
type Tx interface {
	docs.Tx
	Now() time.Time
}

// Store runs transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Place is an account and a region.
type Place = compliance.Place

// Program is the rollouts of an installation.
type Program struct {
	store   Store
	ids     stamp.Source
	program *compliance.Program
	org     *organization.Directory
	wake    chan struct{}
	mu      sync.Mutex // one Drain at a time
}

// New is the rollouts kept in a store, which deploy through the program to the accounts of the organization.
func New(store Store, ids stamp.Source, program *compliance.Program, org *organization.Directory) *Program {
	return &Program{store: store, ids: ids, program: program, org: org, wake: make(chan struct{}, 1)}
}

// Notify tells Run that there may be something to do. It never blocks.
func (p *Program) Notify() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// What is done, and how it went; a state is one of each, such as CREATE_IN_PROGRESS.
const (
	Create = "CREATE"
	Update = "UPDATE"
	Delete = "DELETE"

	InProgress = "_IN_PROGRESS"
	Successful = "_SUCCESSFUL"
	Failed     = "_FAILED"
)

// Status is a state with its reason when it failed, and since when.
type Status struct {
	State     string
	Code      string `json:",omitempty"`
	Message   string `json:",omitempty"`
	ChangedAt time.Time
}

func (s *Status) busy() bool   { return strings.HasSuffix(s.State, InProgress) }
func (s *Status) failed() bool { return strings.HasSuffix(s.State, Failed) }

// verb is what is or was done: Create, Update or Delete.
func (s *Status) verb() string {
	verb, _, _ := strings.Cut(s.State, "_")
	return verb
}

// Rollout is one rule or pack of the organization.
type Rollout struct {
	// Account and Region are where it was put: an administrator sees and changes its own.
	Account, Region string
	// Name is unique there; ID is the name with a random suffix, which names of deployed rules and packs end with.
	Name, ID, ARN string
	Excluded      []string
	// Rule or Pack is what it deploys.
	Rule *compliance.ConfigRule `json:",omitempty"`
	Pack *Pack                  `json:",omitempty"`
	Status
	Updated time.Time
	// Revision grows with each change.
	Revision int64
	// Settled names the accounts it was last brought to; Retry is until when failures for want of a recorder are
	// tried again.
	Settled string
	Retry   time.Time
}

// Pack is what an organization pack deploys beside its template.
type Pack struct {
	Inputs                         []compliance.Input
	DeliveryBucket, DeliveryPrefix string
	// Rules is how many rules the template has.
	Rules int
}

// template is the text of an organization pack.
type template struct{ Text string }

var templates = docs.Collection[template]{Kind: "config-organization-template", Noun: "organization conformance pack template"}

// Member is a rollout in one account.
type Member struct {
	Account string
	// Name of the rule or pack there.
	Name string
	Status
	// Revision of the rollout that the account is brought to, since Begun.
	Revision int64
	Begun    time.Time
	// Deployed: some revision is there.
	Deployed bool
}

// digest is a short name of a list of accounts.
func digest(accounts []string) string {
	sum := sha256.Sum256([]byte(strings.Join(accounts, " ")))
	return hex.EncodeToString(sum[:8])
}

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

// suffix is the random end of an id.
func (p *Program) suffix() string {
	sum := sha256.Sum256([]byte(p.ids.NewID()))
	b := make([]byte, 8)
	for i := range b {
		b[i] = alphabet[int(sum[i])%len(alphabet)]
	}
	return string(b)
}
