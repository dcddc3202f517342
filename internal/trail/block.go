package trail

import (
	"time"

	"github.com/tickmark/tickmark/internal/arn"
)

// Column is a field of events that a Block can hold.
type Column uint8

// The columns. All but Seq, Time and Raw are texts.
const (
	ColumnSeq Column = iota
	ColumnTime
	ColumnAccount
	ColumnRegion
	ColumnID
	ColumnName
	ColumnSource
	ColumnCategory
	ColumnType
	ColumnReadOnly
	ColumnUser
	ColumnAccessKeyID
	ColumnPrincipal
	ColumnSourceIP
	ColumnErrorCode
	ColumnSharedID
	ColumnIntegrity
	ColumnOrigin
	ColumnRaw
	NumColumns
)

// BlockQuery selects events for reading by columns.
type BlockQuery struct {
	Scope arn.Scope
	// From and To are inclusive; the zero time leaves that end open.
	From, To time.Time
	// AllOf keeps events that match at least one of each list. A store answers it by its index where it can.
	AllOf [][]Match
	// Columns are those that blocks shall hold. Raw costs more than all the others together.
	Columns []Column
	// Parallel is from how many goroutines blocks may be yielded at once; 0 and 1 mean one block at a time. Reading
	// itself uses all processors in any case: ask for more when the work on a block is what takes long.
	Parallel int
}

// Column is the column that holds the attribute's only value; false for those of which an event has several.
func (a Attribute) Column() (Column, bool) {
	switch a {
	case EventID:
		return ColumnID, true
	case EventName:
		return ColumnName, true
	case ReadOnly:
		return ColumnReadOnly, true
	case Username:
		return ColumnUser, true
	case EventSource:
		return ColumnSource, true
	case AccessKeyID:
		return ColumnAccessKeyID, true
	}
	return 0, false
}

// Matches reports whether the event is selected.
func (q *BlockQuery) Matches(e *Event) bool {
	if !q.Scope.Sees(e.Account, e.Region) || !within(e.Time, q.From, q.To) {
		return false
	}
	for _, any := range q.AllOf {
		s := ScanQuery{Scope: q.Scope, AnyOf: any}
		if !s.Matches(e) {
			return false
		}
	}
	return true
}

// Block is some events, column by column. It is valid during the call that yields it; strings and bytes taken from it
// stay valid, and so do slices of words.
type Block struct {
	Rows int
	// Worker tells which of the Parallel goroutines yields the block: 0 is the first.
	Worker int
	// Seqs are the places in the order of arrival.
	Seqs []int64
	// Times are in milliseconds since 1970.
	Times []int64
	// Texts are the columns of text, by Column.
	Texts [NumColumns]Texts
	// Raw are the records.
	Raw [][]byte
}

// Texts is a column of texts: row i has Words[Of[i]], or Words[i] when Of is nil. Words that no row has may be among
// them, and a word may come twice. Blocks that are yielded one after another may share Words: what was found out about
// words then holds as long as &Words[0] and len(Words) stay what they were.
type Texts struct {
	Words []string
	Of    []uint32
}

// At is the text of a row.
func (t Texts) At(row int) string {
	if t.Of != nil {
		row = int(t.Of[row])
	}
	return t.Words[row]
}

// Text is the event's text in a column; "" for those that are no texts.
func (e *Event) Text(c Column) string {
	switch c {
	case ColumnAccount:
		return e.Account
	case ColumnRegion:
		return e.Region
	case ColumnID:
		return e.ID
	case ColumnName:
		return e.Name
	case ColumnSource:
		return e.Source
	case ColumnCategory:
		return e.Category
	case ColumnType:
		return e.Type
	case ColumnReadOnly:
		return e.ReadOnly
	case ColumnUser:
		return e.User
	case ColumnAccessKeyID:
		return e.AccessKeyID
	case ColumnPrincipal:
		return e.Principal
	case ColumnSourceIP:
		return e.SourceIP
	case ColumnErrorCode:
		return e.ErrorCode
	case ColumnSharedID:
		return e.SharedID
	case ColumnIntegrity:
		return e.Integrity
	case ColumnOrigin:
		return e.Origin
	}
	return ""
}

// Add appends an event's values in these columns to the block.
func (b *Block) Add(e *Event, columns []Column) {
	b.Rows++
	for _, c := range columns {
		switch c {
		case ColumnSeq:
			b.Seqs = append(b.Seqs, e.Seq)
		case ColumnTime:
			b.Times = append(b.Times, e.Time.UnixMilli())
		case ColumnRaw:
			b.Raw = append(b.Raw, e.Raw)
		default:
			b.Texts[c].Words = append(b.Texts[c].Words, e.Text(c))
		}
	}
}

// Event is a row as an event of which only these columns are known.
func (b *Block) Event(row int, columns []Column) Event {
	var e Event
	for _, c := range columns {
		switch c {
		case ColumnSeq:
			e.Seq = b.Seqs[row]
		case ColumnTime:
			e.Time = time.UnixMilli(b.Times[row]).UTC()
		case ColumnRaw:
			e.Raw = b.Raw[row]
		default:
			e.setText(c, b.Texts[c].At(row))
		}
	}
	return e
}

// setText is the opposite of Text.
func (e *Event) setText(c Column, s string) {
	switch c {
	case ColumnAccount:
		e.Account = s
	case ColumnRegion:
		e.Region = s
	case ColumnID:
		e.ID = s
	case ColumnName:
		e.Name = s
	case ColumnSource:
		e.Source = s
	case ColumnCategory:
		e.Category = s
	case ColumnType:
		e.Type = s
	case ColumnReadOnly:
		e.ReadOnly = s
	case ColumnUser:
		e.User = s
	case ColumnAccessKeyID:
		e.AccessKeyID = s
	case ColumnPrincipal:
		e.Principal = s
	case ColumnSourceIP:
		e.SourceIP = s
	case ColumnErrorCode:
		e.ErrorCode = s
	case ColumnSharedID:
		e.SharedID = s
	case ColumnIntegrity:
		e.Integrity = s
	case ColumnOrigin:
		e.Origin = s
	}
}
