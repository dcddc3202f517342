package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
)

// Protections of AWS Shield are listed in one place; those of regional resources are recorded in the resource's region.
var (
	shieldProtection         = protection("AWS::Shield::Protection", arn.Global, func(region string) bool { return region == "" })
	shieldRegionalProtection = protection("AWS::ShieldRegional::Protection", "{ProtectedRegion}", func(region string) bool { return region != "" })
)

func protection(name, region string, wanted func(region string) bool) *collect.Type {
	t := &collect.Type{
		Name:   name,
		Region: region,
		Find: []collect.Step{{
			API: "shield:ListProtections", Each: "Protections", Absent: []string{"ResourceNotFoundException"}, Keep: func(e *collect.Element) bool {
				of := regionOf(e.Text("ResourceArn"))
				e.Object["ProtectedRegion"] = of
				return wanted(of)
			},
		}},
		ID:    "{Id}",
		Title: "{Name}",
		ARN:   "{ProtectionArn}",
		Zone:  "Not Applicable",
		Shape: collect.Fields(map[string]string{
			"Id": "Id", "Name": "Name", "ResourceArn": "ResourceArn", "ProtectionArn": "ProtectionArn", "HealthCheckIds": "HealthCheckIds",
			"ApplicationLayerAutomaticResponseConfiguration": "ApplicationLayerAutomaticResponseConfiguration",
		}),
		Finish: relateProtected,
	}
	if region != arn.Global {
		t.Zone = "Multiple Availability Zones"
	}
	return t
}

// regionOf is the region of an ARN; "" when it has none.
func regionOf(of string) string {
	if parts := strings.SplitN(of, ":", 6); len(parts) == 6 {
		return parts[3]
	}
	return ""
}

// relateProtected leads to the resource that is protected, where AWS Config knows its type.
func relateProtected(r *collect.Resource) {
	of := r.Text("ResourceArn")
	for _, k := range []struct{ within, typ string }{
		{":distribution/", "AWS::CloudFront::Distribution"},
		{":eip-allocation/", "AWS::EC2::EIP"},
		{":hostedzone/", "AWS::Route53::HostedZone"},
		{":loadbalancer/app/", "AWS::ElasticLoadBalancingV2::LoadBalancer"},
		{":loadbalancer/", "AWS::ElasticLoadBalancing::LoadBalancer"},
	} {
		if !strings.Contains(of, k.within) {
			continue
		}
		id := lastStep(of)
		if k.typ == "AWS::ElasticLoadBalancingV2::LoadBalancer" {
			id = of
		}
		r.Relate("Is associated with ", k.typ, id, id)
		return
	}
}
