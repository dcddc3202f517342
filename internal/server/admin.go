package server

import (
	"bufio"
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/backup"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/forensic"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/sweep"
)

// The admin API under /-/v1 serves the commands of whoever may read server.json. Its answers are lines of JSON:
// progress while the work runs, then a result or an error.

type adminLine struct {
	Progress *ImportProgress `json:"progress,omitempty"`
	Step     *ConnectStep    `json:"step,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Error    string          `json:"error,omitempty"`
}

func (s *Server) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /-/v1/import", s.adminImport)
	s.adminUsers(mux)
	s.adminCompliance(mux)
	s.adminSelect(mux)
	s.adminEventQuery(mux)
	s.adminFinder(mux)
	s.adminFunctions(mux)
	s.adminHistory(mux)
	s.adminRemediation(mux)
	s.adminAutomation(mux)
	s.adminPackHistory(mux)
	s.adminValidate(mux)
	s.adminForensic(mux)
	s.adminSigma(mux)
	s.adminBackup(mux)
	s.adminMigrate(mux)
	s.adminLedger(mux)
	s.adminAssessments(mux)
	s.adminStatus(mux)
	s.adminAudit(mux)
	s.adminFrameworks(mux)
	s.adminConnections(mux)
	s.adminSweeps(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		token, _ := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
		if s.admin == "" || subtle.ConstantTimeCompare([]byte(token), []byte(s.admin)) != 1 {
			writeJSON(w, http.StatusForbidden, adminLine{Error: "The admin API needs the token of server.json."})
			return
		}
		limit := int64(1 << 20)
		if req.URL.Path == "/-/v1/frameworks/apply" || req.URL.Path == "/-/v1/frameworks/texts/apply" {
			limit = maxApply
		}
		req.Body = http.MaxBytesReader(w, req.Body, limit)
		mux.ServeHTTP(w, req)
	})
}

func (s *Server) adminImport(w http.ResponseWriter, req *http.Request) {
	var in ImportRequest
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		writeJSON(w, http.StatusBadRequest, adminLine{Error: "The body is not a JSON object of kind and paths."})
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	lines := json.NewEncoder(w)
	flush := http.NewResponseController(w)
	last := s.cfg.Clock.Now()
	result, err := s.Import(req.Context(), in, func(p ImportProgress) {
		if now := s.cfg.Clock.Now(); now.Sub(last) > 200*time.Millisecond {
			last = now
			_ = lines.Encode(adminLine{Progress: &p}) // a client that is gone ends the request's context
			_ = flush.Flush()
		}
	})
	if err != nil {
		_ = lines.Encode(adminLine{Error: s.adminError(err)})
		return
	}
	raw, err := json.Marshal(result)
	if err != nil {
		raw = []byte("null")
	}
	_ = lines.Encode(adminLine{Result: raw})
}

// adminError is what an operator may read of an error: all of it, since it is their own server.
func (s *Server) adminError(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err.Error()
	}
	if f.Kind != fault.Internal && f.Err != nil {
		return f.Message + " (" + f.Err.Error() + ")"
	}
	return f.Message
}

// Remote speaks to the server that holds a data directory.
type Remote struct{ Running }

// Import is Server.Import over HTTP; the server reads the paths, which must be absolute.
func (r Remote) Import(ctx context.Context, in ImportRequest, progress func(ImportProgress)) (any, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	var result json.RawMessage
	err = r.call(ctx, "import", body, func(l adminLine) error {
		switch {
		case l.Error != "":
			return fault.New(fault.Invalid, "%s", l.Error)
		case l.Progress != nil && progress != nil:
			progress(*l.Progress)
		case l.Result != nil:
			result = l.Result
		}
		return nil
	})
	if err == nil && result == nil {
		err = fmt.Errorf("the server ended the import without a result; import again to complete it")
	}
	return result, err
}

func (r Remote) call(ctx context.Context, path string, body []byte, line func(adminLine) error) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+r.Address+"/-/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+r.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("reach the server with pid %d: %w", r.PID, err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReader(resp.Body)
	for {
		text, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(text)) > 0 {
			var l adminLine
			if err := json.Unmarshal(text, &l); err != nil {
				return fmt.Errorf("the server at %s answered %s with something else than JSON", r.Address, resp.Status)
			}
			if err := line(l); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Installation is what commands do with a data directory, in their own process or through the server that holds it.
type Installation interface {
	AddUser(ctx context.Context, u UserSpec) (UserInfo, error)
	Users(ctx context.Context) ([]UserInfo, error)
	RemoveUser(ctx context.Context, account, name string) error
	Import(ctx context.Context, in ImportRequest, progress func(ImportProgress)) (any, error)
	ComplianceReport(ctx context.Context, q ReportQuery) ([]ReportLine, error)
	PackHistory(ctx context.Context, q PackHistoryQuery) ([]PackScore, error)
	Select(ctx context.Context, q SelectQuery) (SelectPage, error)
	QueryEvents(ctx context.Context, q EventQuery, to EventRows) error
	FindEvidence(ctx context.Context, q finder.Filter, to EventRows) error
	InvokeFunction(ctx context.Context, in function.Invocation) (function.Answer, error)
	Remediate(ctx context.Context, c RemediationCommand) (RemediationAnswer, error)
	History(ctx context.Context, q HistoryQuery) (Timeline, error)
	ValidateTrail(ctx context.Context, q ValidateQuery) ([]Validated, error)
	Diff(ctx context.Context, q DiffQuery) (DiffPage, error)
	Graph(ctx context.Context, q GraphQuery) (Graph, error)
	Who(ctx context.Context, q WhoQuery) (forensic.Activity, error)
	Sessions(ctx context.Context, q WhoQuery) (forensic.Sessions, error)
	FirstSeen(ctx context.Context, q WhoQuery) (forensic.Novelties, error)
	Status(ctx context.Context, q struct{}) (Status, error)
	Assessments(ctx context.Context, q AssessmentQuery) ([]AssessmentLine, error)
	ShowAssessment(ctx context.Context, q AssessmentQuery) (AssessmentView, error)
	EvidenceSources(ctx context.Context, q AssessmentQuery) (EvidenceSources, error)
	CollectEvidence(ctx context.Context, q CollectQuery) (Collected, error)
	ImportEvidence(ctx context.Context, q EvidenceImport) (EvidenceImported, error)
	Audit(ctx context.Context, q AuditCommand) (AuditAnswer, error)
	Hunt(ctx context.Context, q HuntQuery) (Hunt, error)
	ResourceEvents(ctx context.Context, q ResourceEventsQuery) (ResourceEvents, error)
	StartAutomation(ctx context.Context, q AutomationStart) (AutomationRun, error)
	OrderAutomation(ctx context.Context, o AutomationOrder) (AutomationRun, error)
	FollowAutomation(ctx context.Context, at AutomationPlace, id string) (AutomationRun, error)
	Automations(ctx context.Context, q AutomationQuery) (AutomationPage, error)
	ApplyFrameworks(ctx context.Context, q ApplyRequest) ([]authoring.Change, error)
	CustomFrameworks(ctx context.Context) (CustomFrameworks, error)
	Migrate(ctx context.Context, in MigrateRequest, progress func(RegionCounts)) ([]RegionCounts, error)
	ApplyTexts(ctx context.Context, q TextsRequest) ([]assess.TextChange, error)
	OfficialTexts(ctx context.Context) ([]assess.TextChange, error)
	Backup(ctx context.Context, in BackupRequest) (backup.Summary, error)
	LedgerStatus(ctx context.Context) (LedgerStatus, error)
	AnchorLedger(ctx context.Context) (int, error)
	AuditLedger(ctx context.Context, account string) ([]ledger.Audit, error)
	Prove(ctx context.Context, q ProofQuery) (string, error)
	PublishLedger(ctx context.Context, dir string) (int, error)
	RotateKey(ctx context.Context, reason string) (KeyChanged, error)
	AcceptRollback(ctx context.Context, reason string) (KeyChanged, error)
	AutomationDocuments(ctx context.Context, at AutomationPlace, name string) ([]AutomationDocument, error)
	Connect(ctx context.Context, q ConnectRequest, progress func(ConnectStep)) (Connected, error)
	TestConnection(ctx context.Context, q ConnectionQuery, progress func(ConnectStep)) (Connected, error)
	ShowConnection(ctx context.Context, q ConnectionQuery) (Connected, error)
	Connections(ctx context.Context) ([]ConnectionView, error)
	RemoveConnection(ctx context.Context, q ConnectionQuery) error
	StartSweep(ctx context.Context, q SweepRequest, progress func(sweep.Job)) (SweepView, error)
	SweepStatus(ctx context.Context, q SweepQuery) (SweepView, error)
	Sweeps(ctx context.Context) ([]sweep.Job, error)
	CancelSweep(ctx context.Context, q SweepQuery) (sweep.Job, error)
}

// Attach gives the installation of a data directory: the running server when one holds it, else the directory itself,
// opened for this process. done lets go of it.
func Attach(ctx context.Context, c Config) (in Installation, done func() error, err error) {
	s, err := Open(ctx, c)
	if err == nil {
		return s, s.Close, nil
	}
	if fault.KindOf(err) != fault.Unavailable {
		return nil, nil, err
	}
	r, missing := FindRunning(c.Data)
	if missing != nil || r.Address == "" {
		return nil, nil, err
	}
	return Remote{r}, func() error { return nil }, nil
}
