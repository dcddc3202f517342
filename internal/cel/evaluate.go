package cel

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/common/types"

	"github.com/tickmark/tickmark/internal/rule"
)

// Evaluate judges an item. An evaluation that ends with an error, because something is missing or costs too much, is
// INSUFFICIENT_DATA with the reason.
func (p *Program) Evaluate(in Input) rule.Result {
	out, _, err := p.program.Eval(&activation{in: in})
	if err != nil {
		return unknown(p.explain(err))
	}
	switch v := out.(type) {
	case types.Bool:
		if v {
			return rule.Result{Verdict: rule.Compliant, Reason: "The policy holds."}
		}
		return rule.Result{Verdict: rule.NonCompliant, Reason: "The policy does not hold: " + clip(squeeze(p.text), 200)}
	case types.String:
		return verdict(string(v))
	}
	return unknown(fmt.Sprintf("The policy yields %s, which is neither a bool nor a string.", out.Type().TypeName()))
}

// verdict reads the name of a verdict, and behind a colon why.
func verdict(s string) rule.Result {
	name, why, _ := strings.Cut(s, ":")
	v, ok := rule.ParseVerdict(strings.TrimSpace(name))
	if !ok {
		return unknown(fmt.Sprintf("The policy yields %q, which does not begin with COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE or INSUFFICIENT_DATA.", clip(s, 80)))
	}
	if why = squeeze(why); why == "" {
		why = "The policy says " + v.String() + "."
	}
	return rule.Result{Verdict: v, Reason: why}
}

func unknown(why string) rule.Result {
	return rule.Result{Verdict: rule.InsufficientData, Reason: why}
}

// explain tells what went wrong, and where in the expression.
func (p *Program) explain(err error) string {
	at := ""
	if line, col, ok := p.place(err); ok {
		at = fmt.Sprintf(" at %d:%d", line, col)
	}
	what := err.Error()
	switch {
	case strings.Contains(what, "cost limit exceeded"):
		return fmt.Sprintf("The policy was stopped%s: its cost on this item is more than the %d that are allowed.", at, uint64(maxRuntime))
	case strings.Contains(what, "no such key: "):
		_, key, _ := strings.Cut(what, "no such key: ")
		return fmt.Sprintf("The policy reads %s%s, which the item does not have; has() asks whether something is there.", clip(key, 80), at)
	case strings.Contains(what, "no such attribute(s): "):
		_, name, _ := strings.Cut(what, "no such attribute(s): ")
		return fmt.Sprintf("The policy reads %s%s, which the item does not have.", clip(name, 80), at)
	}
	return fmt.Sprintf("The policy could not be evaluated%s: %s.", at, clip(what, 150))
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "..."
	}
	return s
}
