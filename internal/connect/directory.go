package connect

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Store keeps connections and what they found.
type Store interface {
	Read(ctx context.Context, fn func(docs.Tx) error) error
	Write(ctx context.Context, fn func(docs.Tx) error) error
}

var (
	connections = docs.Collection[Connection]{Kind: "connection", Noun: "connection"}
	accounts    = docs.Collection[Account]{Kind: "connected-account", Noun: "account"}
)

// Directory has the connections of an installation.
type Directory struct {
	store Store
	clock stamp.Source
	owner string // the installation's management account, whose documents they are
}

// New is the directory of an installation with a management account.
func New(s Store, clock stamp.Source, owner string) *Directory { return &Directory{s, clock, owner} }

// All are the connections, sorted by name.
func (d *Directory) All(ctx context.Context) (out []Connection, err error) {
	err = d.store.Read(ctx, func(tx docs.Tx) error {
		all, err := connections.All(tx, d.scope())
		out = make([]Connection, len(all))
		for i := range all {
			out[i] = all[i].Value
		}
		return err
	})
	return out, err
}

// Get is a connection by its name.
func (d *Directory) Get(ctx context.Context, name string) (c Connection, err error) {
	err = d.store.Read(ctx, func(tx docs.Tx) error {
		found, err := connections.Get(tx, d.owner, "", name)
		c = found.Value
		return err
	})
	return c, err
}

// Put keeps a connection, in place of one of the same name, with the accounts found through it. Accounts that were known
// and are not among them stay, as Left.
func (d *Directory) Put(ctx context.Context, c Connection, found []Account) error {
	if err := c.Check(); err != nil {
		return err
	}
	c.Declared = false
	return d.store.Write(ctx, func(tx docs.Tx) error {
		if err := d.put(tx, c); err != nil {
			return err
		}
		return d.keep(tx, c.Name, found)
	})
}

// put writes a connection down; one that a file declares only gives way to the file.
func (d *Directory) put(tx docs.Tx, c Connection) error {
	c.Created, c.Updated = d.clock.Now(), d.clock.Now()
	old, err := connections.Get(tx, d.owner, "", c.Name)
	if fault.KindOf(err) == fault.NotFound {
		return connections.Insert(tx, d.owner, "", c.Name, "", c)
	}
	if err != nil {
		return err
	}
	if old.Value.Declared && !c.Declared {
		return declaredFault(c.Name)
	}
	c.Created = old.Value.Created
	if was := old.Value; c.Declared && was.Declared {
		was.Created, was.Updated = c.Created, c.Updated
		if reflect.DeepEqual(was, c) {
			return nil
		}
	}
	old.Value = c
	return connections.Update(tx, old)
}

func declaredFault(name string) error {
	return fault.New(fault.Conflict, "The connection %q stands in the file of 'tickmark serve --config'. Change it there, or give another name.", name)
}

// Declare makes the connections that a file declares those that are declared: others that an earlier file did are
// forgotten. What accounts they have is found when they are read.
func (d *Directory) Declare(ctx context.Context, list []Connection) error {
	for i := range list {
		if err := list[i].Check(); err != nil {
			return err
		}
	}
	return d.store.Write(ctx, func(tx docs.Tx) error {
		all, err := connections.All(tx, d.scope())
		if err != nil {
			return err
		}
		for _, old := range all {
			if old.Value.Declared && !slices.ContainsFunc(list, func(c Connection) bool { return c.Name == old.Value.Name }) {
				if err := d.remove(tx, old.Value.Name); err != nil {
					return err
				}
			}
		}
		for _, c := range list {
			c.Declared = true
			if err := d.put(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// Keep writes down what was found through a connection that is still there.
func (d *Directory) Keep(ctx context.Context, name string, found []Account) error {
	return d.store.Write(ctx, func(tx docs.Tx) error {
		if _, err := connections.Get(tx, d.owner, "", name); err != nil {
			return err
		}
		return d.keep(tx, name, found)
	})
}

func (d *Directory) keep(tx docs.Tx, name string, found []Account) error {
	known, err := d.known(tx, name)
	if err != nil {
		return err
	}
	now := d.clock.Now()
	for _, a := range found {
		a.Found, a.Seen = now, now
		id := name + "/" + a.ID
		old, ok := known[a.ID]
		delete(known, a.ID)
		if !ok {
			if err := accounts.Insert(tx, d.owner, "", id, "", a); err != nil {
				return err
			}
			continue
		}
		a.Found = old.Value.Found
		old.Value = a
		if err := accounts.Update(tx, old); err != nil {
			return err
		}
	}
	for _, old := range known {
		if old.Value.Status == Left {
			continue
		}
		old.Value.Status, old.Value.Note = Left, "Not found any more. What was recorded of it stays."
		old.Value.Code, old.Value.Message, old.Value.Remedy, old.Value.Missing = "", "", "", nil
		if err := accounts.Update(tx, old); err != nil {
			return err
		}
	}
	return nil
}

func (d *Directory) known(tx docs.Tx, name string) (map[string]docs.Doc[Account], error) {
	by := map[string]docs.Doc[Account]{}
	const page = 500
	after := docs.Key{Account: d.owner, Kind: accounts.Kind, ID: name + "/"}
	for {
		list, err := accounts.List(tx, d.scope(), after, page)
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			if !strings.HasPrefix(a.ID, name+"/") {
				return by, nil
			}
			by[a.Value.ID] = a
		}
		if len(list) < page {
			return by, nil
		}
		after = list[len(list)-1].Key
	}
}

// Accounts are those that a connection has found, sorted by id.
func (d *Directory) Accounts(ctx context.Context, name string) (out []Account, err error) {
	err = d.store.Read(ctx, func(tx docs.Tx) error {
		out = nil
		if _, err := connections.Get(tx, d.owner, "", name); err != nil {
			return err
		}
		known, err := d.known(tx, name)
		for _, a := range known {
			out = append(out, a.Value)
		}
		return err
	})
	slices.SortFunc(out, func(a, b Account) int { return strings.Compare(a.ID, b.ID) })
	return out, err
}

// Remove forgets a connection and what it found. What was recorded stays.
func (d *Directory) Remove(ctx context.Context, name string) error {
	return d.store.Write(ctx, func(tx docs.Tx) error {
		c, err := connections.Get(tx, d.owner, "", name)
		if err != nil {
			return err
		}
		if c.Value.Declared {
			return declaredFault(name)
		}
		return d.remove(tx, name)
	})
}

func (d *Directory) remove(tx docs.Tx, name string) error {
	if err := connections.Delete(tx, d.owner, "", name); err != nil {
		return err
	}
	known, err := d.known(tx, name)
	for _, a := range known {
		if err := accounts.Delete(tx, d.owner, "", a.ID); err != nil {
			return err
		}
	}
	return err
}

func (d *Directory) scope() arn.Scope {
	return arn.Scope{Accounts: []string{d.owner}}
}
