package fn_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func TestArray(t *testing.T) {
	check(t, [][2]string{
		{"cardinality(ARRAY[1, 2])", "2"},
		{"element_at(ARRAY[1, 2], 2)", "2"},
		{"element_at(ARRAY[1, 2], -2)", "1"},
		{"element_at(ARRAY[1, 2], 3)", "NULL"},
		{"element_at(ARRAY[1, 2], 0)", "!element_at: SQL array indices start at 1"},
		{"array_first(ARRAY[5, 6])", "5"},
		{"array_last(ARRAY[5, 6])", "6"},
		{"array_first(ARRAY[])", "NULL"},
		{"array_join(ARRAY[1, NULL, 3], ',')", "1,3"},
		{"array_join(ARRAY[1, NULL, 3], ',', '?')", "1,?,3"},
		{"array_join(ARRAY[true, false], '/')", "true/false"},
		{"array_join(ARRAY[ARRAY[1]], ',')", "!elements of type array(integer) have no text"},
		{"array_sort(ARRAY[3, 2, 5, NULL, 1])", "[1, 2, 3, 5, null]"},
		{"array_sort(ARRAY['b', 'A', 'a'])", "[A, a, b]"},
		{"array_sort(ARRAY[3, 2, 5, 1], (x, y) -> sign(y - x))", "[5, 3, 2, 1]"},
		{"array_sort(ARRAY['ab', 'abc', 'a'], (x, y) -> CAST(sign(length(x) - length(y)) AS integer))", "[a, ab, abc]"},
		{"array_sort(ARRAY[3, 2], (x, y) -> 5)", "!array_sort: the lambda must return -1, 0 or 1"},
		{"array_max(ARRAY[1, 3, 2])", "3"},
		{"array_min(ARRAY['b', 'a'])", "a"},
		{"array_max(ARRAY[1, NULL])", "NULL"},
		{"array_min(ARRAY[])", "NULL"},
		{"reverse(ARRAY[1, 2, 3])", "[3, 2, 1]"},
		{"ARRAY[1] || ARRAY[2, 3]", "[1, 2, 3]"},
		{"concat(ARRAY[1], ARRAY[2], ARRAY[3])", "[1, 2, 3]"},
		{"ARRAY[1] || 2", "[1, 2]"},
		{"0 || ARRAY[1]", "[0, 1]"},
		{"flatten(ARRAY[ARRAY[1, 2], NULL, ARRAY[3]])", "[1, 2, 3]"},
		{"cardinality(flatten(repeat(repeat(1, 10000), 101)))", "!flatten: the result would have 1010000 elements, and 1000000 are the most"},
		{"reduce(sequence(1, 100), ARRAY[1], (s, x) -> s || s, s -> cardinality(s))", "!concat: the result would have 1048576 elements"},
		{"length(array_join(repeat(rpad('', 10000, 'x'), 10000), ','))", "!array_join: the result would have 100010000 bytes"},
		{"repeat('a', 3)", "[a, a, a]"},
		{"repeat(NULL, 2)", "[null, null]"},
		{"repeat(1, -1)", "!repeat: count must be between 0 and 10000"},
		{"array_distinct(ARRAY[1, 2, NULL, 1, NULL])", "[1, 2, null]"},
		{"array_union(ARRAY[1, 2], ARRAY[2, 3])", "[1, 2, 3]"},
		{"array_intersect(ARRAY[1, 2, 2, NULL], ARRAY[2, NULL, 3])", "[2, null]"},
		{"array_except(ARRAY[1, 2, 2, 3], ARRAY[2])", "[1, 3]"},
		{"arrays_overlap(ARRAY[1, 2], ARRAY[2])", "true"},
		{"arrays_overlap(ARRAY[1, 2], ARRAY[3])", "false"},
		{"arrays_overlap(ARRAY[1, NULL], ARRAY[3])", "NULL"},
		{"array_histogram(ARRAY[42, 7, 42, NULL])", "{42=2, 7=1}"},
		{"contains(ARRAY['a', 'b'], 'b')", "true"},
		{"contains(ARRAY[1, 2], 3)", "false"},
		{"contains(ARRAY[1, NULL], 3)", "NULL"},
		{"contains(ARRAY[1e0], 1)", "true"},
		{"array_position(ARRAY[1, 2, 1], 1)", "1"},
		{"array_position(ARRAY[1, 2, 1], 1, 2)", "3"},
		{"array_position(ARRAY[1, 2, 1], 1, -1)", "3"},
		{"array_position(ARRAY[1, 2, 1], 5)", "0"},
		{"array_position(ARRAY[1, 2, 1], 1, 0)", "!array_position: instance must not be zero"},
		{"array_remove(ARRAY[1, 2, NULL, 1], 1)", "[2, null]"},
		{"contains_sequence(ARRAY[1, 2, 3, 4], ARRAY[2, 3])", "true"},
		{"contains_sequence(ARRAY[1, 2, 3, 4], ARRAY[3, 2])", "false"},
		{"slice(ARRAY[1, 2, 3, 4], 2, 2)", "[2, 3]"},
		{"slice(ARRAY[1, 2, 3, 4], -2, 5)", "[3, 4]"},
		{"slice(ARRAY[1, 2], 3, 1)", "[]"},
		{"slice(ARRAY[1, 2], 0, 1)", "!slice: SQL array indices start at 1"},
		{"slice(ARRAY[1, 2], 1, -1)", "!slice: length must be greater than or equal to 0"},
		{"trim_array(ARRAY[1, 2, 3, 4], 1)", "[1, 2, 3]"},
		{"trim_array(ARRAY[1], 2)", "!trim_array: size must be between 0 and the array's 1 elements"},
		{"combinations(ARRAY['foo', 'bar', 'baz'], 2)", "[[foo, bar], [foo, baz], [bar, baz]]"},
		{"combinations(ARRAY[1], 6)", "!combinations: size must be between 0 and 5"},
		{"combinations(sequence(1, 100), 4)", "!combinations: there are more than 10000"},
		{"ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 2)", "[[foo, bar], [bar, baz], [baz, foo]]"},
		{"ngrams(ARRAY['a'], 4)", "[[a]]"},
		{"ngrams(ARRAY['a'], 0)", "!ngrams: n must be positive"},
		{"sequence(1, 4)", "[1, 2, 3, 4]"},
		{"sequence(3, 1)", "[3, 2, 1]"},
		{"sequence(1, 10, 4)", "[1, 5, 9]"},
		{"sequence(1, 10, -4)", "!sequence: the step must lead from the start to the stop"},
		{"sequence(1, 10001)", "!sequence: the result must not have more than 10000 entries"},
		{"sequence(-9223372036854775808, 9223372036854775807)", "!must not have more"},
		{"sequence(DATE '2024-02-28', DATE '2024-03-01')", "[2024-02-28, 2024-02-29, 2024-03-01]"},
		{"sequence(DATE '2024-01-31', DATE '2024-03-31', INTERVAL '1' MONTH)", "[2024-01-31, 2024-02-29, 2024-03-31]"},
		{"sequence(DATE '2024-01-01', DATE '2024-01-05', INTERVAL '2' DAY)", "[2024-01-01, 2024-01-03, 2024-01-05]"},
		{"sequence(DATE '2024-01-01', DATE '2024-01-05', INTERVAL '2' HOUR)", "!sequence: the step between dates must be whole days"},
		{"sequence(TIMESTAMP '2024-01-01 00:00', TIMESTAMP '2024-01-01 02:00', INTERVAL '1' HOUR)", "[2024-01-01 00:00:00.000, 2024-01-01 01:00:00.000, 2024-01-01 02:00:00.000]"},
		{"sequence(TIMESTAMP '2024-01-01 00:00', TIMESTAMP '2024-02-01 00:00', INTERVAL '1' MONTH)", "[2024-01-01 00:00:00.000, 2024-02-01 00:00:00.000]"},
		{"zip(ARRAY[1, 2], ARRAY['1b', NULL, '3b'])", "[{field0=1, field1=1b}, {field0=2, field1=null}, {field0=null, field1=3b}]"},
		{"cardinality(zip(ARRAY[1], ARRAY[2], ARRAY[3], ARRAY[4], ARRAY[5]))", "1"},
		{"transform(ARRAY[5, NULL, 6], x -> x + 1)", "[6, null, 7]"},
		{"transform(ARRAY['x'], x -> x || '0')", "[x0]"},
		{"transform(ARRAY[1, 0], x -> 1 / x)", "!Division by zero"},
		{"filter(ARRAY[5, -6, NULL, 7], x -> x > 0)", "[5, 7]"},
		{"any_match(ARRAY[1, 2], x -> x > 1)", "true"},
		{"any_match(ARRAY[1, NULL], x -> x > 1)", "NULL"},
		{"any_match(ARRAY[], x -> true)", "false"},
		{"all_match(ARRAY[1, 2], x -> x > 1)", "false"},
		{"all_match(ARRAY[2, NULL], x -> x > 1)", "NULL"},
		{"all_match(ARRAY[], x -> false)", "true"},
		{"none_match(ARRAY[1, 2], x -> x > 2)", "true"},
		{"none_match(ARRAY[1, 2], x -> x > 1)", "false"},
		{"reduce(ARRAY[5, 20, 50], 0, (s, x) -> s + x, s -> s)", "75"},
		{"reduce(ARRAY[], 0, (s, x) -> s, s -> s)", "0"},
		{"reduce(ARRAY[5, 6], 1e0, (s, x) -> s * x, s -> s / 2)", "15.0"},
		{"zip_with(ARRAY[1, 3], ARRAY['a', 'b', 'c'], (x, y) -> y || '!')", "[a!, b!, c!]"},
		{"zip_with(ARRAY[1, 2], ARRAY[3], (x, y) -> x + y)", "[4, null]"},
	})
}

func TestMap(t *testing.T) {
	check(t, [][2]string{
		{"map(ARRAY['a', 'b'], ARRAY[1, 2])", "{a=1, b=2}"},
		{"map()", "{}"},
		{"map(ARRAY['a'], ARRAY[1, 2])", "!map: key and value arrays must be the same length"},
		{"map(ARRAY['a', 'a'], ARRAY[1, 2])", "!map: duplicate map keys (a) are not allowed"},
		{"map(ARRAY['a', NULL], ARRAY[1, 2])", "!map: map key cannot be null"},
		{"element_at(map(ARRAY['a', 'b'], ARRAY[1, 2]), 'b')", "2"},
		{"element_at(map(ARRAY[1, 2], ARRAY['x', 'y']), 2)", "y"},
		{"element_at(map(ARRAY['a'], ARRAY[1]), 'c')", "NULL"},
		{"cardinality(map(ARRAY['a'], ARRAY[1]))", "1"},
		{"map_keys(map(ARRAY['a', 'b'], ARRAY[1, 2]))", "[a, b]"},
		{"map_values(map(ARRAY['a', 'b'], ARRAY[1, 2]))", "[1, 2]"},
		{"map_entries(map(ARRAY[1, 2], ARRAY['x', 'y']))", "[{field0=1, field1=x}, {field0=2, field1=y}]"},
		{"map_from_entries(ARRAY[(1, 'x'), (2, 'y')])", "{1=x, 2=y}"},
		{"map_from_entries(ARRAY[(1, 'x'), (1, 'y')])", "!map_from_entries: duplicate map keys (1)"},
		{"multimap_from_entries(ARRAY[(1, 'x'), (2, 'y'), (1, 'z')])", "{1=[x, z], 2=[y]}"},
		{"map_concat(map(ARRAY['a', 'b'], ARRAY[1, 2]), map(ARRAY['b', 'c'], ARRAY[3, 4]))", "{a=1, b=3, c=4}"},
		{"map_filter(map(ARRAY['a', 'b', 'c'], ARRAY[20, 3, 15]), (k, v) -> v > 10)", "{a=20, c=15}"},
		{"transform_keys(map(ARRAY[1, 2], ARRAY['a', 'b']), (k, v) -> v || 'x')", "{ax=a, bx=b}"},
		{"transform_keys(map(ARRAY[1, 2], ARRAY['a', 'b']), (k, v) -> 1)", "!transform_keys: duplicate map keys (1)"},
		{"transform_values(map(ARRAY[1, 2], ARRAY['a', 'b']), (k, v) -> k + 1)", "{1=2, 2=3}"},
		{"map_zip_with(map(ARRAY[1, 2], ARRAY['a', 'b']), map(ARRAY[2, 3], ARRAY['c', 'd']), (k, x, y) -> concat_ws('-', x, y))", "{1=a, 2=b-c, 3=d}"},
	})
}

// TestStopped: functions that call lambdas end with their query.
func TestStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	before := at
	at = &value.Context{Context: ctx}
	defer func() { at = before }()
	stop()
	for _, x := range []string{"transform(ARRAY[1], x -> x)", "transform_values(map(ARRAY[1], ARRAY[1]), (k, v) -> v)"} {
		if got, err := answer(t, x); !errors.Is(err, context.Canceled) {
			t.Errorf("%s = %s, %v", x, got, err)
		}
	}
}
