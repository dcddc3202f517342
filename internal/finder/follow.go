package finder

import (
	"context"
	"errors"
	"sync"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

const (
	// batch is how many leaves, or bodies, are taken in one transaction.
	batch = 4096
	// maxMembers is how many members of new sets a batch has, after which it is closed.
	maxMembers = 200_000
)

// follower brings columns up to the log. One works on an account at a time; another process that does is noticed when
// the head is moved.
type follower struct {
	store Store
	// forgot is told of accounts whose columns were thrown away.
	forgot func(account string)
	mu     sync.Mutex
	locks  map[string]*sync.Mutex
}

func (f *follower) lock(account string) *sync.Mutex {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.locks == nil {
		f.locks = map[string]*sync.Mutex{}
	}
	m := f.locks[account]
	if m == nil {
		m = &sync.Mutex{}
		f.locks[account] = m
	}
	return m
}

// follow takes what the account's log has beyond the columns.
func (f *follower) follow(ctx context.Context, account string) error {
	m := f.lock(account)
	m.Lock()
	defer m.Unlock()
	for {
		more, err := f.step(ctx, account)
		if fault.KindOf(err) == fault.Conflict { // another process was quicker
			continue
		}
		if err != nil || !more {
			return err
		}
	}
}

// step takes a batch of leaves; false when there are no more.
func (f *follower) step(ctx context.Context, account string) (more bool, err error) {
	head, entries, err := f.next(ctx, account)
	if err != nil || len(entries) == 0 {
		return false, err
	}
	b := &taking{follower: f, account: account, head: head, places: map[ledger.Hash]Place{}, sets: map[ledger.Hash]int{}}
	if err := b.take(ctx, entries); err != nil {
		return false, err
	}
	return true, b.store(ctx)
}

// next reads how far the columns are, and what comes then. Columns of another version, or of a log that was set back,
// are thrown away.
func (f *follower) next(ctx context.Context, account string) (head Head, entries []ledger.Entry, err error) {
	stale := false
	err = f.store.Read(ctx, func(tx Tx) error {
		if head, err = tx.FinderHead(account); err != nil {
			return err
		}
		log, err := tx.Head(account)
		if err != nil {
			return err
		}
		if stale = head != (Head{}) && (head.Version != version || head.Leaves > log.Size); stale || head.Leaves == log.Size {
			return nil
		}
		after := head.Leaves - 1
		entries, err = tx.Entries(ledger.Query{Account: account, After: &after, Limit: batch})
		return err
	})
	if err != nil || !stale {
		return head, entries, err
	}
	if err := f.store.Write(ctx, func(tx Tx) error { return tx.ForgetFinder(account) }); err != nil {
		return head, nil, err
	}
	f.forgot(account)
	return f.next(ctx, account)
}

// taking is a batch of leaves under way.
type taking struct {
	*follower
	account string
	// head is the one that is stored.
	head    Head
	entries []ledger.Entry
	// places are where the resources of bodies met are.
	places map[ledger.Hash]Place
	// sets are the sets met, by their roots: places in list.
	sets map[ledger.Hash]int
	list []memberSet
	// added is how many of the sets are new.
	added int64
}

// memberSet is a set met; content is nil when it is kept already.
type memberSet struct {
	root         ledger.Hash
	number, rows int64
	content      []byte
}

// take makes known the bodies and the sets of entries, until there is enough for a transaction.
func (b *taking) take(ctx context.Context, entries []ledger.Entry) error {
	var single []ledger.Hash
	members := 0
	for i := range entries {
		if members > maxMembers {
			entries = entries[:i]
			break
		}
		e := &entries[i]
		if e.Members == nil {
			single = append(single, e.Body)
			continue
		}
		n, err := b.set(ctx, e.Members)
		if err != nil {
			return err
		}
		members += n
	}
	b.entries = entries
	return b.resolve(ctx, single)
}

// set makes a set known, and tells how many members it has if it is new.
func (b *taking) set(ctx context.Context, m *ledger.Members) (int, error) {
	if _, ok := b.sets[m.Root]; ok {
		return 0, nil
	}
	s := memberSet{root: m.Root}
	var members []ledger.Hash
	err := b.follower.store.Read(ctx, func(tx Tx) (err error) {
		s.number, s.rows, err = tx.FinderSetOf(b.account, m.Root)
		if fault.KindOf(err) == fault.NotFound {
			members, err = ledger.ReadMembers(tx, b.account, *m)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	if len(members) > 0 {
		if err := b.resolve(ctx, members); err != nil {
			return 0, err
		}
		numbers := make([]uint32, 0, len(members))
		for _, h := range members {
			p := b.places[h]
			for i := range p.Rows {
				numbers = append(numbers, uint32(p.First+i))
			}
		}
		b.added++
		s.number, s.rows, s.content = b.head.Sets+b.added, int64(len(numbers)), encodeSet(numbers)
	}
	b.sets[m.Root] = len(b.list)
	b.list = append(b.list, s)
	return len(members), nil
}

// resolve finds where the resources of bodies are; those of new bodies are stored at once, which does no harm when the
// batch is not finished.
func (b *taking) resolve(ctx context.Context, hashes []ledger.Hash) error {
	var wanted []ledger.Hash
	seen := map[ledger.Hash]bool{}
	for _, h := range hashes {
		if _, ok := b.places[h]; !ok && !seen[h] {
			seen[h] = true
			wanted = append(wanted, h)
		}
	}
	for len(wanted) > 0 {
		n := min(batch, len(wanted))
		if err := b.resolveSome(ctx, wanted[:n]); err != nil {
			return err
		}
		wanted = wanted[n:]
	}
	return nil
}

func (b *taking) resolveSome(ctx context.Context, hashes []ledger.Hash) error {
	fresh := newBuilder(Subjects, b.head.Subjects)
	var added []ledger.Hash
	var places []Place
	var w *written
	var rows int64
	err := b.follower.store.Read(ctx, func(tx Tx) error {
		known, err := tx.FinderBodies(b.account, hashes)
		if err != nil {
			return err
		}
		for _, h := range hashes {
			if p, ok := known[h]; ok {
				b.places[h] = p
				continue
			}
			body, err := ledger.ReadBody(tx, b.account, h)
			if err != nil {
				return err
			}
			p := Place{First: b.head.Subjects + fresh.Rows}
			p.Rows = fresh.subjects(h, &body)
			added, places = append(added, h), append(places, p)
			b.places[h] = p
		}
		rows = fresh.Rows
		if len(added) > 0 {
			w, err = absorb(tx, b.account, &fresh.block)
		}
		return err
	})
	if err != nil || len(added) == 0 {
		return err
	}
	after := b.head
	after.Version, after.Subjects = version, b.head.Subjects+rows
	err = b.follower.store.Write(ctx, func(tx Tx) error {
		if err := tx.MoveFinderHead(b.account, b.head, after); err != nil {
			return err
		}
		return errors.Join(w.put(tx, b.account), tx.PutFinderBodies(b.account, added, places))
	})
	if err == nil {
		b.head = after
	}
	return err
}

// store writes the occurrences and the new sets of the batch.
func (b *taking) store(ctx context.Context) error {
	fresh := newBuilder(Occurrences, b.head.Occurrences)
	for i := range b.entries {
		e := &b.entries[i]
		if e.Members == nil {
			fresh.occurrence(e, b.places[e.Body], 0)
			continue
		}
		s := b.list[b.sets[e.Members.Root]]
		fresh.occurrence(e, Place{Rows: s.rows}, s.number)
	}
	after := b.head
	after.Version, after.Occurrences, after.Leaves = version, b.head.Occurrences+fresh.Rows, b.entries[len(b.entries)-1].LeafIndex+1
	after.Sets += b.added
	var w *written
	err := b.follower.store.Read(ctx, func(tx Tx) (err error) {
		w, err = absorb(tx, b.account, &fresh.block)
		return err
	})
	if err != nil {
		return err
	}
	return b.follower.store.Write(ctx, func(tx Tx) error {
		if err := tx.MoveFinderHead(b.account, b.head, after); err != nil {
			return err
		}
		for _, s := range b.list {
			if s.content == nil {
				continue
			}
			if err := tx.PutFinderSet(b.account, s.number, s.root, s.rows, s.content); err != nil {
				return err
			}
		}
		return w.put(tx, b.account)
	})
}

// written is a block ready to be written, in place of those it has taken in.
type written struct {
	info    BlockInfo
	columns map[string][]byte
	gone    []int64
}

// absorb joins a block with the last ones as long as these are small, so that blocks become few and each row is written
// again only a few times.
func absorb(tx Tx, account string, b *block) (*written, error) {
	infos, err := tx.FinderBlocks(account, b.Side)
	if err != nil {
		return nil, err
	}
	w := &written{}
	for i := len(infos) - 1; i >= 0 && infos[i].Rows+b.Rows <= maxRows && infos[i].Rows < 2*b.Rows; i-- {
		last, err := loadBlock(tx, account, infos[i])
		if err != nil {
			return nil, err
		}
		last.join(b)
		b = last
		w.gone = append(w.gone, last.First)
	}
	w.columns, err = b.seal()
	w.info = b.BlockInfo
	return w, err
}

func (w *written) put(tx Tx, account string) error {
	for _, first := range w.gone {
		if err := tx.DeleteFinderBlock(account, w.info.Side, first); err != nil {
			return err
		}
	}
	return tx.PutFinderBlock(account, w.info, w.columns)
}
