package sdk_test

import (
	"cmp"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"
)

// tfSource is a block control_mapping_sources; the id is computed.
type tfSource struct{ ID, Name, Description, Type, Option, Input, Keyword, Frequency, Troubleshooting string }

// sorted orders a set, so that two of them can be compared.
func sorted[T any](list []T, key func(T) string) []T {
	return slices.SortedFunc(slices.Values(list), func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}

// null is a text the provider leaves out when it is null.
func null(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// retag is how the provider changes tags: first what goes, then what is new or other.
func (t *terraform) retag(arn string, from, to any) {
	t.Helper()
	ctx := t.Context()
	was, _ := from.(map[string]string)
	want, _ := to.(map[string]string)
	var away []string
	for k := range was {
		if _, still := want[k]; !still {
			away = append(away, k)
		}
	}
	if len(away) > 0 {
		must(t.c.UntagResource(ctx, &auditmanager.UntagResourceInput{ResourceArn: &arn, TagKeys: away}))(t.kit)
	}
	add := maps.Clone(want)
	maps.DeleteFunc(add, func(k, v string) bool { return was[k] == v })
	if len(add) > 0 {
		must(t.c.TagResource(ctx, &auditmanager.TagResourceInput{ResourceArn: &arn, Tags: add}))(t.kit)
	}
}

// keepTags stores tags; none are null.
func (a attrs) keepTags(tags map[string]string) {
	delete(a, "tags")
	if len(tags) > 0 {
		a["tags"] = tags
	}
}

// control is aws_auditmanager_control.
func (t *terraform) control(name string) *resource {
	ctx := t.Context()
	keep := func(state attrs, k *types.Control) attrs {
		for attr, v := range map[string]*string{
			"id": k.Id, "arn": k.Arn, "name": k.Name, "description": k.Description, "testing_information": k.TestingInformation,
			"action_plan_title": k.ActionPlanTitle, "action_plan_instructions": k.ActionPlanInstructions, "type": (*string)(&k.Type),
		} {
			state.keep(attr, v)
		}
		var sources []tfSource
		state["source_ids"] = map[string]string{}
		for _, m := range k.ControlMappingSources {
			v := tfSource{
				Name: aws.ToString(m.SourceName), Description: aws.ToString(m.SourceDescription), Type: string(m.SourceType), Option: string(m.SourceSetUpOption),
				Frequency: string(m.SourceFrequency), Troubleshooting: aws.ToString(m.TroubleshootingText),
			}
			if m.SourceKeyword != nil {
				v.Input, v.Keyword = string(m.SourceKeyword.KeywordInputType), aws.ToString(m.SourceKeyword.KeywordValue)
			}
			state["source_ids"].(map[string]string)[v.Name] = aws.ToString(m.SourceId)
			sources = append(sources, v)
		}
		state["control_mapping_sources"] = sorted(sources, func(s tfSource) string { return s.Name })
		state.keepTags(k.Tags)
		return state
	}
	keyword := func(s tfSource) *types.SourceKeyword {
		if s.Input == "" {
			return nil
		}
		return &types.SourceKeyword{KeywordInputType: types.KeywordInputType(s.Input), KeywordValue: &s.Keyword}
	}
	manual := tfSource{Name: "by hand", Type: "MANUAL", Option: "Procedural_Controls_Mapping"}
	call := tfSource{Name: "users", Type: "AWS_API_Call", Option: "System_Controls_Mapping", Input: "SELECT_FROM_LIST", Keyword: "iam_ListUsers"} // no frequency
	weekly := call
	weekly.Frequency, weekly.Description, weekly.Troubleshooting = "WEEKLY", "d", "ask"
	return &resource{
		name: "control",
		configs: []attrs{
			{"name": name, "control_mapping_sources": []tfSource{manual, call}},
			{"name": name, "description": "d", "testing_information": "t", "action_plan_title": "p", "action_plan_instructions": "i", "control_mapping_sources": []tfSource{manual, weekly}, "tags": map[string]string{"a": "1", "b": "2"}},
			{"name": name + " renamed", "control_mapping_sources": []tfSource{manual, weekly}, "tags": map[string]string{"b": "3", "c": "4"}},
		},
		create: func(plan attrs) attrs {
			in := &auditmanager.CreateControlInput{
				Name: plan.opt("name"), Description: plan.opt("description"), TestingInformation: plan.opt("testing_information"),
				ActionPlanTitle: plan.opt("action_plan_title"), ActionPlanInstructions: plan.opt("action_plan_instructions"),
			}
			for _, s := range plan["control_mapping_sources"].([]tfSource) {
				in.ControlMappingSources = append(in.ControlMappingSources, types.CreateControlMappingSource{
					SourceName: &s.Name, SourceType: types.SourceType(s.Type), SourceSetUpOption: types.SourceSetUpOption(s.Option), SourceKeyword: keyword(s),
					SourceFrequency: types.SourceFrequency(s.Frequency), SourceDescription: null(s.Description), TroubleshootingText: null(s.Troubleshooting),
				})
			}
			return keep(plan, must(t.c.CreateControl(ctx, in))(t.kit).Control)
		},
		read: func(state attrs) attrs {
			out, err := t.c.GetControl(ctx, &auditmanager.GetControlInput{ControlId: state.opt("id")})
			if t.gone(err) {
				return nil
			}
			return keep(state, out.Control)
		},
		update: func(plan, state attrs) attrs {
			in := &auditmanager.UpdateControlInput{
				ControlId: plan.opt("id"), Name: plan.opt("name"), Description: plan.opt("description"), TestingInformation: plan.opt("testing_information"),
				ActionPlanTitle: plan.opt("action_plan_title"), ActionPlanInstructions: plan.opt("action_plan_instructions"),
			}
			for _, s := range plan["control_mapping_sources"].([]tfSource) {
				in.ControlMappingSources = append(in.ControlMappingSources, types.ControlMappingSource{
					SourceId: aws.String(state["source_ids"].(map[string]string)[s.Name]), SourceName: &s.Name, SourceType: types.SourceType(s.Type),
					SourceSetUpOption: types.SourceSetUpOption(s.Option), SourceKeyword: keyword(s), SourceFrequency: types.SourceFrequency(s.Frequency),
					SourceDescription: null(s.Description), TroubleshootingText: null(s.Troubleshooting),
				})
			}
			must(t.c.UpdateControl(ctx, in))(t.kit) // the state is the plan, not the answer
			t.retag(state.str("arn"), state["tags"], plan["tags"])
			return plan
		},
		remove: func(state attrs) {
			_, err := t.c.DeleteControl(ctx, &auditmanager.DeleteControlInput{ControlId: state.opt("id")})
			t.gone(err)
		},
		found: byID,
	}
}

// tfSet is a block control_sets; the id is computed.
type tfSet struct {
	Name     string
	Controls []string
}

// framework is aws_auditmanager_framework.
func (t *terraform) framework(controls []string) *resource {
	ctx := t.Context()
	keep := func(state attrs, f *types.Framework) attrs {
		for attr, v := range map[string]*string{
			"id": f.Id, "arn": f.Arn, "name": f.Name, "description": f.Description, "compliance_type": f.ComplianceType, "framework_type": (*string)(&f.Type),
		} {
			state.keep(attr, v)
		}
		var sets []tfSet
		ids := map[string]string{}
		for _, s := range f.ControlSets {
			v := tfSet{Name: aws.ToString(s.Name)}
			for _, k := range s.Controls {
				v.Controls = append(v.Controls, aws.ToString(k.Id))
			}
			slices.Sort(v.Controls)
			sets, ids[v.Name] = append(sets, v), aws.ToString(s.Id)
		}
		state["control_sets"], state["set_ids"] = sorted(sets, func(s tfSet) string { return s.Name }), ids
		state.keepTags(f.Tags)
		return state
	}
	members := func(s tfSet) (out []types.CreateAssessmentFrameworkControl) {
		for _, id := range s.Controls {
			out = append(out, types.CreateAssessmentFrameworkControl{Id: &id})
		}
		return out
	}
	slices.Sort(controls)
	return &resource{
		name: "framework",
		configs: []attrs{
			{"name": "terraform", "control_sets": []tfSet{{"Accès / a", controls[:2]}, {"Other", controls[2:]}}},
			{"name": "terraform", "description": "d", "compliance_type": "internal", "control_sets": []tfSet{{"Accès / a", controls}, {"Other", controls[1:]}}, "tags": map[string]string{"a": "1"}},
			{"name": "terraform 2", "control_sets": []tfSet{{"Accès / b, it's renamed", controls}, {"Other", controls[1:]}}},
		},
		create: func(plan attrs) attrs {
			in := &auditmanager.CreateAssessmentFrameworkInput{Name: plan.opt("name"), Description: plan.opt("description"), ComplianceType: plan.opt("compliance_type")}
			for _, s := range plan["control_sets"].([]tfSet) {
				in.ControlSets = append(in.ControlSets, types.CreateAssessmentFrameworkControlSet{Name: &s.Name, Controls: members(s)})
			}
			return keep(plan, must(t.c.CreateAssessmentFramework(ctx, in))(t.kit).Framework)
		},
		read: func(state attrs) attrs {
			out, err := t.c.GetAssessmentFramework(ctx, &auditmanager.GetAssessmentFrameworkInput{FrameworkId: state.opt("id")})
			if t.gone(err) {
				return nil
			}
			return keep(state, out.Framework)
		},
		update: func(plan, state attrs) attrs {
			in := &auditmanager.UpdateAssessmentFrameworkInput{FrameworkId: plan.opt("id"), Name: plan.opt("name"), Description: plan.opt("description"), ComplianceType: plan.opt("compliance_type")}
			old, ids := state["control_sets"].([]tfSet), map[string]string{}
			for i, s := range plan["control_sets"].([]tfSet) { // the plan has the ids of the sets in their places, renamed or not
				id := state["set_ids"].(map[string]string)[old[i].Name]
				ids[s.Name] = id
				in.ControlSets = append(in.ControlSets, types.UpdateAssessmentFrameworkControlSet{Id: &id, Name: &s.Name, Controls: members(s)})
			}
			must(t.c.UpdateAssessmentFramework(ctx, in))(t.kit)
			t.retag(state.str("arn"), state["tags"], plan["tags"])
			plan["set_ids"] = ids
			return plan
		},
		remove: func(state attrs) {
			_, err := t.c.DeleteAssessmentFramework(ctx, &auditmanager.DeleteAssessmentFrameworkInput{FrameworkId: state.opt("id")})
			t.gone(err)
		},
		found: byID,
	}
}

// share is aws_auditmanager_framework_share, to another region of the same account. There is no call for one request.
func (t *terraform) share(framework string) *resource {
	ctx := t.Context()
	keep := func(state attrs, r *types.AssessmentFrameworkShareRequest) attrs {
		for attr, v := range map[string]*string{
			"id": r.Id, "framework_id": r.FrameworkId, "destination_account": r.DestinationAccount, "destination_region": r.DestinationRegion,
			"comment": r.Comment, "status": (*string)(&r.Status),
		} {
			state.keep(attr, v)
		}
		return state
	}
	final := []string{"DECLINED", "EXPIRED", "FAILED", "REVOKED"}
	config := attrs{"framework_id": framework, "destination_account": t.env.Account, "destination_region": abroad}
	commented := maps.Clone(config)
	commented["comment"] = "text"
	return &resource{
		name: "framework_share", configs: []attrs{commented, config}, replace: true, stale: []string{"status"},
		create: func(plan attrs) attrs {
			return keep(plan, must(t.c.StartAssessmentFrameworkShare(ctx, &auditmanager.StartAssessmentFrameworkShareInput{
				FrameworkId: plan.opt("framework_id"), DestinationAccount: plan.opt("destination_account"), DestinationRegion: plan.opt("destination_region"), Comment: plan.opt("comment"),
			}))(t.kit).AssessmentFrameworkShareRequest)
		},
		read: func(state attrs) attrs {
			pages := auditmanager.NewListAssessmentFrameworkShareRequestsPaginator(t.c, &auditmanager.ListAssessmentFrameworkShareRequestsInput{RequestType: types.ShareRequestTypeSent})
			for pages.HasMorePages() {
				for _, r := range must(pages.NextPage(ctx))(t.kit).AssessmentFrameworkShareRequests {
					if aws.ToString(r.Id) == state.str("id") {
						return keep(state, &r)
					}
				}
			}
			return nil
		},
		remove: func(state attrs) {
			if !slices.Contains(final, state.str("status")) {
				must(t.c.UpdateAssessmentFrameworkShare(ctx, &auditmanager.UpdateAssessmentFrameworkShareInput{
					RequestId: state.opt("id"), RequestType: types.ShareRequestTypeSent, Action: types.ShareRequestActionRevoke,
				}))(t.kit)
			}
			must(t.c.DeleteAssessmentFrameworkShare(ctx, &auditmanager.DeleteAssessmentFrameworkShareInput{RequestId: state.opt("id"), RequestType: types.ShareRequestTypeSent}))(t.kit)
		},
		stubborn: true,
		found:    byID,
	}
}
