package trino

// Window is what stands behind OVER or in the WINDOW clause.
type Window struct {
	Position
	// Base is a window of the WINDOW clause that this one takes over; nil when there is none. OVER w has nothing else.
	Base        *Ident
	PartitionBy []Expr
	OrderBy     []*Sort
	Frame       *Frame // nil: RANGE from the first row to the current one's peers with ORDER BY, else the partition
}

// NamedWindow is a window of the WINDOW clause.
type NamedWindow struct {
	Position
	Name   Ident
	Window *Window
}

// FrameUnit is what a frame counts in.
type FrameUnit string

// The units of frames.
const (
	Rows   FrameUnit = "ROWS"
	Range  FrameUnit = "RANGE"
	Groups FrameUnit = "GROUPS"
)

// Frame tells which rows around the current one a window function sees.
type Frame struct {
	Position
	Unit       FrameUnit
	Start, End Bound // End is CURRENT ROW when it is not written
}

// BoundKind is where a frame begins or ends.
type BoundKind string

// The bounds.
const (
	UnboundedPreceding BoundKind = "UNBOUNDED PRECEDING"
	Preceding          BoundKind = "PRECEDING"
	CurrentRow         BoundKind = "CURRENT ROW"
	Following          BoundKind = "FOLLOWING"
	UnboundedFollowing BoundKind = "UNBOUNDED FOLLOWING"
)

// Bound is an end of a frame.
type Bound struct {
	Position
	Kind   BoundKind
	Offset Expr // of Preceding and Following
}
