package trail

import (
	"fmt"
	"time"
)

// Result tells what an import did. Its JSON form is a promise to scripts.
type Result struct {
	// Items is the number of events newly stored.
	Items int `json:"items"`
	// Duplicates were stored before, or came twice.
	Duplicates int `json:"duplicates"`
	// Conflicts came with the key of another event; the first one stays.
	Conflicts int `json:"conflicts"`
	// Adapted were not in CloudTrail's own form: their time or id was taken from elsewhere.
	Adapted int `json:"adapted"`
	// Rejected names every record and file that could not be understood.
	Rejected []Rejected `json:"rejected"`
	// Unread is how many files among them could not be read at all, such as those of a bucket that did not answer.
	Unread int `json:"unread"`
	// Skipped counts the files passed over because they hold something else, by what they hold.
	Skipped map[string]int `json:"skipped"`
	// Digests is what digest files beside the logs told; nil when there were none.
	Digests *DigestResult `json:"digests,omitempty"`
	// Bytes is the size of the files read, as they are.
	Bytes int64 `json:"bytes"`
	// Seconds is how long it took.
	Seconds float64 `json:"seconds"`

	unlisted int
}

// Rejected is one thing that could not be imported.
type Rejected struct {
	// Source is the file, and the record in it when one is meant.
	Source string `json:"source"`
	Reason string `json:"reason"`
}

// maxRejected bounds the list in a Result; the rest is counted.
const maxRejected = 10_000

func (r *Result) reject(source, place, reason string) {
	if place != "" {
		source += " " + place
	}
	if len(r.Rejected) < maxRejected {
		r.Rejected = append(r.Rejected, Rejected{source, reason})
	} else {
		r.unlisted++
	}
}

func (r *Result) finish(took time.Duration) {
	r.Seconds = took.Seconds()
	if r.unlisted > 0 {
		r.Rejected = append(r.Rejected, Rejected{"", fmt.Sprintf("and %d more that are not listed", r.unlisted)})
	}
}

// Progress is how far an import has come.
type Progress struct {
	Files, FilesDone int
	Bytes, BytesDone int64
	// Records is the number of events decoded so far.
	Records int
}

func (p *Progress) add(f File) {
	p.Files++
	p.Bytes += f.Size
}
