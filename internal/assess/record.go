package assess

import (
	"crypto/sha256"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// piece is one thing to record as evidence.
type piece struct {
	// fact names what happened, for this control: the same fact is never recorded twice, whatever version of the
	// program finds it.
	fact [32]byte
	item ledger.Item
	// note counts it for the mapping source; zero for manual evidence.
	note SourceNote
	raws []raw
}

type raw struct {
	hash ledger.Hash
	RawPlace
}

// factOf makes the name of a fact.
func factOf(parts ...string) [32]byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return [32]byte(h.Sum(nil))
}

// record stores pieces with their facts, leaves, folders and notes in the caller's transaction. It answers with the
// entries of those that are new.
func record(tx Tx, pieces []piece) ([]ledger.Recorded, error) {
	var fresh []piece
	var items []ledger.Item
	for _, p := range pieces {
		if p.item.Occurrence.Day == "" {
			p.item.Occurrence.Day = p.item.Occurrence.ObservedAt.UTC().Format(ledger.DayFormat)
		}
		isNew, err := tx.AddFact(p.item.Occurrence.Owner, p.fact, p.item.Occurrence.Day)
		if err != nil {
			return nil, err
		}
		if isNew {
			fresh, items = append(fresh, p), append(items, p.item)
		}
	}
	if len(items) == 0 {
		return nil, nil
	}
	recorded, err := ledger.Record(tx, items)
	if err != nil {
		return nil, err
	}
	folders := map[FolderKey]*counting{}
	notes := map[[5]string]*SourceNote{}
	for i := range fresh {
		if !recorded[i].New {
			continue
		}
		if err := count(tx, folders, &fresh[i].item); err != nil {
			return nil, err
		}
		fresh[i].tally(notes)
		for _, r := range fresh[i].raws {
			if err := tx.PutRawPlace(r.hash, r.RawPlace); err != nil {
				return nil, err
			}
		}
	}
	for _, f := range folders {
		if err := tx.PutEvidenceFolder(f.before, f.Folder); err != nil {
			return nil, err
		}
	}
	for k, n := range notes {
		if err := tx.NoteSource(k[0], k[1], *n); err != nil {
			return nil, err
		}
	}
	return recorded, nil
}

// counting is a folder beside what it was when it was read.
type counting struct {
	Folder
	before Folder
}

func count(tx Tx, folders map[FolderKey]*counting, it *ledger.Item) error {
	o := it.Occurrence
	o.Members = it.Refers()
	k := FolderKey{o.Owner, o.Assessment, o.ControlSet, o.Control, o.Day}
	f, ok := folders[k]
	if !ok {
		stored, err := tx.EvidenceFolder(k)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		stored.FolderKey = k
		f = &counting{stored, stored}
		folders[k] = f
	}
	f.add(&o, &it.Body)
	return nil
}

func (p *piece) tally(notes map[[5]string]*SourceNote) {
	if p.note.Type == "" {
		return
	}
	o := p.item.Occurrence
	k := [5]string{o.Owner, o.Assessment, p.note.Control, p.note.Type, p.note.Keyword}
	n, ok := notes[k]
	if !ok {
		v := p.note
		v.FirstDay, v.LastDay = o.Day, o.Day
		n = &v
		notes[k] = n
	}
	n.FirstDay, n.LastDay = min(n.FirstDay, o.Day), max(n.LastDay, o.Day)
	n.Items += o.Weight()
}
