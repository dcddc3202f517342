package aws

import "github.com/tickmark/tickmark/internal/collect"

// appSyncGraphQLAPI is in CloudFormation's shape; the web ACL, which rules read, is told by AppSync alone. The list has all.
var appSyncGraphQLAPI = &collect.Type{
	Name: "AWS::AppSync::GraphQLApi",
	Find: []collect.Step{{API: "appsync:ListGraphqlApis", Each: "graphqlApis"}},
	ID:   "{arn}", Title: "{name}", ARN: "{arn}", Tags: "tags",
	Shape: then(collect.Pascal, tagList("Tags"), func(r *collect.Resource, c object) {
		if url := r.Text("uris.GRAPHQL"); url != "" {
			c["GraphQLUrl"] = url
		}
		c["Id"] = r.Object["arn"]
		if c["WafWebAclArn"] == nil {
			c["WafWebAclArn"] = "" // the list tells of a web ACL where there is one
		}
	}),
	Drop: []string{"uris", "dns", "tags"},
}
