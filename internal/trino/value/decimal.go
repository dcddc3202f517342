package value

import (
	"math/big"
	"strings"
)

// Decimal is an exact number: Int / 10^Scale. Its Int is never changed.
type Decimal struct {
	Int   *big.Int
	Scale int
}

var tens = func() []*big.Int {
	out := make([]*big.Int, 2*MaxPrecision+2)
	out[0] = big.NewInt(1)
	for i := 1; i < len(out); i++ {
		out[i] = new(big.Int).Mul(out[i-1], big.NewInt(10))
	}
	return out
}()

// Pow10 is 10^n, for n up to twice the largest precision.
func Pow10(n int) *big.Int { return tens[n] }

// NewDecimal is n / 10^scale.
func NewDecimal(n int64, scale int) Decimal { return Decimal{big.NewInt(n), scale} }

// ParseDecimal reads [+-]digits[.digits].
func ParseDecimal(s string) (Decimal, bool) {
	text := strings.TrimSpace(s)
	whole, frac, _ := strings.Cut(text, ".")
	digits := whole + frac
	if strings.Trim(digits, "+-") == "" || len(digits) > 2*MaxPrecision || strings.ContainsAny(digits, "_") || strings.ContainsAny(frac, "+-") {
		return Decimal{}, false
	}
	n, ok := new(big.Int).SetString(digits, 10)
	return Decimal{n, len(frac)}, ok
}

// Rescale rounds half away from zero to a scale.
func (d Decimal) Rescale(scale int) Decimal {
	switch {
	case scale == d.Scale:
		return d
	case scale > d.Scale:
		return Decimal{new(big.Int).Mul(d.Int, tens[scale-d.Scale]), scale}
	}
	return Decimal{divRound(d.Int, tens[d.Scale-scale]), scale}
}

// divRound is a / b rounded half away from zero.
func divRound(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Lsh(r.Abs(r), 1).CmpAbs(b) >= 0 {
		if a.Sign()*b.Sign() < 0 {
			return q.Sub(q, big.NewInt(1))
		}
		return q.Add(q, big.NewInt(1))
	}
	return q
}

// Fits reports whether d has at most that many digits.
func (d Decimal) Fits(precision int) bool { return d.Int.CmpAbs(tens[precision]) < 0 }

// Cmp compares two decimals.
func (d Decimal) Cmp(e Decimal) int {
	switch {
	case d.Scale < e.Scale:
		return d.Rescale(e.Scale).Int.Cmp(e.Int)
	case d.Scale > e.Scale:
		return d.Int.Cmp(e.Rescale(d.Scale).Int)
	}
	return d.Int.Cmp(e.Int)
}

// Float is the nearest double.
func (d Decimal) Float() float64 {
	f, _ := new(big.Rat).SetFrac(d.Int, tens[d.Scale]).Float64()
	return f
}

// String is the number with all digits of its scale.
func (d Decimal) String() string {
	s := new(big.Int).Abs(d.Int).String()
	if d.Scale > 0 {
		if len(s) <= d.Scale {
			s = strings.Repeat("0", d.Scale-len(s)+1) + s
		}
		s = s[:len(s)-d.Scale] + "." + s[len(s)-d.Scale:]
	}
	if d.Int.Sign() < 0 {
		s = "-" + s
	}
	return s
}
