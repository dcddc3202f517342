package trino

// Null is NULL.
type Null struct{ Position }

// Bool is TRUE or FALSE.
type Bool struct {
	Position
	Value bool
}

// String is a text literal; its type is varchar(n), n being its length in characters.
type String struct {
	Position
	Value string
}

// Bytes is a varbinary literal: X'65'.
type Bytes struct {
	Position
	Value []byte
}

// Integer is a whole number: an integer if it fits 32 bits, else a bigint. A sign is a *Unary around it, except for
// the smallest bigint.
type Integer struct {
	Position
	Value int64
}

// Decimal is a number with a point and no exponent, as it is written: 1.50 is decimal(3, 2).
type Decimal struct {
	Position
	Text string
}

// Double is a number with an exponent.
type Double struct {
	Position
	Value float64
}

// Typed is a text that a type before it reads: DATE '2024-03-05', TIMESTAMP '...', TIME '...', JSON '...', BIGINT '1'.
// TIMESTAMP with a zone in its text is a timestamp with time zone: the reader of Text decides.
type Typed struct {
	Position
	Type *Type
	Text string
}

// Interval is INTERVAL '2' DAY, or INTERVAL '1-2' YEAR TO MONTH.
type Interval struct {
	Position
	Negative bool
	Text     string
	From, To string // units in upper case: YEAR, MONTH, DAY, HOUR, MINUTE, SECOND; To is empty when there is one
}

// Parameter is a question mark; they count from 0 in the order written.
type Parameter struct {
	Position
	Index int
}

func (*Null) expr()      {}
func (*Bool) expr()      {}
func (*String) expr()    {}
func (*Bytes) expr()     {}
func (*Integer) expr()   {}
func (*Decimal) expr()   {}
func (*Double) expr()    {}
func (*Typed) expr()     {}
func (*Interval) expr()  {}
func (*Parameter) expr() {}
