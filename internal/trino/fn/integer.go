package fn

import (
	"math/bits"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func integers() []*value.Function {
	return group(
		pure("bitwise_and(bigint, bigint) bigint", func(a values) value.Value { return a.int(0) & a.int(1) }),
		pure("bitwise_or(bigint, bigint) bigint", func(a values) value.Value { return a.int(0) | a.int(1) }),
		pure("bitwise_xor(bigint, bigint) bigint", func(a values) value.Value { return a.int(0) ^ a.int(1) }),
		pure("bitwise_not(bigint) bigint", func(a values) value.Value { return ^a.int(0) }),
		pure("bitwise_left_shift(bigint, bigint) bigint", func(a values) value.Value { return a.int(0) << shift(a.int(1)) }),
		pure("bitwise_right_shift(bigint, bigint) bigint", func(a values) value.Value { return int64(uint64(a.int(0)) >> shift(a.int(1))) }),
		pure("bitwise_right_shift_arithmetic(bigint, bigint) bigint", func(a values) value.Value { return a.int(0) >> shift(a.int(1)) }),
		row("bit_count(bigint, bigint) bigint", func(a values) (value.Value, error) {
			n, size := a.int(0), a.int(1)
			if size < 2 || size > 64 || size < 64 && (n >= 1<<(size-1) || n < -1<<(size-1)) {
				return nil, value.Errorf("bit_count: %d cannot be represented with %d bits", n, size)
			}
			return int64(bits.OnesCount64(uint64(n) << (64 - size))), nil
		}),
		row("from_base(varchar, bigint) bigint", func(a values) (value.Value, error) {
			if err := radix("from_base", a.int(1)); err != nil {
				return nil, err
			}
			n, err := strconv.ParseInt(a.str(0), int(a.int(1)), 64)
			if err != nil || strings.Contains(a.str(0), "_") {
				return nil, value.Errorf("from_base: not a valid base-%d number: %s", a.int(1), quote(a.str(0)))
			}
			return n, nil
		}),
		row("to_base(bigint, bigint) varchar", func(a values) (value.Value, error) {
			if err := radix("to_base", a.int(1)); err != nil {
				return nil, err
			}
			return strconv.FormatInt(a.int(0), int(a.int(1))), nil
		}),
	)
}

// shift is how far to shift; beyond 63 nothing is left in either case.
func shift(n int64) uint64 {
	if n < 0 || n > 64 {
		return 64
	}
	return uint64(n)
}

func radix(name string, n int64) error {
	if n < 2 || n > 36 {
		return value.Errorf("%s: radix must be between 2 and 36, not %d", name, n)
	}
	return nil
}
