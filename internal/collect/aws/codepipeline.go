package aws

import (
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/collect"
)

var codePipelinePipeline = &collect.Type{
	Name: "AWS::CodePipeline::Pipeline", Zone: noZone, Bean: true,
	Find: []collect.Step{
		{API: "codepipeline:ListPipelines", Each: "pipelines"},
		{API: "codepipeline:GetPipeline", From: map[string]string{"name": "name"}, Only: "name", Absent: []string{"PipelineNotFoundException"}},
	},
	Details: []collect.Detail{{
		API: "codepipeline:ListTagsForResource", From: map[string]string{"resourceArn": "metadata.pipelineArn"}, Take: "tags", Key: ".tags", Covers: []string{"tags", "metadata.updated", "metadata.pollingDisabledAt"},
		Absent: []string{"ResourceNotFoundException"},
	}},
	ID: "{pipeline.name}", Title: "{pipeline.name}", ARN: "{metadata.pipelineArn}", Created: "metadata.created", Tags: "tags",
	Drop: []string{"tags", "metadata.updated", "metadata.pollingDisabledAt"},
	Maps: []string{"pipeline.artifactStores", "pipeline.stages.actions.configuration"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::IAM::Role", Name: "pipeline.roleArn", Cut: "/"},
	},
	Gone: []string{"PipelineNotFoundException"},
	Finish: func(r *collect.Resource) {
		for _, a := range r.Every("pipeline.stages[].actions[]") {
			if collect.Text(a, "actionTypeId.provider") == "CodeBuild" {
				r.Relate("Is associated with ", "AWS::CodeBuild::Project", "", collect.Text(a, "configuration.ProjectName"))
			}
		}
		stores := r.Every("pipeline.artifactStore")
		for _, s := range collect.Every(r.Object, "pipeline.artifactStores") {
			if byRegion, ok := s.(object); ok {
				for _, region := range slices.Sorted(maps.Keys(byRegion)) {
					stores = append(stores, byRegion[region])
				}
			}
		}
		for _, s := range stores {
			bucket := collect.Text(s, "location")
			r.Relate("Is attached to ", "AWS::S3::Bucket", bucket, bucket)
		}
	},
}
