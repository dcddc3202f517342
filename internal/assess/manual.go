package assess

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/object"
)

// MaxBatch is the longest batch of evidence, delegations or manual items.
const MaxBatch = 50

// extensions are the kinds of files that are taken as evidence.
var extensions = strings.Fields(`gz zip doc docx pdf ppt pptx xls xlsx jpeg jpg png svg cer csv html jmx json md out rtf txt xml yaml yml`)

// ManualInput is one piece of manual evidence: exactly one of Text, File and S3Path.
type ManualInput struct {
	Text string
	// File is the evidence file's name as NewUpload has given it.
	File string
	// S3Path is s3://bucket/key. Content that is held here is kept and hashed; elsewhere it is a reference.
	S3Path string
	// Effective is the day the evidence speaks of, when it is not today.
	Effective string
}

// EvidenceBucket is where an account's evidence files are uploaded.
func EvidenceBucket(account string) string { return "tickmark-evidence-" + account }

// NewUpload makes room for an evidence file: the bucket and key to put it to. The key is the name to import it by.
func (s *Service) NewUpload(ctx context.Context, c Caller, fileName string) (bucket, key string, err error) {
	if err := checkFileName(fileName); err != nil {
		return "", "", err
	}
	if _, err := read(ctx, s, func(tx Tx) (struct{}, error) { return struct{}{}, registered(tx, c) }); err != nil {
		return "", "", err
	}
	bucket = EvidenceBucket(c.Account)
	if err := s.o.Shelf.CreateBucket(ctx, c.Account, c.Region, bucket, s.o.IDs.Now()); err != nil {
		return "", "", err
	}
	name := []rune(fileName)
	if len(name) > 255 { // the id before it must fit into the name's 300 characters; the extension is kept
		name = append([]rune{}, name[len(name)-255:]...)
	}
	return bucket, s.o.IDs.NewID() + "_" + string(name), nil
}

func checkFileName(name string) error {
	if err := length("fileName", name, 1, 300); err != nil {
		return err
	}
	if strings.ContainsAny(name, "/\\\x00") {
		return fault.Invalidf("fileName", "A file name holds no slash.")
	}
	return checkExtension("fileName", name)
}

func checkExtension(field, name string) error {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if !slices.Contains(extensions, ext) {
		return fault.Invalidf(field, "Files of the kind %q are not taken as evidence; use one of %s.", ext, strings.Join(extensions, ", "))
	}
	return nil
}

// ImportEvidence adds manual evidence to a control. Items that are wrong fail alone.
func (s *Service) ImportEvidence(ctx context.Context, c Caller, id, set, control string, in []ManualInput) (done []string, failed []BatchFailure, err error) {
	if len(in) > MaxBatch {
		return nil, nil, fault.Invalidf("manualEvidence", "At most %d items can be imported at once.", MaxBatch)
	}
	pieces := map[int]piece{}
	now, ids := s.o.IDs.Now(), s.newIDs(len(in)+1)
	for i, x := range in {
		p, err := s.manual(ctx, c, x, now)
		if err != nil {
			f, err := failure(i, x.name(), err)
			if err != nil {
				return nil, nil, err
			}
			failed = append(failed, f)
			continue
		}
		o := &p.item.Occurrence
		o.Owner, o.Assessment, o.ControlSet, o.Control = c.Account, id, set, control
		p.fact, p.note = factOf("manual", ids[i]), SourceNote{Control: control, Type: string(catalog.Manual)}
		pieces[i] = p
	}
	before := failed
	_, err = write(ctx, s, func(tx Tx) (struct{}, error) {
		done, failed = nil, slices.Clone(before)
		return struct{}{}, s.importInto(tx, c, id, set, control, in, pieces, now, ids[len(in)], &done, &failed)
	})
	slices.SortFunc(failed, func(a, b BatchFailure) int { return a.Index - b.Index })
	return done, failed, err
}

func (s *Service) importInto(tx Tx, c Caller, id, set, control string, in []ManualInput, pieces map[int]piece, now time.Time, logID string, done *[]string, failed *[]BatchFailure) error {
	d, err := assessment(tx, c, id)
	if err != nil {
		return err
	}
	a := &d.Value
	k, err := workingControl(c, a, set, control)
	if err != nil {
		return err
	}
	if k.Status == Inactive {
		return fault.Invalidf("controlId", "Control %s is inactive; it takes no evidence. Set it to UNDER_REVIEW first.", control)
	}
	f, err := tx.EvidenceFolder(FolderKey{c.Account, id, set, control, now.Format(time.DateOnly)})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	var batch []piece
	for i := range in {
		p, ok := pieces[i]
		if !ok {
			continue
		}
		if f.ByHand+int64(len(batch)) >= int64(s.o.Limits.ManualPerDay) {
			*failed = append(*failed, BatchFailure{i, in[i].name(), fault.New(fault.Quota, "The control has reached its quota of %d pieces of manual evidence a day.", s.o.Limits.ManualPerDay)})
			continue
		}
		a.late(&p)
		batch, *done = append(batch, p), append(*done, in[i].name())
	}
	if len(batch) == 0 {
		return nil
	}
	if _, err := record(tx, batch); err != nil {
		return err
	}
	snap, err := snapshots.Get(tx, c.Account, "", id)
	if err != nil {
		return err
	}
	return logIn(tx, a, logID, Change{Object: ObjectControl, Name: snap.Value[control].Name, Action: ActionImport, By: c.Principal, Set: set, Control: control})
}

// name is what the item is called in an answer.
func (m ManualInput) name() string {
	switch {
	case m.File != "":
		return m.File
	case m.S3Path != "":
		return m.S3Path
	}
	return "textResponse"
}

// manual makes the piece; files are on disk before it is recorded.
func (s *Service) manual(ctx context.Context, c Caller, m ManualInput, now time.Time) (piece, error) {
	given := 0
	for _, v := range []string{m.Text, m.File, m.S3Path} {
		if v != "" {
			given++
		}
	}
	if given != 1 {
		return piece{}, fault.Invalidf("manualEvidence", "Exactly one of textResponse, evidenceFileName and s3ResourcePath must be given.")
	}
	p := manualPiece(c, now)
	p.item.Body.Text = m.Text
	if err := p.effective(m.Effective); err != nil {
		return p, err
	}
	switch {
	case m.File != "":
		p.item.Body.Event = "ImportFile"
		err := s.attach(ctx, c, &p, EvidenceBucket(c.Account), m.File, "evidenceFileName", true)
		return p, err
	case m.S3Path != "":
		bucket, key, err := object.ParseURI(m.S3Path)
		if err != nil || key == "" || len(m.S3Path) > 1024 {
			return p, fault.Invalidf("s3ResourcePath", "%q is not the path of an object; write s3://bucket/key.", m.S3Path)
		}
		p.item.Body.Event = "ImportS3"
		p.attribute("s3ResourcePath", m.S3Path)
		err = s.attach(ctx, c, &p, bucket, key, "s3ResourcePath", false)
		return p, err
	}
	p.item.Body.Event = "ImportText"
	return p, length("textResponse", m.Text, 1, 1000)
}

// manualPiece begins a piece of manual evidence.
func manualPiece(c Caller, now time.Time) piece {
	return piece{item: ledger.Item{
		Body:       ledger.Body{Source: SourceManual, Type: ManualEvidence, Actor: c.Principal, Account: c.Account},
		Occurrence: ledger.Occurrence{Account: c.Account, Region: c.Region, Collector: "manual", ObservedAt: now},
	}}
}

// effective notes the day that the evidence speaks of.
func (p *piece) effective(day string) error {
	if day == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return fault.Invalidf("effectiveDate", "%q is not a day; write it as 2006-01-02.", day)
	}
	p.attribute("effectiveDate", day)
	return nil
}

func (p *piece) attribute(k, v string) {
	if p.item.Body.Attributes == nil {
		p.item.Body.Attributes = map[string]string{}
	}
	p.item.Body.Attributes[k] = v
}

// attach makes an object of the shelf the content of the piece.
func (s *Service) attach(ctx context.Context, c Caller, p *piece, bucket, key, field string, needed bool) error {
	name := key[strings.LastIndexByte(key, '/')+1:]
	if needed { // the id that NewUpload has put before the name
		if _, rest, ok := strings.Cut(name, "_"); ok {
			name = rest
		}
	}
	if err := checkExtension(field, name); err != nil {
		return err
	}
	o, err := s.o.Shelf.Head(ctx, c.Account, bucket, key)
	switch {
	case err != nil && !needed && (fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Denied):
		p.attribute("content", "not held here")
		return nil
	case fault.KindOf(err) == fault.NotFound:
		return fault.Invalidf(field, "There is no uploaded file %q. Ask for an upload URL and put the file there first.", key)
	case err != nil:
		return err
	case o.Size > s.o.Limits.FileSize:
		return fault.Invalidf(field, "The file has %d bytes; at most %d are allowed.", o.Size, s.o.Limits.FileSize)
	}
	h, err := ledger.ParseHash(o.SHA256)
	if err != nil {
		return err
	}
	p.item.Body.Raw, p.item.Body.FileName = h, name
	p.raws = append(p.raws, raw{h, RawPlace{"blob", o.SHA256}})
	return nil
}
