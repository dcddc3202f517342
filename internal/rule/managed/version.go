package managed

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// versionOrder orders two versions of whatever form ("10.5.2", "8.0.mysql_aurora.3.04.0", "1.0.2k-fips"): by their
// runs of digits, as numbers, and of letters; other signs only separate. A run that is missing counts as 0.
func versionOrder(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a = versionPart(a)
		y, b = versionPart(b)
		if n := comparePart(x, y); n != 0 {
			return n
		}
	}
	return 0
}

// comparePart compares two runs; numbers are newer than letters, as in rpm.
func comparePart(x, y string) int {
	xn, yn := x == "" || isDigit(x[0]), y == "" || isDigit(y[0])
	switch {
	case xn && yn:
		x, y = trimZeros(x), trimZeros(y)
		return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
	case x == "":
		return -1 // letters after the end: 1.0.2 is older than 1.0.2k
	case y == "":
		return 1
	case xn != yn:
		return map[bool]int{true: 1, false: -1}[xn]
	}
	return cmp.Compare(x, y)
}

// versionPart cuts off the first run of digits or letters.
func versionPart(s string) (part, rest string) {
	for s != "" && !isDigit(s[0]) && !isLetter(s[0]) {
		s = s[1:]
	}
	n := 0
	for n < len(s) && (isDigit(s[n]) || isLetter(s[n])) && isDigit(s[n]) == isDigit(s[0]) {
		n++
	}
	return s[:n], s[n:]
}

func trimZeros(s string) string {
	for s != "" && s[0] == '0' {
		s = s[1:]
	}
	return s
}

func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// compareVersions compares two versions of dotted numbers, as far as both go: 3.13 is as good as 3.13.7. ok is false for
// anything else. versionOrder is for versions that are told in full.
func compareVersions(a, b string) (order int, ok bool) {
	x, okX := versionParts(a)
	y, okY := versionParts(b)
	n := min(len(x), len(y))
	return slices.Compare(x[:n], y[:n]), okX && okY
}

func versionParts(version string) (parts []uint64, ok bool) {
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return nil, false
		}
		parts = append(parts, n)
	}
	return parts, true
}
