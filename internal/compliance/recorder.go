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

// Recorder is a configuration recorder of an account and region. There is one of the customer's, and there may be some
// that are linked to services.
type Recorder struct {
	Name    string
	ARN     string
	RoleARN string
	Group   RecordingGroup
	Mode    RecordingMode
	Status  RecorderStatus
	// Principal is the service that the recorder is linked to, Connector the ARN of its way to another cloud, and Scope
	// what it is to record there; a customer's recorder has none of these.
	Principal string           `json:",omitempty"`
	Connector string           `json:",omitempty"`
	Scope     *ThirdPartyScope `json:",omitempty"`
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

// Daily reports whether a type is recorded once a day.
func (r *Recorder) Daily(typ string) bool {
	return r.Mode.Of(typ) == Daily && !slices.Contains(continuousOnly, typ)
}

// RecorderOf is the customer's recorder of a place; zero when there is none.
func RecorderOf(tx Tx, at Place) (Recorder, error) {
	d, err := recorders.Get(tx, at.Account, at.Region, recorderID)
	if fault.KindOf(err) == fault.NotFound {
		return Recorder{}, nil
	}
	return d.Value, err
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
	case strings.HasPrefix(r.Name, LinkedPrefix):
		return fault.Invalidf("name", "Names that begin with %s are reserved for service-linked recorders; choose another.", LinkedPrefix).With("InvalidConfigurationRecorderNameException")
	case r.RoleARN == "":
		return fault.Invalidf("roleARN", "The recorder needs a role: give its ARN.").With("InvalidRoleException")
	}
	if a, err := arn.Parse(r.RoleARN); err != nil || a.Service != "iam" || !strings.HasPrefix(a.Resource, "role/") {
		return fault.Invalidf("roleARN", "%q is not the ARN of an IAM role.", r.RoleARN).With("InvalidRoleException")
	}
	if err := r.Group.check(); err != nil {
		return err
	}
	if err := r.Mode.check(); err != nil {
		return err
	}
	return r.Mode.agrees(r.Group)
}

// Recorders are the customer's recorders of a place; with names, exactly those. Fault: NoSuchConfigurationRecorderException.
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
			if err := linkedTo(tx, at, name, "it always records. Delete it by DeleteServiceLinkedConfigurationRecorder to end that."); err != nil {
				return err
			}
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

// StartRecorder begins recording. Faults: NoSuchConfigurationRecorderException, NoAvailableDeliveryChannelException,
// UnmodifiableEntityException.
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

// StopRecorder ends recording. Faults: NoSuchConfigurationRecorderException, UnmodifiableEntityException.
func (p *Program) StopRecorder(ctx context.Context, at Place, name string) error {
	return p.changeRecorder(ctx, at, name, func(tx Tx, r *Recorder) error {
		r.Status.Recording, r.Status.Stopped, r.Status.Changed = false, tx.Now(), tx.Now()
		return nil
	})
}

// DeleteRecorder removes the recorder; what was recorded stays.
// Faults: NoSuchConfigurationRecorderException, UnmodifiableEntityException.
func (p *Program) DeleteRecorder(ctx context.Context, at Place, name string) error {
	return p.write(ctx, func(tx Tx) error {
		if _, err := recorders.ByName(tx, at.Account, at.Region, name); err != nil {
			if fault.KindOf(err) == fault.NotFound {
				if err := linkedTo(tx, at, name, "delete it by DeleteServiceLinkedConfigurationRecorder."); err != nil {
					return err
				}
				return noRecorder(name)
			}
			return err
		}
		return recorders.Delete(tx, at.Account, at.Region, recorderID)
	})
}
