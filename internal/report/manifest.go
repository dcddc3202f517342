package report

import (
	"bytes"
	"encoding/json"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/ledger"
)

// Formats of the bundle's files.
const (
	manifestFormat = "tickmark-manifest-v1"
	evidenceFormat = "tickmark-evidence-v1"
	digestFormat   = "tickmark-digest-v1"
)

// Names of the files at the top of a bundle.
const (
	readmeName     = "README.txt"
	checkpointName = "ledger/checkpoint.txt"
	tileFolder     = "ledger/"
	rawFolder      = "raw/"
	membersFolder  = "members/"
	csvName        = "evidence.csv"
	manifestName   = "manifest.json"
	pdfName        = "AssessmentReportSummary.pdf"
	indexName      = "index.html"
	digestName     = "digest.txt"
	leftOutName    = "left-out.jsonl"
)

// Manifest is the report for programs; the pages for people say the same.
type Manifest struct {
	Format      string        `json:"format"`
	Tool        string        `json:"tool"`
	Created     time.Time     `json:"created"`
	Account     string        `json:"account"`
	Assessment  Assessment    `json:"assessment"`
	Report      About         `json:"report"`
	From        string        `json:"from,omitempty"`
	To          string        `json:"to,omitempty"`
	Totals      Totals        `json:"totals"`
	ControlSets []ManifestSet `json:"controlSets"`
	// Unaccounted are records of the assessment, known by their sequence numbers, that belong to no control of
	// the report.
	Unaccounted int64       `json:"unaccounted"`
	Exceptions  []Exception `json:"exceptions,omitempty"`
	Anchors     []Anchor    `json:"anchors"`
	// Rollbacks are losses of the log that were accepted.
	Rollbacks []Rollback `json:"rollbacks,omitempty"`
	Log       LogState   `json:"log"`
	Raw       RawCounts  `json:"raw"`
}

// ManifestSet is a control set with its numbers.
type ManifestSet struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Status   string            `json:"status,omitempty"`
	Controls []ManifestControl `json:"controls"`
}

// ManifestControl is a control with its numbers.
type ManifestControl struct {
	Control
	// Folder holds the control's files.
	Folder  string         `json:"folder"`
	Totals  Totals         `json:"totals"`
	Days    []DayRange     `json:"days,omitempty"`
	Sources []SourceTotals `json:"sources,omitempty"`
	// Production tells how the selected evidence was produced.
	Production []Made `json:"production,omitempty"`
	// Manual are the first of the ManualItems selected items that somebody has provided.
	Manual      []ManualItem `json:"manual,omitempty"`
	ManualItems int64        `json:"manualItems,omitempty"`
}

// LogState is the log that the evidence is proven against.
type LogState struct {
	Origin string    `json:"origin"`
	Size   int64     `json:"size"`
	Root   tlog.Hash `json:"root"`
	KeyID  string    `json:"keyId"`
}

// RawCounts tell how many raw objects of selected evidence are in the bundle: kept exactly, with secrets
// masked, or no longer kept.
type RawCounts struct {
	Kept    int64 `json:"kept"`
	Masked  int64 `json:"masked"`
	NotKept int64 `json:"notKept"`
}

// evidenceFile is the file of one selected item.
type evidenceFile struct {
	Format     string            `json:"format"`
	ID         string            `json:"id"`
	LeafIndex  int64             `json:"leafIndex"`
	LeafHash   tlog.Hash         `json:"leafHash"`
	Occurrence ledger.Occurrence `json:"occurrence"`
	Body       ledger.Body       `json:"body"`
	Produced   *ledger.Produced  `json:"produced,omitempty"`
	// Members is the path of the bodies of the subjects the item stands for.
	Members string   `json:"members,omitempty"`
	Raw     []rawRef `json:"raw,omitempty"`
}

// States of a raw object.
const (
	rawKept    = "kept"
	rawMasked  = "masked"
	rawNotKept = "not kept"
)

type rawRef struct {
	SHA256 ledger.Hash `json:"sha256"`
	State  string      `json:"state"`
	Path   string      `json:"path,omitempty"`
}

// leftOutLine stands for one item that was not selected: enough to prove that it is in the log, and to count it.
type leftOutLine struct {
	LeafIndex  int64             `json:"leafIndex"`
	LeafHash   tlog.Hash         `json:"leafHash"`
	Occurrence ledger.Occurrence `json:"occurrence"`
}

// render writes JSON in the one form that verification accepts.
func render(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// parse reads JSON strictly: no unknown member, and exactly the form of render.
func parse(data []byte, indent string, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	again, err := render(v, indent)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, data) {
		return errNotCanonical
	}
	return nil
}

var errNotCanonical = canonicalError{}

type canonicalError struct{}

func (canonicalError) Error() string { return "not in the form in which reports are written" }
