package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func vpcEndpointRules() []rule.Rule { return []rule.Rule{serviceVPCEndpoint(), vpcEndpoints()} }

const vpcEndpoint = "AWS::EC2::VPCEndpoint"

// endpointFields are the endpoints of a VPC.
type endpointFields struct{ vpc, service, state *rule.Field }

func endpoints() endpointFields {
	return endpointFields{
		vpc:     rule.Required("configuration.vpcId").Of(vpcEndpoint),
		service: rule.Required("configuration.serviceName").Of(vpcEndpoint),
		state:   rule.Required("configuration.state").Of(vpcEndpoint),
	}
}

func (f endpointFields) fields() []*rule.Field { return []*rule.Field{f.vpc, f.service, f.state} }

// services are the full names of the services for which the subject, a VPC, has an available endpoint.
func (f endpointFields) services(c *rule.Context) []string {
	var names []string
	for _, e := range c.Matching(f.vpc, c.ID()) {
		if strings.EqualFold(e.Str(f.state), "available") {
			names = append(names, e.Str(f.service))
		}
	}
	return names
}

// hasService reports whether one of the full names means the wanted service: the same, or its end as in com.amazonaws.region.s3.
func hasService(names []string, want string) bool {
	return slices.ContainsFunc(names, func(full string) bool { return full == want || strings.HasSuffix(full, "."+want) })
}

func serviceVPCEndpoint() rule.Rule {
	f := endpoints()
	return rule.Rule{
		Identifier: "SERVICE_VPC_ENDPOINT_ENABLED",
		Params:     []rule.Param{{Name: "serviceName", Required: true, Doc: "the service, as its full name ends: ec2, ecr.api"}},
		Severity:   rule.Medium,
		Rationale: "By an endpoint, calls to a service stay off the internet. The VPC must have an endpoint of its own for the service serviceName, gateway or interface, whose state is " +
			"available.",
		Remediation: rule.Remediation{Hint: "Create an endpoint for the service in the VPC."},
		Fields:      f.fields(),
		Uses:        []string{vpcEndpoint},
		Check: func(c *rule.Context) rule.Result {
			want := c.Params.Str("serviceName")
			if hasService(f.services(c), want) {
				return c.Pass("The VPC has an endpoint for the service.")
			}
			return c.Fail("The VPC has no endpoint for " + want + ".")
		},
	}
}

// scopeTypes are the types that may narrow where endpoints are demanded: resources of services with endpoints.
var scopeTypes = []string{
	"AWS::ApiGateway::RestApi", "AWS::Athena::WorkGroup", "AWS::CloudTrail::Trail", "AWS::CodeBuild::Project", "AWS::DynamoDB::Table", "AWS::EC2::Instance", "AWS::ECR::Repository",
	"AWS::ECS::Cluster", "AWS::EFS::FileSystem", "AWS::EKS::Cluster", "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::Events::EventBus", "AWS::Glue::Job", "AWS::KMS::Key",
	"AWS::Kinesis::Stream", "AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::RDS::DBInstance", "AWS::Redshift::Cluster", "AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::SQS::Queue",
	"AWS::SSM::ManagedInstanceInventory", "AWS::SageMaker::NotebookInstance", "AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine",
}

// anyOf reports whether the account has a resource of one of the types. A type that cannot be looked for is told.
func anyOf(c *rule.Context, types []string) (has bool, strange string) {
	for _, t := range types {
		if !slices.Contains(scopeTypes, t) {
			strange = t
		} else if _, ok := c.FactIfKnown(t); ok {
			return true, ""
		}
	}
	return false, strange
}

func vpcEndpoints() rule.Rule {
	f := endpoints()
	return rule.Rule{
		Identifier: "VPC_ENDPOINT_ENABLED",
		Params: []rule.Param{
			{Name: "serviceNames", Type: rule.CSV, Required: true, Doc: "the services, by full name or as that ends: ec2, ecr.api"},
			{Name: "vpcIds", Type: rule.CSV, Doc: "judge these VPCs only"},
			{Name: "scopeConfigResourceTypes", Type: rule.CSV, Doc: "judge only where a resource of one of these types is recorded"},
		},
		Severity: rule.Medium,
		Rationale: "By endpoints, calls to services stay off the internet. The VPC must have an available endpoint of its own for each service in serviceNames; one for the service's FIPS name " +
			"counts as well. When vpcIds is given other VPCs are not judged, and when scopeConfigResourceTypes is given nothing is judged in a region without such a resource.",
		Remediation: rule.Remediation{Hint: "Create endpoints for the services in the VPC."},
		Fields:      f.fields(),
		Uses:        append([]string{vpcEndpoint}, scopeTypes...),
		Check: func(c *rule.Context) rule.Result {
			if !allowed(c.Params.List("vpcIds"), c.ID()) {
				return c.Skip("The VPC is not among those that are judged.")
			}
			if scope := c.Params.List("scopeConfigResourceTypes"); len(scope) > 0 {
				has, strange := anyOf(c, scope)
				if strange != "" {
					return c.Unknown("Resources of type " + strange + " cannot be looked for.")
				}
				if !has {
					return c.Skip("There is no resource of the types that narrow the rule.")
				}
			}
			var names []string
			for _, n := range f.services(c) {
				names = append(names, n, strings.TrimSuffix(n, "-fips"))
			}
			for _, want := range c.Params.List("serviceNames") {
				if !hasService(names, want) {
					return c.Fail("The VPC has no endpoint for " + want + ".")
				}
			}
			return c.Pass("The VPC has an endpoint for each of the services.")
		},
	}
}
