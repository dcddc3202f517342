package server

import (
	"cmp"
	"context"
	"net/http"
	"path/filepath"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

// LedgerStatus is how the evidence logs stand.
type LedgerStatus struct {
	KeyID     string `json:"keyId"`
	PublicKey string `json:"publicKey"`
	// Changes are the changes of the key, the first one first.
	Changes []KeyChanged `json:"changes"`
	Logs    []LogStatus  `json:"logs"`
	// Behind are logs that do not hold what was published of them: nothing is signed until that is dealt with.
	Behind []ledger.Lost `json:"behind,omitempty"`
}

// LogStatus is one log. The deployment's own has no account.
type LogStatus struct {
	Account string `json:"account,omitempty"`
	Origin  string `json:"origin"`
	Size    int64  `json:"size"`
	Root    string `json:"root"`
	// Checkpoints are those signed so far; Signed is the size of the last.
	Checkpoints int   `json:"checkpoints"`
	Signed      int64 `json:"signed"`
}

// KeyChanged is a change of the signing key.
type KeyChanged struct {
	From     string        `json:"from"`
	To       string        `json:"to"`
	At       time.Time     `json:"at"`
	Reason   string        `json:"reason"`
	Rollback bool          `json:"rollback,omitempty"`
	Lost     []ledger.Lost `json:"lost,omitempty"`
}

func keyChanged(c ledger.KeyChange) KeyChanged {
	return KeyChanged{From: c.Old, To: c.New, At: c.At, Reason: c.Reason, Rollback: c.Rollback(), Lost: c.Lost}
}

// LedgerStatus tells how the evidence logs stand.
func (s *Server) LedgerStatus(ctx context.Context) (LedgerStatus, error) {
	out := LedgerStatus{KeyID: s.signer.KeyID(), PublicKey: s.signer.Public(), Changes: []KeyChanged{}, Logs: []LogStatus{}}
	for _, c := range s.signer.Changes() {
		out.Changes = append(out.Changes, keyChanged(c))
	}
	var err error
	if out.Behind, err = s.reporter.Publisher.Behind(ctx); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		out.Logs = out.Logs[:0]
		accounts, err := logs(tx)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			l, err := logStatus(tx, a)
			if err != nil {
				return err
			}
			l.Origin = s.signer.Origin(a)
			out.Logs = append(out.Logs, l)
		}
		return nil
	})
	return out, err
}

// logs are the accounts that have a log, the deployment's own first.
func logs(tx *store.Tx) ([]string, error) {
	accounts, err := tx.LedgerAccounts()
	return append([]string{ledger.Deployment}, accounts...), err
}

func logStatus(tx ledger.Tx, account string) (LogStatus, error) {
	head, err := tx.Head(account)
	if err != nil {
		return LogStatus{}, err
	}
	kept, err := tx.Checkpoints(account)
	l := LogStatus{Account: account, Size: head.Size, Root: head.Root.String(), Checkpoints: len(kept)}
	if n := len(kept); n > 0 {
		l.Signed = kept[n-1].Size
	}
	return l, err
}

// RotateKey puts a new signing key in use, which the old one vouches for.
func (s *Server) RotateKey(ctx context.Context, reason string) (KeyChanged, error) {
	c, err := s.signer.Rotate(reason, s.cfg.Clock.Now())
	if err != nil {
		return KeyChanged{}, err
	}
	return keyChanged(c), s.reporter.Publisher.Settle(ctx)
}

// AcceptRollback goes on signing after a restore behind what was published, with the loss on record.
func (s *Server) AcceptRollback(ctx context.Context, reason string) (KeyChanged, error) {
	c, err := s.reporter.Publisher.AcceptRollback(ctx, reason, s.cfg.Clock)
	if err != nil {
		return KeyChanged{}, err
	}
	return keyChanged(c), nil
}

// AuditLedger computes every log again, or that of one account, and compares it with the tree, the head and every checkpoint.
func (s *Server) AuditLedger(ctx context.Context, account string) ([]ledger.Audit, error) {
	accounts := []string{account}
	if account == "" {
		err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
			accounts, err = logs(tx)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	out := []ledger.Audit{}
	for _, a := range accounts {
		found, err := ledger.AuditLog(ctx, s.reporter.Ledger, s.signer, a)
		if err != nil {
			return out, err
		}
		out = append(out, found)
	}
	return out, nil
}

// Prove proves a piece of evidence under a fresh checkpoint of its account's log.
func (s *Server) Prove(ctx context.Context, q ProofQuery) (string, error) {
	if q.Account == "" {
		q.Account = s.cfg.Account
	}
	c, err := s.reporter.Publisher.Checkpoint(ctx, q.Account)
	if err != nil {
		return "", err
	}
	var text []byte
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		p, err := ledger.Prove(tx, q.Account, q.Evidence, c)
		if err == nil {
			text, err = p.Encode()
		}
		return err
	})
	return string(text), err
}

// ProofQuery names a piece of evidence; an empty account is the management account.
type ProofQuery struct {
	Account  string `json:"account,omitempty"`
	Evidence string `json:"evidence"`
}

// PublishLedger writes every log's checkpoint and tiles below a directory, one folder an account, the deployment's own
// under "deployment". It answers how many tiles are new.
func (s *Server) PublishLedger(ctx context.Context, dir string) (written int, err error) {
	if !filepath.IsAbs(dir) {
		return 0, fault.Invalidf("dir", "The directory must be absolute.")
	}
	var accounts []string
	err = s.db.Read(ctx, func(tx *store.Tx) (err error) {
		accounts, err = logs(tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, a := range accounts {
		c, err := s.reporter.Publisher.Checkpoint(ctx, a)
		if err != nil {
			return written, err
		}
		n, err := ledger.PublishTiles(ctx, s.reporter.Ledger, a, c, filepath.Join(dir, cmp.Or(a, "deployment")))
		if written += n; err != nil {
			return written, err
		}
	}
	return written, nil
}

// keyOrder asks for a change of the key.
type keyOrder struct {
	Reason string `json:"reason"`
}

func (s *Server) adminLedger(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/ledger/status", func(w http.ResponseWriter, req *http.Request) {
		var q struct{}
		s.answer(w, req, &q, func() (any, error) { return s.LedgerStatus(req.Context()) })
	})
	mux.HandleFunc("POST /-/v1/ledger/anchor", func(w http.ResponseWriter, req *http.Request) {
		var q struct{}
		s.answer(w, req, &q, func() (any, error) { return s.AnchorLedger(req.Context()) })
	})
	mux.HandleFunc("POST /-/v1/ledger/audit", func(w http.ResponseWriter, req *http.Request) {
		var account string
		s.answer(w, req, &account, func() (any, error) { return s.AuditLedger(req.Context(), account) })
	})
	mux.HandleFunc("POST /-/v1/ledger/prove", func(w http.ResponseWriter, req *http.Request) {
		var q ProofQuery
		s.answer(w, req, &q, func() (any, error) { return s.Prove(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/ledger/publish", func(w http.ResponseWriter, req *http.Request) {
		var dir string
		s.answer(w, req, &dir, func() (any, error) { return s.PublishLedger(req.Context(), dir) })
	})
	mux.HandleFunc("POST /-/v1/key/rotate", func(w http.ResponseWriter, req *http.Request) {
		var o keyOrder
		s.answer(w, req, &o, func() (any, error) { return s.RotateKey(req.Context(), o.Reason) })
	})
	mux.HandleFunc("POST /-/v1/ledger/accept-rollback", func(w http.ResponseWriter, req *http.Request) {
		var o keyOrder
		s.answer(w, req, &o, func() (any, error) { return s.AcceptRollback(req.Context(), o.Reason) })
	})
}

// LedgerStatus is Server.LedgerStatus over HTTP.
func (r Remote) LedgerStatus(ctx context.Context) (out LedgerStatus, err error) {
	return out, r.ask(ctx, "ledger/status", struct{}{}, &out)
}

// AuditLedger is Server.AuditLedger over HTTP.
func (r Remote) AuditLedger(ctx context.Context, account string) (out []ledger.Audit, err error) {
	return out, r.ask(ctx, "ledger/audit", account, &out)
}

// Prove is Server.Prove over HTTP.
func (r Remote) Prove(ctx context.Context, q ProofQuery) (out string, err error) {
	return out, r.ask(ctx, "ledger/prove", q, &out)
}

// PublishLedger is Server.PublishLedger over HTTP; the server writes the files.
func (r Remote) PublishLedger(ctx context.Context, dir string) (out int, err error) {
	return out, r.ask(ctx, "ledger/publish", dir, &out)
}

// RotateKey is Server.RotateKey over HTTP.
func (r Remote) RotateKey(ctx context.Context, reason string) (out KeyChanged, err error) {
	return out, r.ask(ctx, "key/rotate", keyOrder{reason}, &out)
}

// AcceptRollback is Server.AcceptRollback over HTTP.
func (r Remote) AcceptRollback(ctx context.Context, reason string) (out KeyChanged, err error) {
	return out, r.ask(ctx, "ledger/accept-rollback", keyOrder{reason}, &out)
}
