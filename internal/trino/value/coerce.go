package value

import "slices"

// integerDigits is the precision of an integer type as a decimal.
var integerDigits = map[Kind]int{TinyInt: 3, SmallInt: 5, Integer: 10, BigInt: 19}

// Coercible reports whether a value of one type may stand where another is asked for, without a cast written.
func Coercible(from, to *Type) bool {
	if from.Equal(to) || from.Kind == Unknown {
		return true
	}
	switch {
	case from.IsInteger():
		switch {
		case to.IsInteger():
			return from.Kind <= to.Kind
		case to.Kind == DecimalKind:
			return to.Precision-to.Scale >= integerDigits[from.Kind]
		}
		return to.IsFloat()
	case from.Kind == DecimalKind:
		return to.IsFloat() || to.Kind == DecimalKind && to.Scale >= from.Scale && to.Precision-to.Scale >= from.Precision-from.Scale
	case from.Kind == Real:
		return to.Kind == Double
	case from.Kind == Date:
		return to.Kind == Timestamp || to.Kind == TimestampTZ
	case from.Kind == Timestamp:
		return to.Kind == TimestampTZ
	case from.Kind == to.Kind && len(from.Elems) == len(to.Elems) && len(from.Elems) > 0 && from.Kind != FunctionKind:
		for i, e := range from.Elems {
			if !Coercible(e, to.Elems[i]) {
				return false
			}
		}
		return true
	}
	return false
}

// Common is the type that values of both become when they meet in a comparison, a UNION or a CASE; nil when there is none.
func Common(a, b *Type) *Type {
	switch {
	case a.Equal(b):
		if a.Kind == Varchar && a.Precision != b.Precision {
			return VarcharType
		}
		return a
	case a.Kind == DecimalKind && (b.Kind == DecimalKind || b.IsInteger()):
		return commonDecimal(a, asDecimal(b))
	case b.Kind == DecimalKind && a.IsInteger():
		return commonDecimal(asDecimal(a), b)
	case Coercible(a, b):
		return b
	case Coercible(b, a):
		return a
	case a.Kind != b.Kind || len(a.Elems) != len(b.Elems) || len(a.Elems) == 0 || a.Kind == FunctionKind:
		return nil
	}
	elems := make([]*Type, len(a.Elems))
	for i := range elems {
		if elems[i] = Common(a.Elems[i], b.Elems[i]); elems[i] == nil {
			return nil
		}
	}
	t := *a
	t.Elems, t.Names = elems, slices.Clone(a.Names)
	for i := range t.Names {
		if t.Names[i] != b.Names[i] {
			t.Names[i] = ""
		}
	}
	return &t
}

func asDecimal(t *Type) *Type {
	if n, ok := integerDigits[t.Kind]; ok {
		return DecimalOf(n, 0)
	}
	return t
}

func commonDecimal(a, b *Type) *Type {
	scale := max(a.Scale, b.Scale)
	whole := max(a.Precision-a.Scale, b.Precision-b.Scale)
	return DecimalOf(min(MaxPrecision, whole+scale), scale)
}
