package courier

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trails"
)

const (
	// maxFile is about how long a packed log file gets, as AWS has it.
	maxFile = 45 << 20
	// maxHeld is how much of the files of a window is held before it is written.
	maxHeld = 96 << 20
)

// folder is where a log file belongs.
type folder struct {
	trails.Place
	kind string
}

// part is a log file that is being filled.
type part struct {
	packed bytes.Buffer
	w      *logfile.Writer
	text   int
}

// delivered is a log file in its bucket.
type delivered struct {
	Place trails.Place
	File  logfile.LogFile
}

// batch is the files of a window.
type batch struct {
	v     *visit
	open  map[folder]*part
	parts map[folder]int // files so far
	held  int
	done  []delivered
}

// folders of the categories of event that have their own.
var folders = map[string]string{trail.Insight: logfile.FolderInsight, trail.NetworkActivity: logfile.FolderNetwork}

// add puts an event into its file. When files are long enough they are written: equal events make equal files.
func (b *batch) add(ctx context.Context, e *trail.Event) error {
	f := folder{trails.Place{Account: e.Account, Region: e.Region}, folders[e.Category]}
	if f.kind == "" {
		f.kind = logfile.FolderLog
	}
	p := b.open[f]
	if p == nil {
		p = &part{}
		p.w = logfile.NewWriter(&p.packed)
		b.open[f] = p
	}
	if err := p.w.Add(e.Raw, e.Time); err != nil {
		return err
	}
	p.text += len(e.Raw)
	b.held += len(e.Raw)
	if p.packed.Len() >= maxFile {
		return b.write(ctx, f)
	}
	if b.held >= maxHeld {
		return b.flush(ctx)
	}
	return nil
}

// flush writes all files that are begun.
func (b *batch) flush(ctx context.Context) error {
	order := slices.SortedFunc(maps.Keys(b.open), func(x, y folder) int {
		return strings.Compare(x.Account+"/"+x.kind+"/"+x.Region, y.Account+"/"+y.kind+"/"+y.Region)
	})
	for _, f := range order {
		if err := b.write(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// write ends a file and puts it into the bucket.
func (b *batch) write(ctx context.Context, f folder) error {
	p, v := b.open[f], b.v
	entry, err := p.w.Close()
	if err != nil {
		return err
	}
	t, w := &v.Value.Trail, v.Value.Window
	n := logfile.Name{Place: v.place(f.Place), Folder: f.kind, At: w.At, Unique: v.unique(f, b.parts[f])}
	entry.Bucket, entry.Key = t.Bucket, n.Key()
	o := object.Object{Bucket: t.Bucket, Key: entry.Key, ContentType: "application/json", Modified: w.At}
	if err := v.c.put(ctx, t, o, &p.packed); err != nil {
		return v.failed(ctx, f.Place, err, func(s *trails.Status, code string) { s.Error, s.Attempted = code, v.c.Clock.Now() })
	}
	b.held -= p.text
	b.parts[f]++
	delete(b.open, f)
	b.done = append(b.done, delivered{f.Place, entry})
	return nil
}

// place is where files of an account and Region lie in the trail's bucket.
func (v *visit) place(at trails.Place) logfile.Place {
	return logfile.Place{Prefix: v.Value.Trail.Prefix, Organization: v.Value.Organization, Account: at.Account, Region: at.Region}
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// unique is the part of a name that tells files of a minute apart: it follows from what the file holds.
func (v *visit) unique(f folder, part int) string {
	w := v.Value.Window
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %d %d %d %s %s %s %d",
		v.Value.Trail.ARN, v.Value.Trail.Created.UnixMicro(), w.From, w.To, w.At.UnixMicro(), f.Account, f.Region, f.kind, part))
	out := make([]byte, 16)
	for i := range out {
		out[i] = letters[int(sum[i])%len(letters)]
	}
	return string(out)
}
