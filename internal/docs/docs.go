// Package docs keeps small JSON documents in typed collections: rules, packs, recorders, assessments, users.
// A document belongs to an account and a region ("" for things that have none), has an id, an optional name
// unique within its account, region and kind, and a revision that grows with each write.
package docs

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Key addresses one document.
type Key struct {
	Account, Region, Kind, ID string
}

// Record is a document as stored.
type Record struct {
	Key
	// Name is unique within account, region and kind when not empty.
	Name string
	// Revision is 1 for a new document and grows by one with each write.
	Revision         int64
	Created, Updated time.Time
	Body             []byte
}

// Tx is what a store offers for documents inside a transaction.
type Tx interface {
	// GetDoc returns a fault of kind NotFound when there is none.
	GetDoc(k Key) (Record, error)
	// GetDocByName finds the document of a kind by its name.
	GetDocByName(account, region, kind, name string) (Record, error)
	// InsertDoc stores a new document; Exists when the id or the name is taken.
	InsertDoc(r Record) error
	// UpdateDoc replaces name and body. When r.Revision is not 0 it must equal the stored one (else Conflict).
	UpdateDoc(r Record) error
	// DeleteDoc removes a document; NotFound when there is none.
	DeleteDoc(k Key) error
	// ListDocs returns documents of a kind in the scope, ordered by (account, region, id), beginning after
	// the given key; limit 0 means all.
	ListDocs(s arn.Scope, kind string, after Key, limit int) ([]Record, error)
	// CountDocs is how many documents of a kind are in the scope.
	CountDocs(s arn.Scope, kind string) (int64, error)
}

// Doc is a decoded document beside its record.
type Doc[T any] struct {
	Record
	Value T
}

// Collection is a kind of document with its Go type.
type Collection[T any] struct {
	// Kind is the collection's name in the store.
	Kind string
	// Noun is what error messages call one document.
	Noun string
}

// Get reads by id.
func (c Collection[T]) Get(tx Tx, account, region, id string) (Doc[T], error) {
	r, err := tx.GetDoc(Key{account, region, c.Kind, id})
	return c.decode(r, id, err)
}

// ByName reads by unique name.
func (c Collection[T]) ByName(tx Tx, account, region, name string) (Doc[T], error) {
	r, err := tx.GetDocByName(account, region, c.Kind, name)
	return c.decode(r, name, err)
}

// Insert stores a new document.
func (c Collection[T]) Insert(tx Tx, account, region, id, name string, v T) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s %s: %w", c.Noun, id, err)
	}
	err = tx.InsertDoc(Record{Key: Key{account, region, c.Kind, id}, Name: name, Body: body})
	if fault.KindOf(err) == fault.Exists {
		if name == "" {
			name = id
		}
		return fault.Duplicate(c.Noun, name)
	}
	return err
}

// Update writes a document back under its record's key and name, failing with Conflict when it changed since it was read.
func (c Collection[T]) Update(tx Tx, d Doc[T]) error {
	body, err := json.Marshal(d.Value)
	if err != nil {
		return fmt.Errorf("encode %s %s: %w", c.Noun, d.ID, err)
	}
	d.Record.Body = body
	return tx.UpdateDoc(d.Record)
}

// Delete removes a document.
func (c Collection[T]) Delete(tx Tx, account, region, id string) error {
	err := tx.DeleteDoc(Key{account, region, c.Kind, id})
	if fault.KindOf(err) == fault.NotFound {
		return fault.Missing(c.Noun, id)
	}
	return err
}

// List reads the documents in the scope after a key; limit 0 means all.
func (c Collection[T]) List(tx Tx, s arn.Scope, after Key, limit int) ([]Doc[T], error) {
	rs, err := tx.ListDocs(s, c.Kind, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Doc[T], len(rs))
	for i, r := range rs {
		if out[i], err = c.decode(r, r.ID, nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// All reads every document in the scope.
func (c Collection[T]) All(tx Tx, s arn.Scope) ([]Doc[T], error) { return c.List(tx, s, Key{}, 0) }

// DeleteOld removes the documents in the scope that were made before a time.
func (c Collection[T]) DeleteOld(tx Tx, s arn.Scope, before time.Time) error {
	all, err := tx.ListDocs(s, c.Kind, Key{}, 0)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.Created.Before(before) {
			if err := tx.DeleteDoc(r.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c Collection[T]) decode(r Record, id string, err error) (Doc[T], error) {
	d := Doc[T]{Record: r}
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = fault.Missing(c.Noun, id)
		}
		return d, err
	}
	if err := json.Unmarshal(r.Body, &d.Value); err != nil {
		return d, fmt.Errorf("decode %s %s: %w", c.Noun, id, err)
	}
	return d, nil
}
