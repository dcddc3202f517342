package authoring

import "strings"

// maxCells is how large a table of common lines may be; longer texts are told as taken out and put in.
const maxCells = 4 << 20

// around is how many lines that are the same are shown before and after a difference.
const around = 1

// diff tells how to make one text of another, line by line: lines begin with a minus, a plus or a blank; "..." stands
// for lines that are the same and not shown.
func diff(before, after string) []string {
	a, b := lines(before), lines(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	all := mark(" ", a[:head])
	all = append(all, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	return shorten(append(all, mark(" ", a[len(a)-tail:])...))
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

func mark(sign string, list []string) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = sign + l
	}
	return out
}

// middle is the shortest difference, by the longest common subsequence of lines.
func middle(a, b []string) []string {
	if len(a)*len(b) > maxCells {
		return append(mark("-", a), mark("+", b)...)
	}
	width := len(b) + 1
	common := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i*width+j] = common[(i+1)*width+j+1] + 1
			} else {
				common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
			}
		}
	}
	var out []string
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			out = append(out, " "+a[i])
			i, j = i+1, j+1
		case common[(i+1)*width+j] >= common[i*width+j+1]:
			out = append(out, "-"+a[i])
			i++
		default:
			out = append(out, "+"+b[j])
			j++
		}
	}
	return append(append(out, mark("-", a[i:])...), mark("+", b[j:])...)
}

// shorten leaves out lines that are the same and far from a difference.
func shorten(all []string) []string {
	near := make([]bool, len(all))
	for i, l := range all {
		if l[0] == ' ' {
			continue
		}
		for k := max(0, i-around); k <= min(len(all)-1, i+around); k++ {
			near[k] = true
		}
	}
	var out []string
	for i, l := range all {
		switch {
		case near[i]:
			out = append(out, l)
		case len(out) > 0 && out[len(out)-1] != "...":
			out = append(out, "...")
		}
	}
	if n := len(out); n > 0 && out[n-1] == "..." {
		out = out[:n-1]
	}
	return out
}
