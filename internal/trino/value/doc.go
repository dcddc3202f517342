// Package value holds the types of Trino's SQL, values of them singly and as vectors, and the form of functions.
//
// A Value is boxed, by the kind of its type:
//
//	NULL                                 nil
//	boolean                              bool
//	tinyint, smallint, integer, bigint   int64
//	real, double                         float64
//	decimal                              Decimal
//	varchar, json                        string (json: its text)
//	varbinary                            string (the bytes)
//	date                                 int64, days since 1970-01-01
//	time                                 int64, milliseconds since midnight
//	timestamp                            int64, milliseconds since 1970-01-01T00:00:00 on the wall clock
//	timestamp with time zone             Zoned
//	interval day to second               int64, milliseconds
//	interval year to month               int64, months
//	array, row                           []Value
//	map                                  *Map
//	function                             *Lambda
//
// A Vector is a column of values of one type in flat storage: Bools, Ints, Floats, Strs or Values by the Storage of its
// type, a mask of NULLs, and optionally a dictionary or a single value for all rows.
//
// A Function is one overload of a scalar function: its signature as text ("element_at(map(K,V), K) V"), and either Row,
// from boxed arguments to a boxed result, or Vec, from vectors to a vector. The engine looks after what functions have
// in common: the coercion of arguments, NULL for NULL, constants, and dictionaries, over whose words a deterministic
// function is evaluated once. Operators, casts and the special forms (AND, CASE, COALESCE, IF, NULLIF, TRY, IN, LIKE)
// are the engine's own.
//
// Known to differ from Trino: varchar(n) and char(n) are varchar, but for a cast to them, which cuts; times, timestamps
// and intervals have milliseconds whatever the precision asked for; real is computed as double and rounded.
package value
