package cel

import (
	"errors"
	"fmt"
	"sync"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// SyntaxError tells where an expression stops being valid; Line is 0 when it is the expression as a whole.
type SyntaxError struct {
	Line, Col int
	Reason    string
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Reason)
}

var sharedEnv = sync.OnceValues(environment)

// Program is one expression, compiled; many goroutines may evaluate it.
type Program struct {
	text    string
	ast     *cel.Ast
	program cel.Program
}

// Compile reads an expression and checks its types and what it may cost. The error is a *SyntaxError.
func Compile(text string) (*Program, error) {
	if n := utf8.RuneCountInString(text); n > maxText {
		return nil, &SyntaxError{Reason: fmt.Sprintf("the expression has %d characters; at most %d are taken", n, maxText)}
	}
	env, err := sharedEnv()
	if err != nil {
		return nil, err
	}
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		e := issues.Errors()[0]
		return nil, &SyntaxError{Line: e.Location.Line(), Col: max(1, e.Location.Column()+1), Reason: e.Message}
	}
	switch t := ast.OutputType(); t.Kind() {
	case types.BoolKind, types.StringKind, types.DynKind:
	default:
		return nil, &SyntaxError{1, 1, fmt.Sprintf("the expression yields %s; it must yield a bool, or a string that begins with a verdict", t)}
	}
	estimate, err := env.EstimateCost(ast, sizes{})
	if err != nil {
		return nil, &SyntaxError{Reason: err.Error()}
	}
	if estimate.Max > maxStatic {
		return nil, &SyntaxError{Reason: fmt.Sprintf("the expression may cost up to %d, more than the %d that are allowed: fewer loops inside each other cost less", estimate.Max, uint64(maxStatic))}
	}
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(maxRuntime), cel.CostTracking(sizes{}))
	if err != nil {
		return nil, &SyntaxError{Reason: err.Error()}
	}
	return &Program{text: text, ast: ast, program: program}, nil
}

// place is the position in the expression of what failed at run time.
func (p *Program) place(err error) (line, col int, ok bool) {
	var e *types.Err
	if !errors.As(err, &e) || e.NodeID() == 0 {
		return 0, 0, false
	}
	at := p.ast.NativeRep().SourceInfo().GetStartLocation(e.NodeID())
	return at.Line(), at.Column() + 1, at.Line() > 0
}
