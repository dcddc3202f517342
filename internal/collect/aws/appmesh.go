package aws

import (
	"maps"
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

// The parts of a mesh are listed mesh by mesh, and described one by one.
var (
	appMeshMesh           = meshPart("mesh", "meshes")
	appMeshVirtualNode    = meshPart("virtualNode", "virtualNodes")
	appMeshVirtualRouter  = meshPart("virtualRouter", "virtualRouters")
	appMeshVirtualService = meshPart("virtualService", "virtualServices")
	appMeshVirtualGateway = meshPart("virtualGateway", "virtualGateways")
	appMeshRoute          = meshPart("route", "routes", "virtualRouter", "virtualRouters")
	appMeshGatewayRoute   = meshPart("gatewayRoute", "gatewayRoutes", "virtualGateway", "virtualGateways")
)

// meshPart declares a type by its member in answers (the name of one, of many) and those of the part that it is in.
func meshPart(one, many string, within ...string) *collect.Type {
	given := map[string]string{"meshName": "meshName", "meshOwner": "meshOwner"}
	t := &collect.Type{
		Name:    "AWS::AppMesh::" + first(one),
		Find:    []collect.Step{{API: "appmesh:ListMeshes", Each: "meshes"}},
		ID:      "{metadata.arn}",
		Title:   "{" + one + "Name}",
		ARN:     "{metadata.arn}",
		Zone:    "Regional",
		Created: "metadata.createdAt",
		Tags:    "tags",
		Shape: then(collect.Pascal, func(r *collect.Resource, c object) {
			for to, from := range map[string]string{"Arn": "arn", "Id": "arn", "MeshOwner": "meshOwner", "ResourceOwner": "resourceOwner", "Uid": "uid"} {
				c[to] = r.Text("metadata." + from)
			}
		}, tagList("Tags")),
		Drop:   []string{"metadata", "status", "tags"},
		Finish: own("metadata.resourceOwner"),
		Gone:   []string{"NotFoundException"},
	}
	list := func(many string, more map[string]string) {
		t.Find = append(t.Find, collect.Step{API: "appmesh:List" + first(many), From: more, Each: many, Absent: []string{"NotFoundException"}})
	}
	if one != "mesh" {
		if len(within) > 0 {
			list(within[1], given)
			given = map[string]string{"meshName": "meshName", "meshOwner": "meshOwner", within[0] + "Name": within[0] + "Name"}
		}
		list(many, given)
		given = maps.Clone(given)
		given[one+"Name"] = one + "Name"
	}
	t.Find = append(t.Find, collect.Step{API: "appmesh:Describe" + first(one), From: given, Each: one, Absent: []string{"NotFoundException"}})
	t.Details = []collect.Detail{{API: "appmesh:ListTagsForResource", From: map[string]string{"resourceArn": "metadata.arn"}, Take: "tags", Key: ".tags", Instead: []any{}, Covers: []string{"tags", "configuration.Tags"}}}
	return t
}

// first begins a name with a capital.
func first(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
