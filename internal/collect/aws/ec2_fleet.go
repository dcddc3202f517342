package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

var ec2CapacityReservation = &collect.Type{
	Name:    "AWS::EC2::CapacityReservation",
	Find:    []collect.Step{{API: "ec2:DescribeCapacityReservations", Each: "CapacityReservations", Only: "CapacityReservationIds[]", Keep: not("State", "cancelled", "expired", "failed")}},
	ID:      "{CapacityReservationId}",
	ARN:     "{CapacityReservationArn}",
	Zone:    "{AvailabilityZone}",
	Created: "CreateDate",
	Tags:    "Tags",
	Shape: then(collect.Fields(map[string]string{
		"Id": "CapacityReservationId", "Tenancy": "Tenancy", "EndDateType": "EndDateType", "EndDate": "EndDate", "AvailabilityZone": "AvailabilityZone", "TotalInstanceCount": "TotalInstanceCount",
		"InstanceCount": "TotalInstanceCount", "AvailableInstanceCount": "AvailableInstanceCount", "EbsOptimized": "EbsOptimized", "InstancePlatform": "InstancePlatform", "InstanceType": "InstanceType",
		"EphemeralStorage": "EphemeralStorage", "InstanceMatchCriteria": "InstanceMatchCriteria", "OutPostArn": "OutpostArn", "PlacementGroupArn": "PlacementGroupArn",
	}), func(_ *collect.Resource, c object) {
		if end, ok := c["EndDate"].(string); ok { // CloudFormation's times have no fractions
			c["EndDate"] = strings.Replace(end, ".000Z", "Z", 1)
		}
	}, tagSpecifications("capacity-reservation")),
	Finish: all(own("OwnerId"), func(r *collect.Resource) { r.Supplement("Arn", r.At("CapacityReservationArn")) }),
	Gone:   []string{"InvalidCapacityReservationId.NotFound"},
}

var ec2Fleet = &collect.Type{
	Name:    "AWS::EC2::EC2Fleet",
	Find:    []collect.Step{{API: "ec2:DescribeFleets", Each: "Fleets", Only: "FleetIds[]", Keep: not("FleetState", "deleted", "deleted_running", "deleted_terminating", "failed")}},
	ID:      "{FleetId}",
	ARN:     "arn:{partition}:ec2:{region}:{account}:fleet/{FleetId}",
	Zone:    "Regional",
	Created: "CreateTime",
	Tags:    "Tags",
	Shape:   then(collect.Pascal, tagSpecifications("fleet")),
	Drop:    []string{"ActivityStatus", "CreateTime", "FleetState", "ClientToken", "FulfilledCapacity", "FulfilledOnDemandCapacity", "Errors", "Instances", "Tags"},
	Empty:   []string{"LaunchTemplateConfigs", "LaunchTemplateConfigs.Overrides"},
	Gone:    []string{"InvalidFleetId.NotFound", "InvalidFleetId.NotFoundException"},
}

var ec2SpotFleet = &collect.Type{
	Name:    "AWS::EC2::SpotFleet",
	Find:    []collect.Step{{API: "ec2:DescribeSpotFleetRequests", Each: "SpotFleetRequestConfigs", Only: "SpotFleetRequestIds[]", Keep: not("SpotFleetRequestState", "cancelled", "cancelled_running", "cancelled_terminating", "failed")}},
	ID:      "{SpotFleetRequestId}",
	ARN:     "arn:{partition}:ec2:{region}:{account}:spot-fleet-request/{SpotFleetRequestId}",
	Zone:    "Regional",
	Created: "CreateTime",
	Tags:    "Tags",
	Shape:   collect.Pascal,
	Rename:  map[string]string{"SpotFleetRequestId": "Id", "SpotFleetRequestConfig": "SpotFleetRequestConfigData"},
	Drop:    []string{"ActivityStatus", "CreateTime", "SpotFleetRequestState", "Tags", "SpotFleetRequestConfig.LaunchSpecifications.UserData", "SpotFleetRequestConfig.FulfilledCapacity", "SpotFleetRequestConfig.OnDemandFulfilledCapacity", "SpotFleetRequestConfig.ClientToken"},
	Empty:   []string{"SpotFleetRequestConfig.LaunchSpecifications", "SpotFleetRequestConfig.LaunchTemplateConfigs"},
	Gone:    []string{"InvalidSpotFleetRequestId.NotFound"},
	Note:    "user data is left out: it may hold secrets",
}

var ec2PrefixList = &collect.Type{
	Name: "AWS::EC2::PrefixList",
	Find: []collect.Step{{API: "ec2:DescribeManagedPrefixLists", Each: "PrefixLists", Only: "PrefixListIds[]", Keep: not("State", "delete-complete", "delete-in-progress")}},
	Details: []collect.Detail{{
		API: "ec2:GetManagedPrefixListEntries", From: map[string]string{"PrefixListId": "PrefixListId"}, Take: "Entries", Key: ".Entries", Instead: []any{}, Covers: []string{"configuration.Entries"},
		When: not("OwnerId", "AWS"),
	}},
	ID:     "{PrefixListId}",
	Title:  "{PrefixListName}",
	ARN:    "{PrefixListArn}",
	Zone:   "Regional",
	Tags:   "Tags",
	Shape:  then(collect.Pascal, tagList("Tags")),
	Rename: map[string]string{"PrefixListArn": "Arn"},
	Drop:   []string{"State", "StateMessage", "Tags", "IpamPrefixListResolverTargetId", "IpamPrefixListResolverSyncEnabled"},
	Finish: func(r *collect.Resource) {
		// AWS's own lists stand in every account; those of others are shared
		if r.Text("OwnerId") != "AWS" {
			own("OwnerId")(r)
		}
	},
	Gone: []string{"InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"},
}

var ec2TransitGateway = &collect.Type{
	Name:    "AWS::EC2::TransitGateway",
	Find:    []collect.Step{{API: "ec2:DescribeTransitGateways", Each: "TransitGateways", Only: "TransitGatewayIds[]", Keep: not("State", "deleted", "deleting")}},
	ID:      "{TransitGatewayId}",
	ARN:     "{TransitGatewayArn}",
	Zone:    "Regional",
	Created: "CreationTime",
	Tags:    "Tags",
	Shape:   then(collect.Pascal, lift("Options"), tagList("Tags")),
	Rename:  map[string]string{"TransitGatewayId": "Id"},
	Drop:    []string{"State", "OwnerId", "CreationTime", "Tags", "TransitGatewayArn"},
	Empty:   []string{"Options.TransitGatewayCidrBlocks"},
	Finish:  own("OwnerId"),
	Gone:    []string{"InvalidTransitGatewayID.NotFound"},
}

var ec2SnapshotBlockPublicAccess = &collect.Type{
	Name: "AWS::EC2::SnapshotBlockPublicAccess",
	Find: []collect.Step{{API: "ec2:GetSnapshotBlockPublicAccessState"}},
	ID:   "{account}",
	Zone: "Regional",
	Shape: func(r *collect.Resource) any {
		return object{"AccountId": r.Account, "State": r.Text("State")}
	},
}
