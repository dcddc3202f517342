package lake

import "context"

// ResultPage is some rows of a query's results.
type ResultPage struct {
	Query
	Page [][]*string
	// Next is where the next page begins; 0 when there is none.
	Next int64
}

// pageBytes bounds a page: an answer is held in memory.
const pageBytes = 8 << 20

// Results reads a page of the results, from a place on that the page before told. One that is still running has none; what
// a query gave before it ran out of time can be read.
func (l *Lake) Results(ctx context.Context, p Place, store, id string, at int64, limit int) (page ResultPage, err error) {
	if page.Query, err = l.Query(ctx, p, store, id); err != nil || !page.Over() || page.Status == Cancelled {
		return page, err
	}
	size, more := 0, false
	next, err := l.results.read(id, at, func(row []*string) bool {
		if len(page.Page) == limit || size > pageBytes {
			more = true
			return false
		}
		for _, v := range row {
			if v != nil {
				size += len(*v)
			}
		}
		page.Page = append(page.Page, row)
		return true
	})
	if more {
		page.Next = next
	}
	return page, err
}
