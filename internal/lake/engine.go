package lake

import "context"

// Engine runs SELECT statements.
type Engine interface {
	// Prepare parses and plans a statement whose placeholders stand for the parameters, and which may read the views that
	// a name in FROM finds. What is wrong with the statement is a fault of kind Invalid that names it.
	Prepare(statement string, parameters []string, find func(name string) (*View, error)) (Prepared, error)
}

// Prepared is a statement that can be run once.
type Prepared interface {
	// Columns are the names of the columns of its rows.
	Columns() []string
	// Run calls yield with each row, one after the other: a text for each column, nil for NULL. It ends early with
	// ctx's error or that of yield.
	Run(ctx context.Context, yield func(row []*string) error) error
	// Statistics are what Run has cost so far.
	Statistics() Statistics
}
