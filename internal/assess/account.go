package assess

import (
	"cmp"
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// The states of an account.
const (
	AccountActive   = "ACTIVE"
	AccountInactive = "INACTIVE"
)

// Destination is where reports or exports go.
type Destination struct {
	// Type is S3.
	Type string `json:"type"`
	// Path is s3://bucket, or with a prefix behind it.
	Path string `json:"path"`
}

// Settings are an account's; they hold in every region.
type Settings struct {
	Status string `json:"status"`
	// KMSKey is DEFAULT or an ARN. It is kept and shown; encryption is the data directory's.
	KMSKey string `json:"kmsKey"`
	// Topic is the ARN of the SNS topic that is notified; empty when none is.
	Topic              string      `json:"topic,omitempty"`
	Reports            Destination `json:"reports,omitzero"`
	Exports            Destination `json:"exports,omitzero"`
	Owners             []Role      `json:"owners,omitempty"`
	DeregistrationKeep string      `json:"deregistration,omitempty"`
	DelegatedAdmin     string      `json:"delegatedAdmin,omitempty"`
}

var settings = docs.Collection[Settings]{Kind: "audit-settings", Noun: "audit settings"}

const theSettings = "settings" // the id of an account's one document

// administrator is who administers the audit of an organization; one document of the installation.
type administrator struct {
	Account      string `json:"account"`
	Organization string `json:"organization"`
}

var administrators = docs.Collection[administrator]{Kind: "audit-administrator", Noun: "delegated administrator"}

func settingsOf(tx Tx, account string) (docs.Doc[Settings], error) {
	d, err := settings.Get(tx, account, "", theSettings)
	if fault.KindOf(err) == fault.NotFound {
		d.Value = Settings{Status: AccountInactive, KMSKey: "DEFAULT"}
		return d, nil
	}
	return d, err
}

func putSettings(tx Tx, account string, d docs.Doc[Settings]) error {
	if d.Revision == 0 {
		return settings.Insert(tx, account, "", theSettings, "", d.Value)
	}
	return settings.Update(tx, d)
}

// registered fails as AWS does when the account is not registered.
func registered(tx Tx, c Caller) error {
	d, err := settingsOf(tx, c.Account)
	if err == nil && d.Value.Status != AccountActive {
		err = fault.New(fault.Denied, "Please complete AWS Audit Manager setup from home page to enable this action in this account.")
	}
	return err
}

// Status is the account's status; it alone answers for an account that is not registered.
func (s *Service) Status(ctx context.Context, c Caller) (string, error) {
	d, err := read(ctx, s, func(tx Tx) (docs.Doc[Settings], error) { return settingsOf(tx, c.Account) })
	return d.Value.Status, err
}

// Register enables the audit in the account. Registering again is no error; what is given is set.
func (s *Service) Register(ctx context.Context, c Caller, kmsKey, delegatedAdmin string) (string, error) {
	if delegatedAdmin != "" {
		if err := s.RegisterAdministrator(ctx, c, delegatedAdmin); err != nil {
			return "", err
		}
	}
	return write(ctx, s, func(tx Tx) (string, error) {
		d, err := settingsOf(tx, c.Account)
		if err != nil {
			return "", err
		}
		d.Value.Status = AccountActive
		if kmsKey != "" {
			d.Value.KMSKey = kmsKey
		}
		if delegatedAdmin != "" {
			d.Value.DelegatedAdmin = delegatedAdmin
		}
		return d.Value.Status, putSettings(tx, c.Account, d)
	})
}

// Deregister stops collection for the account's assessments. What was collected stays; an audit's records are not
// erased by a call, whatever the deregistration policy says.
func (s *Service) Deregister(ctx context.Context, c Caller) (string, error) {
	return write(ctx, s, func(tx Tx) (string, error) {
		if err := registered(tx, c); err != nil {
			return "", err
		}
		d, err := settingsOf(tx, c.Account)
		if err != nil {
			return "", err
		}
		d.Value.Status = AccountInactive
		return d.Value.Status, putSettings(tx, c.Account, d)
	})
}

// Settings are the account's settings.
func (s *Service) Settings(ctx context.Context, c Caller) (Settings, error) {
	return read(ctx, s, func(tx Tx) (Settings, error) {
		if err := registered(tx, c); err != nil {
			return Settings{}, err
		}
		d, err := settingsOf(tx, c.Account)
		return d.Value, err
	})
}

// SettingsUpdate is what UpdateSettings sets; nil leaves a setting as it is.
type SettingsUpdate struct {
	// Topic is an ARN, or NONE.
	Topic, KMSKey, DeregistrationKeep *string
	Reports, Exports                  *Destination
	Owners                            []Role
}

// UpdateSettings changes settings.
func (s *Service) UpdateSettings(ctx context.Context, c Caller, u SettingsUpdate) (Settings, error) {
	if err := checkRoles("defaultProcessOwners", u.Owners, false); err != nil {
		return Settings{}, err
	}
	return write(ctx, s, func(tx Tx) (Settings, error) {
		if err := registered(tx, c); err != nil {
			return Settings{}, err
		}
		d, err := settingsOf(tx, c.Account)
		if err != nil {
			return d.Value, err
		}
		if err := u.apply(&d.Value); err != nil {
			return d.Value, err
		}
		return d.Value, putSettings(tx, c.Account, d)
	})
}

func (u SettingsUpdate) apply(v *Settings) error {
	switch {
	case u.Topic == nil:
	case *u.Topic == "NONE":
		v.Topic = ""
	default:
		if a, err := arn.Parse(*u.Topic); err != nil || a.Service != "sns" {
			return fault.Invalidf("snsTopic", "%q is neither the ARN of an SNS topic nor NONE.", *u.Topic)
		}
		v.Topic = *u.Topic
	}
	if u.KMSKey != nil {
		v.KMSKey = *u.KMSKey
	}
	if u.DeregistrationKeep != nil {
		v.DeregistrationKeep = *u.DeregistrationKeep
	}
	for _, d := range []struct {
		field string
		from  *Destination
		to    *Destination
	}{{"defaultAssessmentReportsDestination", u.Reports, &v.Reports}, {"defaultExportDestination", u.Exports, &v.Exports}} {
		if d.from == nil {
			continue
		}
		if err := d.from.check(d.field); err != nil {
			return err
		}
		*d.to = *d.from
	}
	if u.Owners != nil {
		v.Owners = u.Owners
	}
	return nil
}

func (d Destination) check(field string) error {
	bucket, _, _ := strings.Cut(strings.TrimPrefix(d.Path, "s3://"), "/")
	if d.Type != "S3" || !strings.HasPrefix(d.Path, "s3://") || bucket == "" || len(d.Path) > 1024 {
		return fault.Invalidf(field, "%s must have the type S3 and a path such as s3://bucket or s3://bucket/prefix.", field)
	}
	return nil
}

// RegisterAdministrator names the account that administers the audit of the caller's organization.
func (s *Service) RegisterAdministrator(ctx context.Context, c Caller, account string) error {
	if !arn.ValidAccount(account) {
		return fault.Invalidf("adminAccountId", "%q is not twelve digits.", account)
	}
	management, err := s.management(ctx, c)
	if err != nil {
		return err
	}
	if account == management {
		return fault.Invalidf("adminAccountId", "The management account %s cannot be the delegated administrator.", account)
	}
	_, err = write(ctx, s, func(tx Tx) (struct{}, error) {
		d, err := administrators.Get(tx, management, "", theSettings)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			return struct{}{}, administrators.Insert(tx, management, "", theSettings, "", administrator{account, management})
		case err != nil:
			return struct{}{}, err
		case d.Value.Account != account:
			return struct{}{}, fault.Invalidf("adminAccountId", "Account %s is the delegated administrator already. Deregister it first.", d.Value.Account)
		}
		return struct{}{}, nil
	})
	return err
}

// DeregisterAdministrator removes the delegated administrator; its evidence stays.
func (s *Service) DeregisterAdministrator(ctx context.Context, c Caller, account string) error {
	management, err := s.management(ctx, c)
	if err != nil {
		return err
	}
	_, err = write(ctx, s, func(tx Tx) (struct{}, error) {
		d, err := administrators.Get(tx, management, "", theSettings)
		if fault.KindOf(err) == fault.NotFound || err == nil && account != "" && d.Value.Account != account {
			err = fault.Missing("delegated administrator", cmp.Or(account, "of the organization of "+management))
		}
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, administrators.Delete(tx, management, "", theSettings)
	})
	return err
}

// Administrator is the delegated administrator and the id of the organization's management account; empty when
// there is none.
func (s *Service) Administrator(ctx context.Context, c Caller) (account, organization string, err error) {
	management, err := s.management(ctx, c)
	if err != nil {
		return "", "", err
	}
	d, err := read(ctx, s, func(tx Tx) (docs.Doc[administrator], error) {
		return administrators.Get(tx, management, "", theSettings)
	})
	if fault.KindOf(err) == fault.NotFound {
		return "", management, nil
	}
	return d.Value.Account, management, err
}

func (s *Service) management(ctx context.Context, c Caller) (string, error) {
	if s.o.Organization == nil {
		return "", fault.New(fault.Denied, "There is no organization. Create one before naming its delegated administrator.")
	}
	m, err := s.o.Organization(ctx, c.Account)
	if err == nil && m == "" {
		err = fault.New(fault.Denied, "Account %s is in no organization.", c.Account)
	}
	return m, err
}
