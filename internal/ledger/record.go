package ledger

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
)

// Item is one thing to record: a body and where it occurred. Record fills in the occurrence's body, source,
// verdict, logic version, members, produced hash, sequence and, where they are empty, day and collection time.
type Item struct {
	Body       Body
	Occurrence Occurrence
	// Produced is how the item came to be; nil for manual evidence.
	Produced *Produced
	// Members are the bodies of the unchanged subjects that the occurrence stands for, each recorded or put
	// before; empty for an ordinary item.
	Members []Hash
	// Set stands for Members where several items share them.
	Set *MemberSet
}

// Refers is the reference to the members; nil for an ordinary item.
func (it *Item) Refers() *Members {
	if it.Set == nil && len(it.Members) > 0 {
		it.Set = NewMembers(it.Members)
	}
	if it.Set == nil || it.Set.ref.Count == 0 {
		return nil
	}
	ref := it.Set.ref
	return &ref
}

// Recorded is the answer for one item.
type Recorded struct {
	// ID is the occurrence's id, a UUID.
	ID string
	// LeafIndex is its place in the log of its owner.
	LeafIndex int64
	// New is false when the same occurrence was recorded before; nothing was stored then.
	New bool
}

// Entry is an occurrence in its log.
type Entry struct {
	Occurrence
	ID        string
	LeafIndex int64
}

// Put records one item.
func Put(tx Tx, it Item) (Recorded, error) {
	rs, err := Record(tx, []Item{it})
	if err != nil {
		return Recorded{}, err
	}
	return rs[0], nil
}

// Record stores items and appends their leaves, in the transaction of the caller. An item that is there already
// is answered with its place; so a caller whose answer was lost may repeat the call.
func Record(tx Tx, items []Item) ([]Recorded, error) {
	r := recorder{tx: tx, logs: map[string]*pending{}, seen: map[[2]string]Recorded{}, sets: map[setKey]bool{}}
	out := make([]Recorded, len(items))
	for i := range items {
		var err error
		if out[i], err = r.add(items[i]); err != nil {
			return nil, err
		}
	}
	for _, account := range r.order {
		p := r.logs[account]
		if _, err := appendLeaves(tx, account, p.head, p.leaves); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PutBody stores a body without an occurrence, as a member of a set.
func PutBody(tx Tx, owner string, b Body) (Hash, error) {
	enc, err := b.Encode()
	if err != nil {
		return Hash{}, err
	}
	h := BodyHash(enc)
	return h, tx.PutObject(owner, KindBody, h, enc)
}

// recorder gathers the leaves of one call.
type recorder struct {
	tx    Tx
	logs  map[string]*pending
	order []string // accounts as they came
	seen  map[[2]string]Recorded
	sets  map[setKey]bool // member sets that are stored
}

type setKey struct {
	owner string
	set   *MemberSet
}

type pending struct {
	head   Head
	leaves []tlog.Hash
}

func (r *recorder) add(it Item) (Recorded, error) {
	body, err := it.Body.Encode()
	if err != nil {
		return Recorded{}, err
	}
	var produced []byte
	if it.Produced != nil {
		if produced, err = it.Produced.Encode(); err != nil {
			return Recorded{}, err
		}
	}
	o, err := r.complete(&it, body, produced)
	if err != nil {
		return Recorded{}, err
	}
	id, err := o.ID()
	if err != nil {
		return Recorded{}, err
	}
	if was, ok := r.seen[[2]string{o.Owner, id}]; ok {
		was.New = false
		return was, nil
	}
	old, err := r.tx.EntryByID(o.Owner, id)
	if err == nil {
		return same(o, old)
	}
	if fault.KindOf(err) != fault.NotFound {
		return Recorded{}, fmt.Errorf("look for occurrence %s: %w", id, err)
	}
	if err := r.putObjects(o, body, produced, it.Set); err != nil {
		return Recorded{}, err
	}
	return r.insert(o, id)
}

// complete fills in what follows from the body and the transaction.
func (r *recorder) complete(it *Item, body, produced []byte) (Occurrence, error) {
	o := it.Occurrence
	o.Body, o.Source, o.Verdict = BodyHash(body), it.Body.Source, it.Body.Verdict
	if it.Body.Rule != nil {
		o.LogicVersion = it.Body.Rule.Version
	}
	if o.CollectedAt.IsZero() {
		o.CollectedAt = r.tx.Now()
	}
	if o.ObservedAt.IsZero() {
		return o, fault.Invalidf("observedAt", "An occurrence needs the time of the fact.")
	}
	if o.Day == "" {
		o.Day = o.ObservedAt.UTC().Format(DayFormat)
	}
	if produced != nil {
		o.Produced = ProducedHash(produced)
	}
	o.Members = it.Refers()
	o.Sequence = 1 // assigned in insert; a valid value for the check
	o = o.normal()
	return o, o.validate()
}

func (r *recorder) insert(o Occurrence, id string) (Recorded, error) {
	p, ok := r.logs[o.Owner]
	if !ok {
		head, err := r.tx.Head(o.Owner)
		if err != nil {
			return Recorded{}, fmt.Errorf("read the head of ledger %q: %w", o.Owner, err)
		}
		p = &pending{head: head}
		r.logs[o.Owner] = p
		r.order = append(r.order, o.Owner)
	}
	var err error
	if o.Sequence, err = r.tx.NextSequence(o.Owner, o.Assessment); err != nil {
		return Recorded{}, err
	}
	enc, err := o.Encode()
	if err != nil {
		return Recorded{}, err
	}
	e := Entry{Occurrence: o, ID: id, LeafIndex: p.head.Size + int64(len(p.leaves))}
	if err := r.tx.InsertEntry(e, enc); err != nil {
		return Recorded{}, fmt.Errorf("store occurrence %s: %w", id, err)
	}
	p.leaves = append(p.leaves, Leaf(enc))
	rec := Recorded{ID: id, LeafIndex: e.LeafIndex, New: true}
	r.seen[[2]string{o.Owner, id}] = rec
	return rec, nil
}

func (r *recorder) putObjects(o Occurrence, body, produced []byte, members *MemberSet) error {
	if err := r.tx.PutObject(o.Owner, KindBody, o.Body, body); err != nil {
		return fmt.Errorf("store body: %w", err)
	}
	if produced != nil {
		if err := r.tx.PutObject(o.Owner, KindProduced, o.Produced, produced); err != nil {
			return fmt.Errorf("store how it was produced: %w", err)
		}
	}
	if k := (setKey{o.Owner, members}); members != nil && !r.sets[k] {
		if err := r.tx.PutObject(o.Owner, KindMembers, members.ref.Root, members.set.encode()); err != nil {
			return fmt.Errorf("store members: %w", err)
		}
		r.sets[k] = true
	}
	return nil
}

// same answers a repeated occurrence after making sure that it is one.
func same(o Occurrence, old Entry) (Recorded, error) {
	o.CollectedAt, o.Sequence = old.CollectedAt, old.Sequence
	a, err := o.Encode()
	if err != nil {
		return Recorded{}, err
	}
	b, err := old.Encode()
	if err != nil {
		return Recorded{}, err
	}
	if !bytes.Equal(a, b) {
		return Recorded{}, fmt.Errorf("occurrence %s is stored with other content", old.ID)
	}
	return Recorded{ID: old.ID, LeafIndex: old.LeafIndex}, nil
}
