package compliance

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Recorder is the customer's configuration recorder of an account and region; there is one.
type Recorder struct {
	Name    string
	ARN     string
	RoleARN string
	Group   RecordingGroup
	Mode    RecordingMode
	Status  RecorderStatus
}

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

// RecorderStatus tells whether a recorder runs.
type RecorderStatus struct {
	Recording                           bool
	Started, Stopped, Changed           time.Time
	LastStatus, ErrorCode, ErrorMessage string
}

// Records reports whether the recorder's group has a type.
func (r *Recorder) Records(typ string) bool {
	switch r.Group.Strategy {
	case InclusionTypes:
		return slices.Contains(r.Group.Types, typ)
	case ExclusionTypes:
		return !slices.Contains(r.Group.Exclude, typ)
	}
	return r.Group.IncludeGlobal || !slices.Contains(iamTypes, typ)
}

var iamTypes = []string{"AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::Policy"}

var recorders = docs.Collection[Recorder]{Kind: "config-recorder", Noun: "configuration recorder"}

const recorderID = "recorder"

func noRecorder(name string) *fault.Error {
	return fault.Missing("configuration recorder", name).With("NoSuchConfigurationRecorderException")
}

// PutRecorder creates the recorder or changes it; a running one goes on. An empty name is "default".
//
// Faults: InvalidConfigurationRecorderNameException, MaxNumberOfConfigurationRecordersExceededException,
// InvalidRoleException, InvalidRecordingGroupException, ValidationException (recording mode).
func (p *Program) PutRecorder(ctx context.Context, at Place, r Recorder) (Recorder, error) {
	if r.Name == "" {
		r.Name = "default"
	}
	if err := r.check(); err != nil {
		return Recorder{}, err
	}
	id := p.shortID(16)
	err := p.write(ctx, func(tx Tx) error {
		old, err := recorders.Get(tx, at.Account, at.Region, recorderID)
		if fault.KindOf(err) == fault.NotFound {
			r.ARN = arn.New("config", at.Region, at.Account, "configuration-recorder/"+r.Name+"/"+id)
			r.Status = RecorderStatus{LastStatus: "Pending"}
			return recorders.Insert(tx, at.Account, at.Region, recorderID, r.Name, r)
		}
		if err != nil {
			return err
		}
		if old.Value.Name != r.Name {
			return fault.New(fault.Quota, "There is a configuration recorder %q already, and an account has one in a region. Delete it first, or change it under its name.", old.Value.Name).With("MaxNumberOfConfigurationRecordersExceededException")
		}
		r.ARN, r.Status = old.Value.ARN, old.Value.Status
		old.Value = r
		return recorders.Update(tx, old)
	})
	return r, err
}

func (r *Recorder) check() error {
	switch {
	case len(r.Name) > 256:
		return fault.Invalidf("name", "The name of a configuration recorder has at most 256 characters.").With("InvalidConfigurationRecorderNameException")
	case strings.HasPrefix(r.Name, "AWSConfigurationRecorderFor"):
		return fault.Invalidf("name", "Names that begin with AWSConfigurationRecorderFor are reserved for service-linked recorders; choose another.").With("InvalidConfigurationRecorderNameException")
	case r.RoleARN == "":
		return fault.Invalidf("roleARN", "The recorder needs a role: give its ARN.").With("InvalidRoleException")
	}
	if a, err := arn.Parse(r.RoleARN); err != nil || a.Service != "iam" || !strings.HasPrefix(a.Resource, "role/") {
		return fault.Invalidf("roleARN", "%q is not the ARN of an IAM role.", r.RoleARN).With("InvalidRoleException")
	}
	if err := r.Group.check(); err != nil {
		return err
	}
	return r.Mode.check()
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
	for _, t := range slices.Concat(g.Types, g.Exclude) {
		if !KnownType(t) {
			return badGroup("%q is not a resource type that AWS Config records.", t)
		}
	}
	g.AllSupported = g.Strategy == AllTypes
	return nil
}

var continuousOnly = []string{"AWS::Config::ResourceCompliance", "AWS::Config::ConformancePackCompliance", "AWS::Config::ConfigurationRecorder"}

func (m *RecordingMode) check() error {
	if m.Frequency == "" {
		m.Frequency = "CONTINUOUS"
	}
	bad := func(format string, args ...any) error {
		return fault.Invalidf("recordingMode", format, args...).With("ValidationException")
	}
	if m.Frequency != "CONTINUOUS" && m.Frequency != "DAILY" {
		return bad("The recording frequency is CONTINUOUS or DAILY, not %q.", m.Frequency)
	}
	o := m.Override
	if o == nil {
		return nil
	}
	if o.Frequency != "CONTINUOUS" && o.Frequency != "DAILY" || len(o.Types) == 0 {
		return bad("An override of the recording mode needs resource types and the frequency CONTINUOUS or DAILY.")
	}
	for _, t := range o.Types {
		switch {
		case !KnownType(t):
			return bad("%q is not a resource type that AWS Config records.", t)
		case o.Frequency == "DAILY" && slices.Contains(continuousOnly, t):
			return bad("%s is recorded continuously only.", t)
		}
	}
	return nil
}

// Recorders are the recorders of a place; with names, exactly those. Fault: NoSuchConfigurationRecorderException.
func (p *Program) Recorders(ctx context.Context, at Place, names ...string) ([]Recorder, error) {
	return read(ctx, p, func(tx Tx) ([]Recorder, error) {
		return named(tx, recorders, own(at), names, func(r *Recorder) string { return r.Name }, noRecorder)
	})
}

// changeRecorder reads a recorder by name, changes it and writes it back.
func (p *Program) changeRecorder(ctx context.Context, at Place, name string, change func(Tx, *Recorder) error) error {
	return p.write(ctx, func(tx Tx) error {
		d, err := recorders.ByName(tx, at.Account, at.Region, name)
		if fault.KindOf(err) == fault.NotFound {
			return noRecorder(name)
		}
		if err != nil {
			return err
		}
		if err := change(tx, &d.Value); err != nil {
			return err
		}
		return recorders.Update(tx, d)
	})
}

// StartRecorder begins recording. Faults: NoSuchConfigurationRecorderException, NoAvailableDeliveryChannelException.
func (p *Program) StartRecorder(ctx context.Context, at Place, name string) error {
	return p.changeRecorder(ctx, at, name, func(tx Tx, r *Recorder) error {
		if _, err := channels.Get(tx, at.Account, at.Region, channelID); err != nil {
			if fault.KindOf(err) == fault.NotFound {
				return fault.New(fault.Conflict, "Recording needs a delivery channel: put one first.").With("NoAvailableDeliveryChannelException")
			}
			return err
		}
		r.Status = RecorderStatus{Recording: true, Started: tx.Now(), Stopped: r.Status.Stopped, Changed: tx.Now(), LastStatus: "Success"}
		return nil
	})
}

// StopRecorder ends recording. Fault: NoSuchConfigurationRecorderException.
func (p *Program) StopRecorder(ctx context.Context, at Place, name string) error {
	return p.changeRecorder(ctx, at, name, func(tx Tx, r *Recorder) error {
		r.Status.Recording, r.Status.Stopped, r.Status.Changed = false, tx.Now(), tx.Now()
		return nil
	})
}

// DeleteRecorder removes the recorder; what was recorded stays. Fault: NoSuchConfigurationRecorderException.
func (p *Program) DeleteRecorder(ctx context.Context, at Place, name string) error {
	return p.write(ctx, func(tx Tx) error {
		if _, err := recorders.ByName(tx, at.Account, at.Region, name); err != nil {
			if fault.KindOf(err) == fault.NotFound {
				return noRecorder(name)
			}
			return err
		}
		return recorders.Delete(tx, at.Account, at.Region, recorderID)
	})
}
