package rule

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/tree"
)

// Reach tells how far a read goes.
type Reach uint8

const (
	// Region is the subject's account and region, and the account's global items.
	Region Reach = iota
	// Everywhere is every region of the subject's account.
	Everywhere
)

func (r Reach) String() string {
	if r == Everywhere {
		return "everywhere"
	}
	return "region"
}

// Listing is all current items of a type within a reach. Deleted items are not in it.
type Listing struct {
	Items []*inventory.Item
	// Lacks is "" when the listing is complete: the type is recorded there, even if there is no item. Otherwise it is a
	// sentence that says why not, and what is not in the listing may be there all the same.
	Lacks string

	digest string
}

// Digest changes when the listing does.
func (l *Listing) Digest() string {
	if l.digest == "" {
		l.digest = digest(l.Items) + ":" + strconv.FormatBool(l.Lacks == "")
	}
	return l.digest
}

// View is what a check may see beside its subject: one account, from one region, at one moment.
type View interface {
	// List gives the items of a type.
	List(typ string, reach Reach) (*Listing, error)
	// Lacks is that of the type's listing, which is cheaper than to list it.
	Lacks(typ string, reach Reach) (string, error)
	// Lookup finds an item by its ARN, id or name; nil when there is none.
	Lookup(typ, ref string, reach Reach) (*inventory.Item, error)
	// Matching gives the items of a type that hold a value in a field, and one, if any, of which that cannot be told
	// because the field is required and absent, or cannot be read.
	Matching(typ string, f *Field, value string, reach Reach) (items []*inventory.Item, unclear *inventory.Item, err error)
	// Element finds the element of an item's list in which a field holds a value; absent when there is none.
	Element(it *inventory.Item, list, key *Field, value string) tree.Node
}

// Source is where an Index gets items from.
type Source interface {
	// List gives the current items of a type, and what they lack: see Listing.
	List(typ string, reach Reach) (items []*inventory.Item, lacks string, err error)
}

// Index is a View over a Source: it asks for each type once and builds its lookups on demand. It is for one account
// and region at one moment, and not for concurrent use.
type Index struct {
	source   Source
	lists    map[place]*indexed
	elements map[elements]map[string]tree.Node
}

type elements struct {
	item      *inventory.Item
	list, key string
}

type place struct {
	typ   string
	reach Reach
}

type indexed struct {
	Listing
	byRef   map[string]*inventory.Item
	byValue map[string]*values // by field path
}

type values struct {
	items   map[string][]*inventory.Item
	unclear *inventory.Item
}

// NewIndex is an empty index over a source.
func NewIndex(s Source) *Index { return &Index{source: s, lists: map[place]*indexed{}} }

// List gives the items of a type.
func (x *Index) List(typ string, reach Reach) (*Listing, error) {
	l, err := x.load(typ, reach)
	if err != nil {
		return nil, err
	}
	return &l.Listing, nil
}

// Lacks is that of the type's listing.
func (x *Index) Lacks(typ string, reach Reach) (string, error) {
	l, err := x.load(typ, reach)
	if err != nil {
		return "", err
	}
	return l.Lacks, nil
}

// Unrecorded is what the listing of a type lacks that nobody records.
func Unrecorded(typ string) string { return "Items of type " + typ + " are not recorded." }

// Uncollected is what the listing of a type lacks of which a collector says why.
func Uncollected(typ, why string) string {
	return "Items of type " + typ + " could not be collected: " + why
}

func (x *Index) load(typ string, reach Reach) (*indexed, error) {
	if l := x.lists[place{typ, reach}]; l != nil {
		return l, nil
	}
	items, lacks, err := x.source.List(typ, reach)
	if err != nil {
		return nil, err
	}
	l := &indexed{Listing: Listing{Items: items, Lacks: lacks}}
	x.lists[place{typ, reach}] = l
	return l, nil
}

// Lookup finds an item by its ARN, id or name.
func (x *Index) Lookup(typ, ref string, reach Reach) (*inventory.Item, error) {
	l, err := x.load(typ, reach)
	if err != nil {
		return nil, err
	}
	if l.byRef == nil {
		l.byRef = make(map[string]*inventory.Item, 3*len(l.Items))
		for _, it := range l.Items { // names first: an id or ARN wins over another item's name
			if it.Name != "" {
				l.byRef[it.Name] = it
			}
		}
		for _, it := range l.Items {
			if it.ARN != "" {
				l.byRef[it.ARN] = it
			}
			l.byRef[it.ID] = it
		}
	}
	return l.byRef[ref], nil
}

// Matching gives the items of a type that hold a value in a field.
func (x *Index) Matching(typ string, f *Field, value string, reach Reach) ([]*inventory.Item, *inventory.Item, error) {
	l, err := x.load(typ, reach)
	if err != nil {
		return nil, nil, err
	}
	v := l.byValue[f.Path]
	if v == nil {
		if l.byValue == nil {
			l.byValue = map[string]*values{}
		}
		v = sortOut(l.Items, f)
		l.byValue[f.Path] = v
	}
	return v.items[value], v.unclear, nil
}

func sortOut(items []*inventory.Item, f *Field) *values {
	v := &values{items: map[string][]*inventory.Item{}}
	for _, it := range items {
		s := f.each(it, func(n tree.Node) {
			for e := range n.Elements {
				v.add(e.Str(), it)
			}
		})
		if f.unclear(s) {
			v.unclear = it
		}
	}
	return v
}

func (v *values) add(value string, it *inventory.Item) {
	held := v.items[value]
	if n := len(held); n == 0 || held[n-1] != it { // an item may hold a value more than once
		v.items[value] = append(held, it)
	}
}

// Element finds the element of an item's list in which a field holds a value.
func (x *Index) Element(it *inventory.Item, list, key *Field, value string) tree.Node {
	at := elements{it, list.Path, key.Path}
	m, ok := x.elements[at]
	if !ok {
		if x.elements == nil {
			x.elements = map[elements]map[string]tree.Node{}
		}
		m = map[string]tree.Node{}
		n, _ := list.find(it)
		for e := range n.Elements {
			if k, s := key.follow(e); s == found {
				m[k.Str()] = e
			}
		}
		x.elements[at] = m
	}
	return m[value]
}

// digest covers which items these are and in which state.
func digest(items []*inventory.Item) string {
	h := sha256.New()
	for _, it := range items {
		for _, s := range [...]string{it.Account, it.Region, it.Type, it.ID, state(it)} {
			h.Write([]byte(s))
			h.Write([]byte{0})
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
