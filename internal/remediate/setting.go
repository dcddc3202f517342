package remediate

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// The modes of an account.
const (
	Off = "off"
	// DryRun tells the calls that would be made.
	DryRun = "dry-run"
	// Review lets automatic remediation begin when somebody starts it.
	Review = "review"
	On     = "on"
)

// Setting is whether and how an account is remediated.
type Setting struct {
	Account, Mode string
	// Role is the ARN that documents run as when their configuration names none.
	Role string `json:",omitempty"`
	// Rehearsed tells that the account was in dry run before.
	Rehearsed bool      `json:",omitempty"`
	Changed   time.Time `json:",omitzero"`
	// Reason is why it was switched off.
	Reason string `json:",omitempty"`
	// Generation grows when it is enabled: what fails then is looked at anew.
	Generation int
}

var settings = docs.Collection[Setting]{Kind: "remediation-setting", Noun: "remediation setting"}

func settingOf(tx docs.Tx, account string) (Setting, error) {
	d, err := settings.Get(tx, account, "", "setting")
	if fault.KindOf(err) == fault.NotFound {
		return Setting{Account: account, Mode: Off}, nil
	}
	return d.Value, err
}

func putSetting(tx docs.Tx, s Setting) error {
	d, err := settings.Get(tx, s.Account, "", "setting")
	if fault.KindOf(err) == fault.NotFound {
		return settings.Insert(tx, s.Account, "", "setting", "", s)
	}
	if err != nil {
		return err
	}
	d.Value = s
	return settings.Update(tx, d)
}

// Enable switches an account to a mode: dry run first, then review or on. An empty role keeps the one there is.
func (p *Program) Enable(ctx context.Context, account, mode, role string) (Setting, error) {
	var s Setting
	if !arn.ValidAccount(account) {
		return s, fault.Invalidf("account", "%q is not an account id: it must have 12 digits.", account)
	}
	if mode == "" {
		mode = DryRun
	}
	if mode != DryRun && mode != Review && mode != On {
		return s, fault.Invalidf("mode", "The mode %q is unknown: it must be dry-run, review or on.", mode)
	}
	if err := checkRole(account, role); role != "" && err != nil {
		return s, err
	}
	err := p.write(ctx, func(tx Tx) (err error) {
		if s, err = settingOf(tx, account); err != nil {
			return err
		}
		if mode != DryRun && !s.Rehearsed {
			return fault.New(fault.Conflict, "Account %s has had no dry run: enable it with --mode dry-run first and look at what it would do.", account)
		}
		if role != "" {
			s.Role = role
		}
		if err := notRecorders(tx, account, s.Role); err != nil {
			return err
		}
		s.Mode, s.Changed, s.Reason, s.Rehearsed = mode, tx.Now(), "", true
		s.Generation++
		return putSetting(tx, s)
	})
	return s, err
}

func checkRole(account, role string) error {
	a, err := arn.Parse(role)
	if err != nil || a.Service != "iam" || len(a.Resource) < 6 || a.Resource[:5] != "role/" {
		return fault.Invalidf("role", "%q is not the ARN of an IAM role.", role)
	}
	if a.Account != account {
		return fault.Invalidf("role", "The role %s is not of account %s.", role, account)
	}
	return nil
}

// notRecorders refuses the role of a recorder of the account: who reads must not be able to change.
func notRecorders(tx Tx, account, role string) error {
	if role == "" {
		return nil
	}
	theirs, err := compliance.RecorderRoles(tx, account)
	if err == nil && theirs[role] {
		err = fault.New(fault.Denied, "%s is the role of a configuration recorder; remediation needs a role of its own.", role)
	}
	return err
}

// Disable switches an account off: what waits is dropped, what runs is stopped.
func (p *Program) Disable(ctx context.Context, account, reason string) (stopped int, err error) {
	if reason == "" {
		reason = "remediation was disabled for the account"
	}
	var running []Run
	err = p.write(ctx, func(tx Tx) error {
		s, err := settingOf(tx, account)
		if err != nil {
			return err
		}
		s.Mode, s.Changed, s.Reason = Off, tx.Now(), reason
		if err := putSetting(tx, s); err != nil {
			return err
		}
		running, stopped, err = halt(tx, account, reason)
		return err
	})
	if err != nil {
		return 0, err
	}
	return stopped, p.stopExecutions(ctx, running)
}

// halt ends what has not begun, and marks what has.
func halt(tx Tx, account, reason string) (running []Run, n int, err error) {
	list, err := queued(tx, arn.Scope{Accounts: []string{account}})
	if err != nil {
		return nil, 0, err
	}
	for _, d := range list {
		if d.Value.State == Queued {
			err = end(tx, &d, FailedRun, "Stopped: "+reason+".")
		} else {
			d.Value.Stopped = reason
			running = append(running, d.Value)
			err = runs.Update(tx, d)
		}
		if err != nil {
			return nil, 0, err
		}
	}
	return running, len(list), nil
}

// stopExecutions stops what runs. One that ends meanwhile has ended.
func (p *Program) stopExecutions(ctx context.Context, running []Run) error {
	for _, r := range running {
		if r.Execution == "" || p.Automation == nil {
			continue
		}
		err := p.Automation.Stop(ctx, automation.Place(r.Place), r.Execution, automation.Cancel)
		if k := fault.KindOf(err); err != nil && k != fault.Conflict && k != fault.NotFound {
			return err
		}
	}
	return nil
}

// StopAll switches every account off.
func (p *Program) StopAll(ctx context.Context) (stopped int, err error) {
	all, err := p.Settings(ctx)
	if err != nil {
		return 0, err
	}
	for _, s := range all {
		n, err := p.Disable(ctx, s.Account, "all remediation was stopped by an administrator")
		stopped += n
		if err != nil {
			return stopped, err
		}
	}
	return stopped, nil
}

// Settings are those of all accounts that were ever enabled.
func (p *Program) Settings(ctx context.Context) ([]Setting, error) {
	return read(ctx, p, func(tx Tx) ([]Setting, error) {
		list, err := settings.All(tx, arn.Everything())
		out := make([]Setting, len(list))
		for i, d := range list {
			out[i] = d.Value
		}
		return out, err
	})
}
