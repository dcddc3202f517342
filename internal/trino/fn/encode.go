package fn

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func encodings() []*value.Function {
	return group(
		pure("to_utf8(varchar) varbinary", func(a values) value.Value { return a[0] }),
		text("from_utf8(varbinary) varchar", func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }),
		row("from_utf8(varbinary, varchar) varchar", func(a values) (value.Value, error) {
			if utf8.RuneCountInString(a.str(1)) > 1 {
				return nil, value.Errorf("from_utf8: replacement %s must be one character or empty", quote(a.str(1)))
			}
			return strings.ToValidUTF8(a.str(0), a.str(1)), nil
		}),
		text("to_hex(varbinary) varchar", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }),
		decoder("from_hex", "hexadecimal", hex.DecodeString),
		text("to_base64(varbinary) varchar", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
		decoder("from_base64", "base64", func(s string) ([]byte, error) { return base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "=")) }),
		text("to_base64url(varbinary) varchar", func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) }),
		decoder("from_base64url", "base64url", func(s string) ([]byte, error) {
			return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
		}),
		pure("to_big_endian_64(bigint) varbinary", func(a values) value.Value {
			return string(binary.BigEndian.AppendUint64(nil, uint64(a.int(0))))
		}),
		row("from_big_endian_64(varbinary) bigint", func(a values) (value.Value, error) {
			if len(a.str(0)) != 8 {
				return nil, value.Errorf("from_big_endian_64: expected 8-byte input, but got %d bytes", len(a.str(0)))
			}
			return int64(binary.BigEndian.Uint64([]byte(a.str(0)))), nil
		}),
		pure("to_ieee754_64(double) varbinary", func(a values) value.Value {
			return string(binary.BigEndian.AppendUint64(nil, math.Float64bits(a.float(0))))
		}),
	)
}

// decoder is a function of texts and of their bytes.
func decoder(name, what string, decode func(string) ([]byte, error)) *value.Function {
	return row(name+"(varchar) varbinary", func(a values) (value.Value, error) {
		b, err := decode(a.str(0))
		if err != nil {
			return nil, value.Errorf("%s: %s is not %s", name, quote(a.str(0)), what)
		}
		return string(b), nil
	})
}
