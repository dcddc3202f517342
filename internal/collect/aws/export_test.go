package aws

import "github.com/tickmark/tickmark/internal/collect"

// CloudControl is a type of the table, whether or not it has a collector of its own.
func CloudControl(name string) *collect.Type {
	rows := cloudControlRows()
	if _, ok := rows[name]; !ok {
		return nil
	}
	return rows[name].declare(rows)
}

// CloudControlNames are the types of the table.
func CloudControlNames() []string {
	var all []string
	for _, t := range cloudControl() {
		all = append(all, t.Name)
	}
	return all
}
