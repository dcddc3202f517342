// Package permit knows which IAM permissions API operations need, and writes policies that grant exactly these.
//
// What it promises:
//   - An operation maps to the action that AWS's service authorization documents for it: s3:GetBucketEncryption is
//     s3:GetEncryptionConfiguration. Where names are equal no table stands between them, so that a new operation has a
//     permission without a change here; what differs stands in the tables below.
//   - Reading by API Gateway's own kind of permission is limited to the paths that are read: the values of API keys stay
//     closed to a collector that does not list keys.
//   - A policy never holds a wildcard unless it is asked for, and then only Describe* and List* of a service: Get* would
//     open the contents of buckets, secrets and parameters.
//   - Policies are split so that each fits what IAM takes for a managed policy.
//
// Left out: resources narrower than "*" (a collector lists what is there, whatever its name), but for API Gateway's
// paths; actions that a key policy or a resource policy must grant beside the role's.
package permit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// Grant is one permission: an action on resources. Resources are ARN patterns with {partition} in them; none are all.
type Grant struct {
	Action    string
	Resources []string
}

// Need is an API operation that is called. TypeName is what Cloud Control is asked for, empty with other services.
type Need struct {
	API      string // service:Operation, the service as boto3 names it
	TypeName string
}

// Grants are the permissions that an operation needs.
func Grants(n Need) ([]Grant, error) {
	service, operation, ok := strings.Cut(n.API, ":")
	if !ok || service == "" || operation == "" {
		return nil, fault.Invalidf("api", "%q is not an operation: it must be like ec2:DescribeVolumes.", n.API)
	}
	service = strings.ToLower(service)
	switch service {
	case "apigateway", "apigatewayv2":
		if path := gatewayPath(operation); path != "" {
			return []Grant{{"apigateway:GET", gatewayResources(path)}}, nil
		}
	case "cloudcontrol", "cloudcontrolapi":
		return controlGrants(operation, n.TypeName)
	}
	prefix := cmp.Or(prefixes[service], service)
	if other, ok := renamed[service+":"+operation]; ok {
		operation = other
	} else if other, ok := renamed[prefix+":"+operation]; ok {
		operation = other
	}
	if strings.Contains(operation, ":") {
		return []Grant{{Action: operation}}, nil
	}
	return []Grant{{Action: prefix + ":" + operation}}, nil
}

// Actions are the names of the actions that operations need, sorted, each once.
func Actions(needs []Need) ([]string, error) {
	grants, err := all(needs)
	var out []string
	for _, g := range grants {
		out = append(out, g.Action)
	}
	slices.Sort(out)
	return slices.Compact(out), err
}

// all are the grants of many operations, those of one action joined, in the order of their actions.
func all(needs []Need) ([]Grant, error) {
	by := map[string]*Grant{}
	var out []*Grant
	for _, n := range needs {
		grants, err := Grants(n)
		if err != nil {
			return nil, err
		}
		for _, g := range grants {
			have := by[g.Action]
			if have == nil {
				have = &Grant{Action: g.Action, Resources: slices.Clone(g.Resources)}
				by[g.Action] = have
				out = append(out, have)
				continue
			}
			// one that needs all resources opens all
			if len(have.Resources) == 0 || len(g.Resources) == 0 {
				have.Resources = nil
				continue
			}
			have.Resources = append(have.Resources, g.Resources...)
		}
	}
	slices.SortFunc(out, func(a, b *Grant) int { return cmp.Compare(a.Action, b.Action) })
	list := make([]Grant, len(out))
	for i, g := range out {
		slices.Sort(g.Resources)
		list[i] = Grant{g.Action, slices.Compact(g.Resources)}
	}
	return list, nil
}
