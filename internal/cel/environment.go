package cel

import (
	"math"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/tickmark/tickmark/internal/tree"
)

// Limits of an expression.
const (
	maxText    = 10_000     // characters
	maxNesting = 64         // of the expression's tree
	maxStatic  = 20_000_000 // cost, when every list and map had commonElements elements
	maxRuntime = 1_000_000  // cost of one evaluation; about 50 ms
	maxSteps   = 10_000_000 // members and elements walked past in one evaluation
	maxRegex   = 2_000      // steps of a regular expression

	commonElements = 100
	commonString   = 1_000
)

// variables an expression may use, by their type.
var variables = map[string]*cel.Type{
	"item":         cel.MapType(cel.StringType, cel.DynType),
	"version":      cel.StringType,
	"accountId":    cel.StringType,
	"awsRegion":    cel.StringType,
	"arn":          cel.StringType,
	"resourceType": cel.StringType,
	"resourceId":   cel.StringType,
	"resourceName": cel.StringType,

	"availabilityZone":             cel.StringType,
	"configurationItemStatus":      cel.StringType,
	"configurationItemCaptureTime": cel.TimestampType,
	"resourceCreationTime":         cel.TimestampType,

	"tags":                       cel.MapType(cel.StringType, cel.StringType),
	"relationships":              cel.ListType(cel.MapType(cel.StringType, cel.DynType)),
	"configuration":              cel.MapType(cel.StringType, cel.DynType),
	"supplementaryConfiguration": cel.MapType(cel.StringType, cel.DynType),

	"parameters": cel.MapType(cel.StringType, cel.StringType),
	"now":        cel.TimestampType,
}

// environment is built once; it is the same for all expressions.
func environment() (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.OptionalTypes(),
		cel.ParserExpressionSizeLimit(maxText),
		cel.ParserRecursionLimit(maxNesting),
		cel.ParserErrorRecoveryLimit(1),
		cel.RegexProgramSizeLimit(maxRegex),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateDurationLiterals()),
		cel.Function("json", cel.Overload("json_string", []*cel.Type{cel.StringType}, cel.DynType, cel.UnaryBinding(opened))),
		cel.Function("lowerAscii", cel.MemberOverload("string_lower_ascii", []*cel.Type{cel.StringType}, cel.StringType, cel.UnaryBinding(lowered))),
		cel.Function("split", cel.MemberOverload("string_split_string", []*cel.Type{cel.StringType, cel.StringType}, cel.ListType(cel.StringType), cel.BinaryBinding(parts))),
	}
	for name, typ := range variables {
		options = append(options, cel.Variable(name, typ))
	}
	return cel.NewEnv(options...)
}

// opened reads a string that holds a JSON document, plain or URL-encoded, as policies are written.
func opened(v ref.Val) ref.Val {
	s, ok := v.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(v)
	}
	d, err := tree.ParseString(string(s))
	if err == nil && d.Root().Kind() == tree.String || err != nil && strings.HasPrefix(string(s), "%") {
		d, err = unquoted(string(s))
	}
	if err != nil {
		return types.NewErr("json: the string is no JSON document: %v", err)
	}
	return new(reader).value(d.Root())
}

// unquoted reads a JSON string as the document it holds; a text that is no JSON is taken as such a string.
func unquoted(s string) (*tree.Doc, error) {
	if !strings.HasPrefix(s, `"`) {
		s = `"` + s + `"`
	}
	d, err := tree.ParseString(s)
	if err != nil {
		return nil, err
	}
	n, err := d.Root().Embedded()
	if err != nil {
		return nil, err
	}
	return tree.ParseString(n.Raw())
}

func lowered(v ref.Val) ref.Val {
	s, ok := v.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(v)
	}
	return types.String(strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, string(s)))
}

func parts(v, separator ref.Val) ref.Val {
	s, ok := v.(types.String)
	sep, also := separator.(types.String)
	if !ok || !also || sep == "" {
		return types.NewErr("split needs a string and a separator that is not empty")
	}
	return types.NewStringList(types.DefaultTypeAdapter, strings.Split(string(s), string(sep)))
}

// sizes tells how large values are taken to be when the cost of an expression is estimated.
type sizes struct{}

func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	common := uint64(commonElements)
	if n.Type().Kind() == types.StringKind || n.Type().Kind() == types.BytesKind {
		common = commonString
	}
	return &cost.SizeEstimate{Max: common}
}

func (sizes) EstimateCallCost(function, _ string, target *cost.AstNode, _ []cost.AstNode) *cost.CallEstimate {
	switch function {
	case "json", "lowerAscii", "split":
		return &cost.CallEstimate{CostEstimate: cost.Estimate{Min: 1, Max: commonString}}
	}
	return nil
}

// CallCost is the cost at run time of what the standard library does not have: as much as there is to read.
func (sizes) CallCost(function, _ string, args []ref.Val, _ ref.Val) *uint64 {
	switch function {
	case "json", "lowerAscii", "split":
		if s, ok := args[0].(types.String); ok {
			c := uint64(math.Ceil(float64(len(s))/4)) + 1
			return &c
		}
	}
	return nil
}
