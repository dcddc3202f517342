package auditmanager

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/catalog"
)

// shown is an assessment with all that an answer tells of it.
type shown struct {
	assess.Assessment
	caller   assess.Caller
	snapshot assess.Snapshot
	counts   map[[2]string]assess.ControlCount
}

// shown reads an assessment as the caller may see it: a delegate sees the control sets it works on and no other.
func (s *Service) shown(ctx context.Context, c assess.Caller, id string) (*shown, error) {
	a, snap, err := s.audit.GetAssessment(ctx, c, id)
	if err != nil {
		return nil, err
	}
	counts, err := s.audit.Counts(ctx, c, id)
	if err != nil {
		return nil, err
	}
	out := &shown{a, c, snap, map[[2]string]assess.ControlCount{}}
	for _, n := range counts {
		out.counts[[2]string{n.Set, n.Control}] = n
	}
	if c.Owner || c.Reader || c.RoleIn(&a).Type == assess.ProcessOwner {
		return out, nil
	}
	mine, err := s.audit.Delegations(ctx, c)
	if err != nil {
		return nil, err
	}
	mine = slices.DeleteFunc(mine, func(d assess.Delegation) bool { return d.Assessment != id })
	out.Delegations = mine
	out.Sets = slices.DeleteFunc(out.Sets, func(cs assess.ControlSet) bool {
		return !slices.ContainsFunc(mine, func(d assess.Delegation) bool {
			return d.ControlSet == cs.ID && d.Status != assess.DelegationComplete
		})
	})
	return out, nil
}

func (a *shown) wire() *api.Assessment {
	if a == nil {
		return nil
	}
	return &api.Assessment{
		Arn: new(a.ARN()), AwsAccount: &api.AWSAccount{Id: &a.Owner}, Tags: tagsOf(a.Tags),
		Framework: &api.AssessmentFramework{
			Id: &a.Framework.ID, Arn: new(a.caller.FrameworkARN(a.Framework.ID)), ControlSets: convert(a.Sets, a.set),
			Metadata: &api.FrameworkMetadata{
				Name: &a.Framework.Name, Description: text(a.Framework.Description), ComplianceType: text(a.Framework.ComplianceType),
			},
		},
		Metadata: &api.AssessmentMetadata{
			Id: &a.ID, Name: &a.Name, Description: text(a.Description), ComplianceType: text(a.ComplianceType), Status: &a.Status,
			AssessmentReportsDestination: destination(a.Destination), Scope: scope(&a.Assessment), Roles: roles(a.Roles),
			Delegations: convert(a.Delegations, delegation), CreationTime: &a.Created, LastUpdated: &a.Updated,
		},
	}
}

// set shows a control set with those of its controls that are still in the library, and with the numbers of all.
func (a *shown) set(cs *assess.ControlSet) api.AssessmentControlSet {
	out := api.AssessmentControlSet{
		Id: &cs.ID, Status: &cs.Status, Roles: roles(a.Roles), Delegations: []api.Delegation{}, Controls: []api.AssessmentControl{},
	}
	for i := range a.Delegations {
		if a.Delegations[i].ControlSet == cs.ID {
			out.Delegations = append(out.Delegations, delegation(&a.Delegations[i]))
		}
	}
	var total, manual int64
	for i := range cs.Controls {
		k := &cs.Controls[i]
		n := a.counts[[2]string{cs.ID, k.ID}]
		total, manual = total+n.Total, manual+n.ByHand
		if !k.Removed {
			out.Controls = append(out.Controls, a.control(cs.ID, k))
		}
	}
	out.SystemEvidenceCount, out.ManualEvidenceCount = new(total-manual), new(manual)
	return out
}

func (a *shown) control(set string, k *assess.ControlState) api.AssessmentControl {
	d, n := a.snapshot[k.ID], a.counts[[2]string{set, k.ID}]
	response := api.ControlResponseManual
	if slices.ContainsFunc(d.Sources, func(v catalog.Source) bool { return v.Type.Automated() }) {
		response = api.ControlResponseAutomate
	}
	return api.AssessmentControl{
		Id: &k.ID, Name: &d.Name, Description: text(d.Description), Status: &k.Status, Response: &response,
		Comments: convert(k.Comments, func(c *assess.Comment) api.ControlComment {
			return api.ControlComment{AuthorName: &c.Author, CommentBody: &c.Body, PostedDate: &c.Posted}
		}),
		EvidenceSources: sourceNames(d.Sources), EvidenceCount: &n.Total, AssessmentReportEvidenceCount: &n.Selected,
	}
}

// dataSources are the names under which evidence shows where it comes from.
var dataSources = map[catalog.SourceType]string{
	catalog.Config: assess.SourceConfig, catalog.SecurityHub: assess.SourceSecurityHub, catalog.CloudTrail: assess.SourceCloudTrail,
	catalog.APICall: assess.SourceAPI, catalog.Manual: assess.SourceManual,
}

func sourceNames(list []catalog.Source) []string {
	out := []string{}
	for _, v := range list {
		name, ok := dataSources[v.Type]
		if !ok {
			name = string(v.Type)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// setNamed shows one control set.
func (a *shown) setNamed(id string) (*api.AssessmentControlSet, error) {
	cs, err := a.Set(id)
	if err != nil {
		return nil, err
	}
	return new(a.set(cs)), nil
}

// controlNamed shows one control.
func (a *shown) controlNamed(set, id string) (*api.AssessmentControl, error) {
	cs, err := a.Set(set)
	if err != nil {
		return nil, err
	}
	k, err := cs.Control(id)
	if err != nil {
		return nil, err
	}
	return new(a.control(set, k)), nil
}
