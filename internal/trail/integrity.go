package trail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/logfile"
)

// DigestResult is what digests beside the logs told. Its JSON form is a promise to scripts.
type DigestResult struct {
	// Digests and Logs count the files by what was found out. A log file is unproven when no digest names it, or none
	// that could be authenticated.
	Digests logfile.Counts `json:"digests"`
	Logs    logfile.Counts `json:"logs"`
	// Problems names what is wrong, and why digests are unproven.
	Problems []logfile.Problem `json:"problems"`
	// Left is how many problems are not listed.
	Left int `json:"left,omitempty"`
}

func (r *DigestResult) tell(p logfile.Problem) {
	if len(r.Problems) < maxRejected {
		r.Problems = append(r.Problems, p)
	} else {
		r.Left++
	}
}

// witness is what digests say of log files.
type witness struct {
	result  DigestResult
	digests []logfile.Checked // without their contents
	said    map[[16]byte]said
}

// said is what a digest says of one log file.
type said struct {
	sum    [sha256.Size]byte
	digest int
}

// DigestSet is digests that lie together.
type DigestSet struct {
	Files logfile.Files
	// Bucket is where they lie; empty for a copy of buckets.
	Bucket string
	// Keys are the digests' keys.
	Keys []string
}

// Proven is a Source whose log files have digests.
type Proven interface {
	Source
	// Digests are those that may name log files of the source; none is an answer.
	Digests(ctx context.Context) ([]DigestSet, error)
}

// digestSets are the digests of a copy of buckets.
func (l listing) digestSets(ctx context.Context, known map[string]map[string]string) []DigestSet {
	if len(l.digests) == 0 {
		return nil
	}
	places := map[string]digestFile{}
	files := &logfile.Copy{Known: known, OpenFile: func(place string) (io.ReadCloser, error) {
		if of, ok := strings.CutSuffix(place, logfile.SidecarEnding); ok {
			return places[of].beside(logfile.SidecarEnding)
		}
		return places[place].Open(ctx)
	}}
	for _, in := range l.digests {
		places[in.Name] = in
		files.Put(in.Name, in.Name)
	}
	return []DigestSet{{Files: files, Keys: files.Keys()}}
}

// witness asks the digests of a source what they say of its log files; nil when there are none.
func (im *Importer) witness(ctx context.Context, src Source) (*witness, error) {
	var sets []DigestSet
	var err error
	switch src := src.(type) {
	case listing:
		sets = src.digestSets(ctx, im.DigestMetadata)
	case Proven:
		if sets, err = src.Digests(ctx); err != nil {
			return nil, err
		}
	}
	if len(sets) == 0 {
		return nil, nil
	}
	w := &witness{said: map[[16]byte]said{}, result: DigestResult{Problems: []logfile.Problem{}}}
	for _, set := range sets {
		if err := w.ask(ctx, set, im.Keys); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// ask checks digests.
func (w *witness) ask(ctx context.Context, set DigestSet, keys logfile.Keys) error {
	unproven := map[string]int{}
	err := (&logfile.Checker{Files: set.Files, Bucket: set.Bucket, Keys: keys}).Digests(ctx, set.Keys, func(d *logfile.Checked) error {
		w.result.Digests.Add(d.State)
		switch {
		case d.State == logfile.Unproven && unproven[d.Reason] > 0: // often one reason for all
			unproven[d.Reason]++
		case d.State != logfile.Valid:
			unproven[d.Reason]++
			w.result.tell(logfile.Problem{Kind: "digest", File: d.Key, State: d.State.String(), Reason: d.Reason})
		}
		w.note(d)
		return nil
	})
	for i := range w.result.Problems {
		if p := &w.result.Problems[i]; p.State == logfile.Unproven.String() && unproven[p.Reason] > 1 {
			p.Reason += fmt.Sprintf(" (this digest and %d more)", unproven[p.Reason]-1)
		}
	}
	return err
}

// note remembers what a digest says.
func (w *witness) note(d *logfile.Checked) {
	if d.Digest == nil {
		return
	}
	for i := range d.Digest.LogFiles {
		f := &d.Digest.LogFiles[i]
		s := said{digest: len(w.digests)}
		s.sum, _ = f.Sum() // what is no hash agrees with nothing
		id := fileID(f.Key)
		if old, twice := w.said[id]; !twice || d.State < w.digests[old.digest].State {
			w.said[id] = s
		}
	}
	w.digests = append(w.digests, logfile.Checked{Key: d.Key, State: d.State, Reason: d.Reason})
}

// fileID is a short name of a log file: there may be millions.
func fileID(name string) [16]byte {
	sum := sha256.Sum256([]byte(logfile.BelowPrefix(name)))
	return [16]byte(sum[:16])
}

// judge tells what digests say of a log file's bytes; nil stands for a file that is too long to be held.
func (w *witness) judge(name string, packed []byte) string {
	if w == nil {
		return DigestMissing
	}
	state, reason := w.agree(name, packed)
	w.result.Logs.Add(state)
	switch state {
	case logfile.Valid:
		return DigestValid
	case logfile.Invalid:
		w.result.tell(logfile.Problem{Kind: "log", File: name, State: state.String(), Reason: reason})
		return DigestInvalid
	}
	return DigestMissing
}

func (w *witness) agree(name string, packed []byte) (logfile.State, string) {
	s, ok := w.said[fileID(name)]
	if !ok || logfile.BelowPrefix(name) == "" || packed == nil {
		return logfile.Unproven, ""
	}
	d := &w.digests[s.digest]
	if d.State == logfile.Invalid {
		return logfile.Invalid, "the digest that names it is invalid: " + d.Key
	}
	sum, err := logfile.Sum(bytes.NewReader(packed), max(bombFloor, int64(len(packed))*bombRatio))
	switch {
	case err != nil:
		return logfile.Invalid, err.Error()
	case sum != fmt.Sprintf("%x", s.sum):
		return logfile.Invalid, "its hash is not the one that the digest has of it: " + d.Key
	}
	return d.State, ""
}
