package lake

import (
	"context"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// Generator writes a SELECT statement for a question in words. What it writes is checked before anybody sees it.
type Generator func(ctx context.Context, q Question) (statement string, err error)

// Question is what a Generator is asked. Its JSON form is a promise to those who write generators.
type Question struct {
	// Prompt is the question as it was asked.
	Prompt string `json:"prompt"`
	// Stores are the ids of the event data stores to ask, which stand behind FROM.
	Stores []string `json:"eventDataStores"`
	// Columns are those of an event data store: a name and its type, such as "eventTime timestamp".
	Columns []string `json:"columns"`
	// Dialect is "trino".
	Dialect string `json:"dialect"`
}

// GenerateQuery has a statement written for a question about event data stores of a place. Nothing is run.
func (l *Lake) GenerateQuery(ctx context.Context, p Place, names []string, prompt string) (string, error) {
	q := Question{Prompt: prompt, Dialect: "trino"}
	for _, name := range names {
		d, err := l.activeStore(ctx, p, name)
		if err != nil {
			return "", err
		}
		q.Stores = append(q.Stores, d.ID)
	}
	if l.Generator == nil {
		return "", fault.New(fault.Invalid, "Statements are not written here: the server was started without --query-generator. SearchSampleQueries finds statements to begin with.").With("UnsupportedOperationException")
	}
	for _, c := range eventColumns {
		q.Columns = append(q.Columns, c.name+" "+strings.Join(strings.Fields(c.typ), " "))
	}
	statement, err := l.Generator(ctx, q)
	if err != nil {
		return "", &fault.Error{Kind: fault.Unavailable, Code: "GenerateResponseException", Err: err, Message: "The generator of queries gave no statement. Ask again, or in other words"}
	}
	asked := Query{Place: p, Owner: p.Account, Statement: statement}
	if _, err := l.prepare(ctx, &asked); err != nil {
		return "", fault.New(fault.Invalid, "The generator of queries wrote a statement that cannot be run (%v). Ask in other words.", err).With("GenerateResponseException")
	}
	for _, id := range asked.Stores {
		if !slices.Contains(q.Stores, id) {
			return "", fault.New(fault.Invalid, "The generator of queries wrote a statement that reads another event data store. Ask in other words.").With("GenerateResponseException")
		}
	}
	return statement, nil
}
