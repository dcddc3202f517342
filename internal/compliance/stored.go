package compliance

import (
	"context"
	"regexp"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// StoredQuery is an advanced query that was saved under a name.
type StoredQuery struct {
	Name, ID, ARN           string
	Description, Expression string
}

var storedQueries = docs.Collection[StoredQuery]{Kind: "config-stored-query", Noun: "stored query"}

// maxStoredQueries of an account in a region.
const maxStoredQueries = 300

var storedQueryName = regexp.MustCompile(`^[\w-]{1,64}$`)

func noStoredQuery(name string) *fault.Error {
	return fault.Missing("stored query", name).With("ResourceNotFoundException")
}

// PutStoredQuery saves a query, or replaces the one of its name, and gives it with its id and ARN. The caller has
// read the expression and found it sound. A new query is saved with its tags; one that is replaced keeps those it has.
// Faults: ValidationException, TooManyTagsException, ResourceConcurrentModificationException.
func (p *Program) PutStoredQuery(ctx context.Context, at Place, q StoredQuery, tags map[string]string) (StoredQuery, error) {
	if !storedQueryName.MatchString(q.Name) {
		return q, fault.Invalidf("QueryName", "%q is no name of a query: letters, digits, hyphens and underscores, 64 at most.", q.Name).With("ValidationException")
	}
	if len(tags) > maxTags {
		return q, tooManyTags(len(tags))
	}
	id, given := p.shortID(8), q
	err := p.store.Write(ctx, func(tx Tx) error {
		old, err := storedQueries.ByName(tx, at.Account, at.Region, q.Name)
		if err == nil {
			if given.ID != "" && given.ID != old.Value.ID || given.ARN != "" && given.ARN != old.Value.ARN {
				return fault.Invalidf("QueryId", "The query %s has the id %s and the ARN %s: leave both out, or give these.", q.Name, old.Value.ID, old.Value.ARN).With("ValidationException")
			}
			q.ID, q.ARN = old.Value.ID, old.Value.ARN
			old.Value = q
			err = storedQueries.Update(tx, old)
			if fault.KindOf(err) == fault.Conflict {
				return fault.New(fault.Conflict, "The query %s is being changed by another request: try again.", q.Name).With("ResourceConcurrentModificationException")
			}
			return err
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		n, err := tx.CountDocs(own(at), storedQueries.Kind)
		if err != nil {
			return err
		}
		if n >= maxStoredQueries {
			return fault.New(fault.Quota, "There are %d stored queries in %s, and an account may have no more: delete one.", n, at.Region).With("ValidationException")
		}
		q.ID = "query-" + id
		q.ARN = arn.New("config", at.Region, at.Account, "stored-query/"+q.Name+"/"+q.ID)
		if err := storedQueries.Insert(tx, at.Account, at.Region, q.ID, q.Name, q); err != nil || len(tags) == 0 {
			return err
		}
		return tagSets.Insert(tx, at.Account, at.Region, q.ARN, "", tags)
	})
	return q, err
}

// StoredQuery is the query of a name. Fault: ResourceNotFoundException.
func (p *Program) StoredQuery(ctx context.Context, at Place, name string) (StoredQuery, error) {
	return read(ctx, p, func(tx Tx) (StoredQuery, error) {
		d, err := storedQueries.ByName(tx, at.Account, at.Region, name)
		if fault.KindOf(err) == fault.NotFound {
			err = noStoredQuery(name)
		}
		return d.Value, err
	})
}

// StoredQueries are the queries of a place.
func (p *Program) StoredQueries(ctx context.Context, at Place) ([]StoredQuery, error) {
	return read(ctx, p, func(tx Tx) (out []StoredQuery, err error) {
		all, err := storedQueries.All(tx, own(at))
		for _, d := range all {
			out = append(out, d.Value)
		}
		return out, err
	})
}

// DeleteStoredQuery removes a query and its tags. Fault: ResourceNotFoundException.
func (p *Program) DeleteStoredQuery(ctx context.Context, at Place, name string) error {
	return p.store.Write(ctx, func(tx Tx) error {
		d, err := storedQueries.ByName(tx, at.Account, at.Region, name)
		if fault.KindOf(err) == fault.NotFound {
			return noStoredQuery(name)
		}
		if err != nil {
			return err
		}
		if err := tagSets.Delete(tx, at.Account, at.Region, d.Value.ARN); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		return storedQueries.Delete(tx, at.Account, at.Region, d.ID)
	})
}
