package compliance

import (
	"context"
	"regexp"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// ThirdPartyScope tells which resources of another cloud a recorder is to record.
type ThirdPartyScope struct {
	Type       string // such as tenant or subscription
	Values     []string
	AllRegions bool
	Regions    []string
}

// linked are the recorders of other services. They stand beside the customer's recorder, and only their services could
// set what they record; those are not here, so that they record nothing, and say so.
var linked = docs.Collection[Recorder]{Kind: "config-linked-recorder", Noun: "service-linked configuration recorder"}

// maxLinked recorders of an account in a region.
const maxLinked = 100

// LinkedPrefix begins the names of service-linked recorders.
const LinkedPrefix = "AWSConfigurationRecorderFor"

// servicePrincipal is the form of a service's name, with or without a region.
var servicePrincipal = regexp.MustCompile(`^([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.amazonaws\.com(?:\.cn)?$`)

// linkedNames are the names that AWS gives where they do not follow from the service's principal.
var linkedNames = map[string]string{
	"observabilityadmin": "ObservabilityAdmin", "securityhub": "SecurityHubCSPM",
	"topology.networkflowmonitor": "NetworkFlowMonitorTopologyService",
}

// linkedName is the name of a service's recorder; a fault of ValidationException when that is no service.
func linkedName(principal string) (string, error) {
	m := servicePrincipal.FindStringSubmatch(principal)
	if m == nil {
		return "", fault.Invalidf("ServicePrincipal", "%q is no service principal; one is written as observabilityadmin.amazonaws.com.", principal).With("ValidationException")
	}
	if n := linkedNames[m[1]]; n != "" {
		return LinkedPrefix + n, nil
	}
	name := LinkedPrefix
	for _, word := range strings.FieldsFunc(m[1], func(r rune) bool { return r == '.' || r == '-' }) {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name, nil
}

// PutLinked creates the recorder that is linked to a service.
// Faults: ValidationException, ConflictException (it has one), LimitExceededException.
func (p *Program) PutLinked(ctx context.Context, at Place, principal string) (Recorder, error) {
	name, err := linkedName(principal)
	if err != nil {
		return Recorder{}, err
	}
	r := Recorder{Name: name, Principal: principal, RoleARN: serviceRole(at, "AWSServiceRoleForConfig")}
	return p.insertLinked(ctx, at, r, func(_ Tx, old *docs.Doc[Recorder]) error {
		return fault.New(fault.Exists, "The service %s has the recorder %s already.", principal, old.Value.ARN).With("ConflictException")
	})
}

// PutThirdParty creates the recorder that is linked to a service and a connector to another cloud, or changes its
// scope. Fault: ValidationException (also when there is no such connector), LimitExceededException.
func (p *Program) PutThirdParty(ctx context.Context, at Place, principal, connector string, scope ThirdPartyScope) (Recorder, error) {
	name, err := linkedName(principal)
	if err != nil {
		return Recorder{}, err
	}
	if scope.AllRegions == (len(scope.Regions) > 0) {
		return Recorder{}, fault.Invalidf("ScopeConfiguration", "Either set allRegions, or name includedRegions.").With("ValidationException")
	}
	if _, err := p.Connector(ctx, at, connector); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = fault.Invalidf("ConnectorArn", "There is no connector %q: put one first.", connector).With("ValidationException")
		}
		return Recorder{}, err
	}
	r := Recorder{
		Name: name + "-" + connector[strings.LastIndexByte(connector, '/')+1:], Principal: principal, Connector: connector, Scope: &scope,
		RoleARN: serviceRole(at, "AWSServiceRoleForConfigThirdParty"),
	}
	return p.insertLinked(ctx, at, r, func(tx Tx, old *docs.Doc[Recorder]) error {
		old.Value.Scope = &scope
		return linked.Update(tx, *old)
	})
}

// serviceRole is a role that AWS makes for Config itself.
func serviceRole(at Place, name string) string {
	return arn.ARN{Partition: arn.Partition(at.Region), Service: "iam", Account: at.Account, Resource: "role/aws-service-role/config.amazonaws.com/" + name}.String()
}

// insertLinked stores a new recorder, or lets there do with the one of the same service and connector.
func (p *Program) insertLinked(ctx context.Context, at Place, r Recorder, there func(Tx, *docs.Doc[Recorder]) error) (Recorder, error) {
	id, key := p.shortID(16), digest(r.Principal, r.Connector)
	err := p.write(ctx, func(tx Tx) error {
		old, err := linked.Get(tx, at.Account, at.Region, key)
		if err == nil {
			err = there(tx, &old)
			r = old.Value
			return err
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		all, err := linked.All(tx, own(at))
		if err != nil {
			return err
		}
		if len(all) >= maxLinked {
			return fault.New(fault.Quota, "There are %d service-linked recorders in %s, and an account may have no more.", len(all), at.Region).With("LimitExceededException")
		}
		r.Group, r.Mode = RecordingGroup{Strategy: InclusionTypes}, RecordingMode{Frequency: "CONTINUOUS"}
		r.Status = RecorderStatus{Recording: true, Started: tx.Now(), Changed: tx.Now(), LastStatus: "NotApplicable"}
		r.ARN = arn.New("config", at.Region, at.Account, "configuration-recorder/"+r.Name+"/"+id)
		return linked.Insert(tx, at.Account, at.Region, key, r.Name, r)
	})
	return r, err
}

// DeleteLinked removes a service-linked recorder, named by its ARN or its service; those of a connector by ARN only.
// Faults: NoSuchConfigurationRecorderException, ValidationException.
func (p *Program) DeleteLinked(ctx context.Context, at Place, resource, principal string) (Recorder, error) {
	if (resource == "") == (principal == "") {
		return Recorder{}, fault.Invalidf("Arn", "Name the recorder either by Arn or by ServicePrincipal.").With("ValidationException")
	}
	var gone Recorder
	err := p.write(ctx, func(tx Tx) error {
		d, err := oneLinked(tx, at, resource, principal)
		if err != nil {
			return err
		}
		gone = d.Value
		return linked.Delete(tx, at.Account, at.Region, d.ID)
	})
	return gone, err
}

func oneLinked(tx Tx, at Place, resource, principal string) (docs.Doc[Recorder], error) {
	if principal != "" {
		if _, err := linkedName(principal); err != nil {
			return docs.Doc[Recorder]{}, err
		}
	}
	all, err := linked.All(tx, own(at))
	if err != nil {
		return docs.Doc[Recorder]{}, err
	}
	for _, d := range all {
		if resource != "" && d.Value.ARN == resource || principal != "" && d.Value.Principal == principal && d.Value.Connector == "" {
			return d, nil
		}
	}
	return docs.Doc[Recorder]{}, noRecorder(resource + principal)
}

// linkedTo is the fault of an operation that only the customer's recorder knows, named for a recorder of a service;
// nil when the name is of none.
func linkedTo(tx Tx, at Place, name, remedy string) error {
	d, err := linked.ByName(tx, at.Account, at.Region, name)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "The recorder %s is linked to %s: %s", d.Value.Name, d.Value.Principal, remedy).With("UnmodifiableEntityException")
}

// RecorderQuery names at most one recorder: by name, by ARN, or by the service it is linked to.
type RecorderQuery struct {
	Names          []string
	ARN, Principal string
}

// FindRecorders is the recorder of a query, and the customer's recorder when it names none.
// Faults: NoSuchConfigurationRecorderException, ValidationException.
func (p *Program) FindRecorders(ctx context.Context, at Place, q RecorderQuery) ([]Recorder, error) {
	asked := len(q.Names)
	for _, s := range []string{q.ARN, q.Principal} {
		if s != "" {
			asked++
		}
	}
	if asked > 1 {
		return nil, fault.Invalidf("ConfigurationRecorderNames", "Ask for one configuration recorder: by its name, its ARN or its service principal.").With("ValidationException")
	}
	all, err := p.AllRecorders(ctx, at)
	if err != nil {
		return nil, err
	}
	if q.Principal != "" {
		if _, err := linkedName(q.Principal); err != nil {
			return nil, err
		}
	}
	var out []Recorder
	for _, r := range all {
		switch {
		case asked == 0 && r.Principal == "", len(q.Names) == 1 && r.Name == q.Names[0], q.ARN != "" && r.ARN == q.ARN,
			q.Principal != "" && r.Principal == q.Principal && r.Connector == "":
			out = append(out, r)
		}
	}
	if asked > 0 && len(out) == 0 {
		return nil, noRecorder(strings.Join(q.Names, "") + q.ARN + q.Principal)
	}
	return out, nil
}

// AllRecorders are the recorders of a place: the customer's, and those of services, ordered by name.
func (p *Program) AllRecorders(ctx context.Context, at Place) ([]Recorder, error) {
	return read(ctx, p, func(tx Tx) ([]Recorder, error) {
		name := func(r *Recorder) string { return r.Name }
		out, err := named(tx, recorders, own(at), nil, name, nil)
		if err != nil {
			return nil, err
		}
		more, err := named(tx, linked, own(at), nil, name, nil)
		return append(out, more...), err
	})
}
