package assess

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// BulkItem is one piece of manual evidence of many: a text, a file, or the path of an object.
type BulkItem struct {
	// Where tells a reader which line or file it is.
	Where string
	// Control is an id, a name, or the requirement's id; ControlSet is needed where several sets have the control.
	Control, ControlSet string
	Text, S3Path        string
	// FileName and Open give a file.
	FileName string
	Open     func() (io.ReadCloser, error)
	// Effective is the day the evidence speaks of, when it is not today.
	Effective string
	// Err is what is wrong with the line itself; then nothing else counts.
	Err error
}

// BulkResult tells what an import of many has done. An item that is wrong fails alone.
type BulkResult struct {
	// New pieces, and those that the control has already, with the same content and effective date.
	New, Known int
	Bytes      int64
	Failed     []BulkFailure
}

// BulkFailure is an item that was not imported.
type BulkFailure struct {
	Where string
	Err   error
}

// bulkBatch is how many pieces of one control share a transaction.
const bulkBatch = 100

// ImportBulk adds manual evidence to many controls. It knows no quota of a day; each control's change log notes it.
// The same content with the same effective date is taken once, so an import that broke may be repeated.
func (s *Service) ImportBulk(ctx context.Context, c Caller, id string, items []BulkItem) (BulkResult, error) {
	var out BulkResult
	a, snap, err := s.GetAssessment(ctx, c, id)
	if err != nil {
		return out, err
	}
	if err := a.open(); err != nil {
		return out, err
	}
	find := findControls(&a, snap)
	now := s.o.IDs.Now()
	waiting := map[[2]string][]bulkPiece{}
	flush := func(k [2]string) error {
		err := s.importMany(ctx, c, id, k, waiting[k], &out)
		delete(waiting, k)
		return err
	}
	for _, it := range items {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		p, n, err := s.bulkPiece(ctx, c, &a, find, it, now)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				return out, err
			}
			out.Failed = append(out.Failed, BulkFailure{it.Where, err})
			continue
		}
		out.Bytes += n
		k := [2]string{p.item.Occurrence.ControlSet, p.item.Occurrence.Control}
		if waiting[k] = append(waiting[k], bulkPiece{it.Where, p}); len(waiting[k]) == bulkBatch {
			if err := flush(k); err != nil {
				return out, err
			}
		}
	}
	for _, set := range a.Sets { // in the order of the assessment
		for _, k := range set.Controls {
			if err := flush([2]string{set.ID, k.ID}); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

type bulkPiece struct {
	where string
	piece
}

// bulkPiece makes the piece of an item; a file's content is on disk before it is recorded.
func (s *Service) bulkPiece(ctx context.Context, c Caller, a *Assessment, find controlFinder, it BulkItem, now time.Time) (piece, int64, error) {
	if it.Err != nil {
		return piece{}, 0, it.Err
	}
	set, control, err := find.find(it.ControlSet, it.Control)
	if err != nil {
		return piece{}, 0, err
	}
	p, size, err := s.bulkBody(ctx, c, it, now)
	if err != nil {
		return p, 0, err
	}
	b := &p.item.Body
	p.fact = factOf("bulk", a.ID, set, control, b.Event, b.Text, b.Raw.String(), b.FileName, b.Attributes["s3ResourcePath"], it.Effective)
	p.note = SourceNote{Control: control, Type: string(catalog.Manual)}
	o := &p.item.Occurrence
	o.Owner, o.Assessment, o.ControlSet, o.Control = c.Account, a.ID, set, control
	return p, size, nil
}

func (s *Service) bulkBody(ctx context.Context, c Caller, it BulkItem, now time.Time) (piece, int64, error) {
	if it.Open == nil || it.Text != "" || it.S3Path != "" {
		if it.Open != nil || it.Text == "" && it.S3Path == "" || it.Text != "" && it.S3Path != "" {
			return piece{}, 0, fault.Invalidf("evidence", "Exactly one of file, text and s3 must be given.")
		}
		p, err := s.manual(ctx, c, ManualInput{Text: it.Text, S3Path: it.S3Path, Effective: it.Effective}, now)
		return p, int64(len(it.Text)), err
	}
	if err := checkFileName(it.FileName); err != nil {
		return piece{}, 0, err
	}
	p := manualPiece(c, now)
	if err := p.effective(it.Effective); err != nil {
		return p, 0, err
	}
	r, err := it.Open()
	if err != nil {
		return p, 0, fault.Invalidf("file", "The file cannot be read: %v.", err)
	}
	defer r.Close()
	sha, size, err := s.o.Blobs.Put(ctx, r, s.o.Limits.FileSize)
	if err != nil {
		return p, 0, err
	}
	b := &p.item.Body
	b.Event, b.FileName = "ImportFile", it.FileName
	if b.Raw, err = ledger.ParseHash(sha); err != nil {
		return p, 0, err
	}
	p.raws = append(p.raws, raw{b.Raw, RawPlace{"blob", sha}})
	return p, size, nil
}

// importMany records pieces of one control. What the control has already is counted as known.
func (s *Service) importMany(ctx context.Context, c Caller, id string, k [2]string, pieces []bulkPiece, out *BulkResult) error {
	if len(pieces) == 0 {
		return nil
	}
	logID := s.o.IDs.NewID()
	n, err := write(ctx, s, func(tx Tx) (int, error) {
		d, err := assessment(tx, c, id)
		if err != nil {
			return 0, err
		}
		state, err := workingControl(c, &d.Value, k[0], k[1])
		if err != nil {
			return 0, err
		}
		if state.Status == Inactive {
			return 0, fault.Invalidf("controlId", "Control %s is inactive; it takes no evidence. Set it to UNDER_REVIEW first.", k[1])
		}
		batch := make([]piece, len(pieces))
		for i := range pieces {
			batch[i] = pieces[i].piece
			d.Value.late(&batch[i])
		}
		recorded, err := record(tx, batch)
		if err != nil || len(recorded) == 0 {
			return 0, err
		}
		snap, err := snapshots.Get(tx, c.Account, "", id)
		if err != nil {
			return 0, err
		}
		return len(recorded), logIn(tx, &d.Value, logID, Change{Object: ObjectControl, Name: snap.Value[k[1]].Name, Action: ActionImport, By: c.Principal, Set: k[0], Control: k[1]})
	})
	switch kind := fault.KindOf(err); {
	case err == nil:
		out.New, out.Known = out.New+n, out.Known+len(pieces)-n
	case kind == fault.Invalid || kind == fault.Denied || kind == fault.NotFound:
		for _, p := range pieces {
			out.Failed = append(out.Failed, BulkFailure{p.where, err})
		}
	default:
		return err
	}
	return nil
}

// controlFinder finds the controls of an assessment by what people call them.
type controlFinder struct {
	by map[string][][2]string // set and control by id, name and requirement, in lower case
}

func findControls(a *Assessment, snap Snapshot) controlFinder {
	f := controlFinder{map[string][][2]string{}}
	for _, set := range a.Sets {
		for _, k := range set.Controls {
			if k.Removed {
				continue
			}
			names := []string{k.ID, snap[k.ID].Name, folderName(snap[k.ID].Name)}
			if standard, ok := catalog.Standard().Control(k.ID); ok {
				names = append(names, standard.Requirement, folderName(standard.Requirement))
			}
			at := [2]string{set.ID, k.ID}
			for _, n := range names {
				if n = strings.ToLower(n); !slices.Contains(f.by[n], at) {
					f.by[n] = append(f.by[n], at)
				}
			}
		}
	}
	return f
}

// folderName is a control's name as a folder may have it: what cannot stand in one is an underscore.
func folderName(name string) string {
	return strings.TrimRight(strings.Map(func(r rune) rune {
		if r < 0x20 || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name), " .")
}

func (f controlFinder) find(set, control string) (string, string, error) {
	var found [][2]string
	for _, at := range f.by[strings.ToLower(strings.TrimSpace(control))] {
		if set == "" || strings.EqualFold(set, at[0]) {
			found = append(found, at)
		}
	}
	switch len(found) {
	case 0:
		return "", "", fault.New(fault.NotFound, "The assessment has no control %q; write its id, its name or the requirement's id.", control)
	case 1:
		return found[0][0], found[0][1], nil
	}
	return "", "", fault.Invalidf("control", "%d controls are called %q; name the control set too, such as %q, or give the control's id.", len(found), control, found[0][0])
}
