package compliance

import (
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
)

// RecordingGroup tells which types are recorded: all, some, or all but some.
type RecordingGroup struct {
	AllSupported  bool
	IncludeGlobal bool
	Types         []string
	Exclude       []string
	// Strategy is ALL_SUPPORTED_RESOURCE_TYPES, INCLUSION_BY_RESOURCE_TYPES or EXCLUSION_BY_RESOURCE_TYPES; it
	// follows from the rest when it is not given.
	Strategy string
}

// The strategies.
const (
	AllTypes       = "ALL_SUPPORTED_RESOURCE_TYPES"
	InclusionTypes = "INCLUSION_BY_RESOURCE_TYPES"
	ExclusionTypes = "EXCLUSION_BY_RESOURCE_TYPES"
)

// The frequencies of recording.
const (
	Continuous = "CONTINUOUS"
	Daily      = "DAILY"
)

// RecordingMode tells how often types are recorded.
type RecordingMode struct {
	Frequency string // CONTINUOUS or DAILY
	Override  *RecordingOverride
}

// RecordingOverride is another frequency for some types.
type RecordingOverride struct {
	Description string
	Types       []string
	Frequency   string
}

func badGroup(format string, args ...any) error {
	return fault.Invalidf("recordingGroup", format, args...).With("InvalidRecordingGroupException")
}

// check completes the group and refuses forms that contradict themselves.
func (g *RecordingGroup) check() error {
	if g.Strategy == "" {
		switch {
		case len(g.Types) > 0:
			g.Strategy = InclusionTypes
		case len(g.Exclude) > 0:
			g.Strategy = ExclusionTypes
		case g.AllSupported:
			g.Strategy = AllTypes
		default:
			return badGroup("The recording group records nothing: set allSupported, or name resource types to record or to exclude.")
		}
	}
	switch {
	case g.Strategy != AllTypes && g.Strategy != InclusionTypes && g.Strategy != ExclusionTypes:
		return badGroup("%q is no recording strategy; there are %s, %s and %s.", g.Strategy, AllTypes, InclusionTypes, ExclusionTypes)
	case len(g.Types) > 0 && g.Strategy != InclusionTypes, len(g.Exclude) > 0 && g.Strategy != ExclusionTypes, g.AllSupported && g.Strategy != AllTypes:
		return badGroup("The recording group mixes forms: allSupported, resourceTypes and exclusionByResourceTypes exclude each other and must agree with the strategy %s.", g.Strategy)
	case g.Strategy == InclusionTypes && len(g.Types) == 0, g.Strategy == ExclusionTypes && len(g.Exclude) == 0:
		return badGroup("The strategy %s needs a list of resource types.", g.Strategy)
	case g.IncludeGlobal && g.Strategy != AllTypes:
		return badGroup("includeGlobalResourceTypes goes with allSupported only.")
	}
	if n := max(len(g.Types), len(g.Exclude)); n > len(knownTypes()) {
		return badGroup("The recording group lists %d resource types; AWS Config records %d.", n, len(knownTypes()))
	}
	for _, t := range slices.Concat(g.Types, g.Exclude) {
		if !KnownType(t) {
			return badGroup("%q is not a resource type that AWS Config records.", t)
		}
	}
	g.AllSupported = g.Strategy == AllTypes
	return nil
}

var continuousOnly = []string{"AWS::Config::ResourceCompliance", "AWS::Config::ConformancePackCompliance", "AWS::Config::ConfigurationRecorder"}

// agrees refuses a daily frequency for listed types that are recorded continuously only; where all types are recorded
// these stay continuous by themselves.
func (m *RecordingMode) agrees(g RecordingGroup) error {
	for _, t := range g.Types {
		if slices.Contains(continuousOnly, t) && m.Of(t) == Daily {
			return fault.Invalidf("recordingMode", "%s is recorded continuously only: override the frequency DAILY for it.", t).With("ValidationException")
		}
	}
	return nil
}

// Of is the frequency at which a type is recorded.
func (m *RecordingMode) Of(typ string) string {
	if m.Override != nil && slices.Contains(m.Override.Types, typ) {
		return m.Override.Frequency
	}
	return m.Frequency
}

func (m *RecordingMode) check() error {
	if m.Frequency == "" {
		m.Frequency = Continuous
	}
	bad := func(format string, args ...any) error {
		return fault.Invalidf("recordingMode", format, args...).With("ValidationException")
	}
	if m.Frequency != Continuous && m.Frequency != Daily {
		return bad("The recording frequency is CONTINUOUS or DAILY, not %q.", m.Frequency)
	}
	o := m.Override
	if o == nil {
		return nil
	}
	if o.Frequency != Continuous && o.Frequency != Daily || len(o.Types) == 0 {
		return bad("An override of the recording mode needs resource types and the frequency CONTINUOUS or DAILY.")
	}
	for _, t := range o.Types {
		switch {
		case !KnownType(t):
			return bad("%q is not a resource type that AWS Config records.", t)
		case o.Frequency == Daily && slices.Contains(continuousOnly, t):
			return bad("%s is recorded continuously only.", t)
		}
	}
	return nil
}
