package ledger

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
)

// KeyChange is a statement, signed by two keys, that the second follows the first: whoever trusts the first may trust
// the second. When the name stays it is a rotation. When it is another, a rollback was accepted: the logs go on under
// new origins from what was restored, and Lost tells what had been published beyond that.
type KeyChange struct {
	// Old and New are verifier key lines.
	Old, New string
	At       time.Time
	// Reason is one line by whoever changed the key.
	Reason string
	Lost   []Lost
	// Note is the whole signed text.
	Note []byte
}

// Lost is a log whose published end is behind what was restored.
type Lost struct {
	Origin string `json:"origin"`
	// Published and Root are of the last published checkpoint, Restored is the size that was found.
	Published int64     `json:"published"`
	Root      tlog.Hash `json:"root"`
	Restored  int64     `json:"restored"`
}

// Rollback reports whether the change began new origins.
func (c *KeyChange) Rollback() bool { return keyName(c.Old) != keyName(c.New) }

func keyName(line string) string { name, _, _ := strings.Cut(line, "+"); return name }

const (
	changeTitle = "tickmark key change v1"
	maxReason   = 300
	maxChange   = 1 << 20
)

// text is what both keys sign.
func (c *KeyChange) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n%s\n%s\n", changeTitle, c.Old, c.New, c.At.UTC().Format(time.RFC3339), c.Reason)
	for _, l := range c.Lost {
		fmt.Fprintf(&b, "%s %d %s %d\n", l.Origin, l.Published, l.Root, l.Restored)
	}
	return b.String()
}

func checkReason(reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxReason || strings.ContainsFunc(reason, func(r rune) bool { return r < ' ' }) {
		return fault.Invalidf("reason", "Give a reason in one line of at most %d bytes; it is signed and shown to auditors.", maxReason)
	}
	return nil
}

// sign makes the statement.
func (c *KeyChange) sign(old, next note.Signer) error {
	var err error
	c.Note, err = note.Sign(&note.Note{Text: c.text()}, old, next)
	return err
}

// ParseKeyChange reads a statement and checks both signatures. Only what the signers wrote themselves is accepted.
func ParseKeyChange(msg []byte) (KeyChange, error) {
	c := KeyChange{Note: bytes.Clone(msg)}
	text, _, ok := strings.Cut(string(msg), "\n\n")
	if !ok || len(msg) > maxChange {
		return c, fmt.Errorf("not a key change: it has no signatures")
	}
	lines := strings.Split(text, "\n")
	if len(lines) < 5 || lines[0] != changeTitle {
		return c, fmt.Errorf("not a key change")
	}
	var err error
	c.Old, c.New, c.Reason = lines[1], lines[2], lines[4]
	if c.At, err = time.Parse(time.RFC3339, lines[3]); err != nil {
		return c, fmt.Errorf("the time of the key change: %w", err)
	}
	for _, line := range lines[5:] {
		l, err := parseLost(line)
		if err != nil {
			return c, err
		}
		c.Lost = append(c.Lost, l)
	}
	if c.text() != text+"\n" {
		return c, fmt.Errorf("the key change is not in its canonical form")
	}
	for line := range strings.Lines(string(msg[len(text)+2:])) {
		if _, err := signatureKey(line); err != nil {
			return c, err
		}
	}
	return c, c.verify()
}

func parseLost(line string) (l Lost, err error) {
	part := strings.Split(line, " ")
	if len(part) != 4 {
		return l, fmt.Errorf("the key change has a line that is none: %q", line)
	}
	l.Origin = part[0]
	if l.Published, err = strconv.ParseInt(part[1], 10, 64); err != nil {
		return l, fmt.Errorf("the key change: %w", err)
	}
	if l.Root, err = tlog.ParseHash(part[2]); err != nil {
		return l, fmt.Errorf("the key change: %w", err)
	}
	if l.Restored, err = strconv.ParseInt(part[3], 10, 64); err != nil {
		return l, fmt.Errorf("the key change: %w", err)
	}
	return l, nil
}

// verify checks that both keys have signed, and nobody else.
func (c *KeyChange) verify() error {
	var both []note.Verifier
	for _, line := range []string{c.Old, c.New} {
		v, err := note.NewVerifier(line)
		if err != nil {
			return fmt.Errorf("the key change names a key that is none: %w", err)
		}
		both = append(both, v)
	}
	if KeyID(both[0]) == KeyID(both[1]) {
		return fmt.Errorf("the key change names one key twice")
	}
	n, err := note.Open(c.Note, note.VerifierList(both...))
	if err != nil {
		return fmt.Errorf("the key change: %w", err)
	}
	if len(n.Sigs) != 2 || len(n.UnverifiedSigs) != 0 || n.Sigs[0].Hash == n.Sigs[1].Hash {
		return fmt.Errorf("the key change is not signed by both its keys")
	}
	return nil
}

// KeyChanges are statements in the order they were made.
type KeyChanges []KeyChange

// changeEnd stands behind each statement in a file of them.
const changeEnd = "----\n"

// Encode writes the statements as one text.
func (cs KeyChanges) Encode() []byte {
	var b bytes.Buffer
	for _, c := range cs {
		b.Write(c.Note)
		b.WriteString(changeEnd)
	}
	return b.Bytes()
}

// ParseKeyChanges reads what Encode wrote. Each statement must follow on the one before.
func ParseKeyChanges(data []byte) (KeyChanges, error) {
	var out KeyChanges
	for rest := data; len(rest) > 0; {
		msg, after, ok := bytes.Cut(rest, []byte(changeEnd))
		if !ok {
			return nil, fmt.Errorf("the last key change is cut short")
		}
		c, err := ParseKeyChange(msg)
		if err != nil {
			return nil, err
		}
		if n := len(out); n > 0 && out[n-1].New != c.Old {
			return nil, fmt.Errorf("a key change does not follow on the one before")
		}
		out, rest = append(out, c), after
	}
	return out, nil
}

// Lead reports whether a chain of statements leads from one key to another; from a key to itself none is needed. Keys
// are compared whole: their ids are short.
func (cs KeyChanges) Lead(from, to Public) bool {
	at := from.line
	for _, c := range cs {
		if at != to.line && c.Old == at {
			at = c.New
		}
	}
	return at != "" && at == to.line
}
