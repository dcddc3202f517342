package ledger

import (
	"encoding/hex"
	"slices"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
)

// Occurrence says that a body was found for a control of an assessment on a day. It holds no content of the
// evidence, so the occurrences that a report leaves out can be shown in it and counted. Keep the fields sorted
// by their JSON names.
type Occurrence struct {
	// Account and Region are where the evidence comes from.
	Account string `json:"account,omitempty"`
	// AfterFreeze is the id of the freeze that was in force over the day when the item was recorded: the item is no part
	// of the frozen period.
	AfterFreeze string `json:"afterFreeze,omitempty"`
	Assessment  string `json:"assessment,omitempty"`
	// Backfilled marks an item made later than its day, from history.
	Backfilled bool `json:"backfilled,omitempty"`
	// Body is the hash of what was found.
	Body Hash `json:"body"`
	// CollectedAt is when it was stored; the only member outside the idempotency key.
	CollectedAt time.Time `json:"collectedAt"`
	// Collector names what collected it.
	Collector  string `json:"collector"`
	Control    string `json:"control,omitempty"`
	ControlSet string `json:"controlSet,omitempty"`
	// Day is the UTC day of the fact, as 2006-01-02.
	Day string `json:"day"`
	// Exception is the id of the exception that covered the subject; the item counts as excepted.
	Exception string `json:"exception,omitempty"`
	// LogicVersion is the version of the rule that judged, as in the body.
	LogicVersion string `json:"logicVersion,omitempty"`
	// Members is set when the occurrence stands for many unchanged subjects.
	Members *Members `json:"members,omitempty"`
	// ObservedAt is the time of the fact.
	ObservedAt time.Time `json:"observedAt"`
	// Original is the id that evidence had where it was collected, for what was copied from AWS Audit Manager; it is the
	// id here too.
	Original string `json:"original,omitempty"`
	// Owner is the account that owns the assessment, and the log.
	Owner string `json:"owner"`
	// Produced is the hash of the record of how it was produced.
	Produced Hash   `json:"produced,omitzero"`
	Region   string `json:"region,omitempty"`
	// Sequence numbers the occurrences of an assessment from 1 without a gap; the ledger assigns it.
	Sequence int64 `json:"sequence"`
	// Source is the data source, as in the body.
	Source string `json:"source"`
	// Verdict is the body's.
	Verdict Verdict `json:"verdict,omitempty"`
}

// Members are the subjects an occurrence stands for.
type Members struct {
	Count int64 `json:"count"`
	// Root is the Merkle root over the hashes of the members' bodies, in ascending order.
	Root Hash `json:"root"`
}

// Weight is how many pieces of evidence the occurrence stands for.
func (o Occurrence) Weight() int64 {
	if o.Members != nil {
		return o.Members.Count
	}
	return 1
}

// Class is how an item counts in totals.
type Class string

// The classes. What no rule judged, could not be judged or does not apply is inconclusive: a human must judge.
const (
	ClassCompliant    Class = "compliant"
	ClassNonCompliant Class = "nonCompliant"
	ClassInconclusive Class = "inconclusive"
	ClassExcepted     Class = "excepted"
)

// Class tells how the occurrence counts.
func (o Occurrence) Class() Class {
	switch {
	case o.Exception != "":
		return ClassExcepted
	case o.Verdict == Compliant:
		return ClassCompliant
	case o.Verdict == NonCompliant:
		return ClassNonCompliant
	}
	return ClassInconclusive
}

// DayFormat is how days are written.
const DayFormat = "2006-01-02"

// normal gives times their one precision and zone.
func (o Occurrence) normal() Occurrence {
	o.ObservedAt = o.ObservedAt.UTC().Truncate(time.Microsecond)
	o.CollectedAt = o.CollectedAt.UTC().Truncate(time.Microsecond)
	return o
}

func (o Occurrence) validate() error {
	_, dayErr := time.Parse(DayFormat, o.Day)
	switch {
	case o.Owner == "":
		return fault.Invalidf("owner", "An occurrence needs the account that owns its assessment.")
	case o.Source == "":
		return fault.Invalidf("source", "An occurrence needs its data source.")
	case o.Collector == "":
		return fault.Invalidf("collector", "An occurrence needs the name of its collector.")
	case o.Body.IsZero():
		return fault.Invalidf("body", "An occurrence needs the hash of its body.")
	case dayErr != nil:
		return fault.Invalidf("day", "%q is not a day; write it as 2006-01-02.", o.Day)
	case o.ObservedAt.IsZero() || o.CollectedAt.IsZero():
		return fault.Invalidf("observedAt", "An occurrence needs the times of observation and collection.")
	case !slices.Contains(verdicts, o.Verdict):
		return fault.Invalidf("verdict", "%q is no verdict.", o.Verdict)
	case o.Original != "" && uuid.Validate(o.Original) != nil:
		return fault.Invalidf("original", "%q is no id of evidence.", o.Original)
	case o.Members != nil && (o.Members.Count < 1 || o.Members.Root.IsZero()):
		return fault.Invalidf("members", "An occurrence for many subjects needs their number and their root.")
	}
	return nil
}

// Encode is the canonical encoding.
func (o Occurrence) Encode() ([]byte, error) {
	o = o.normal()
	if err := o.validate(); err != nil {
		return nil, err
	}
	return encode(o)
}

// DecodeOccurrence reads a canonical encoding.
func DecodeOccurrence(data []byte) (Occurrence, error) {
	o, err := decode[Occurrence]("occurrence", data)
	if err == nil {
		err = o.validate()
	}
	return o, err
}

// ID is the idempotency key, shaped as a UUID (version 8): a hash of everything but the time of collection and
// the number that the ledger assigns; of what was copied, the id it had.
func (o Occurrence) ID() (string, error) {
	if o.Original != "" {
		return o.Original, nil
	}
	o = o.normal()
	o.CollectedAt, o.Sequence = time.Time{}, 0
	enc, err := encode(o)
	if err != nil {
		return "", err
	}
	h := tagged(idTag, enc)
	h[6] = h[6]&0x0f | 0x80
	h[8] = h[8]&0x3f | 0x80
	x := hex.EncodeToString(h[:16])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:], nil
}

// Leaf is the hash of an occurrence's canonical encoding as a leaf of the log.
func Leaf(encoded []byte) tlog.Hash {
	return tlog.RecordHash(append([]byte(occurrenceTag), encoded...))
}
