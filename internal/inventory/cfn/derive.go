package cfn

import "strings"

// trafficSources are a newer way to attach a group to load balancers.
func trafficSources(b *builder) {
	list, _ := b.at("TrafficSources").([]any)
	for _, e := range list {
		s, _ := e.(map[string]any)
		to := "targetGroupARNs"
		if kind := text(s["Type"]); kind == "elb" || kind == "" && !strings.HasPrefix(text(s["Identifier"]), "arn:") {
			to = "loadBalancerNames"
		}
		old, _ := b.configuration[to].([]any)
		b.configuration[to] = append(old[:len(old):len(old)], s["Identifier"])
	}
}

// networkInterfaces: an instance that names none gets one. One that is started from a launch template gets those of
// the template, which are not told here.
func networkInterfaces(b *builder) {
	v := b.at("NetworkInterfaces")
	if v == nil && b.at("LaunchTemplate") == nil {
		v = []any{map[string]any{}}
	}
	list, ok := v.([]any)
	if !ok {
		return
	}
	interfaces := make([]any, len(list))
	for i, e := range list {
		given, _ := e.(map[string]any)
		made := map[string]any{"networkInterfaceId": later}
		for from, to := range map[string]string{"NetworkInterfaceId": "networkInterfaceId", "SubnetId": "subnetId", "Description": "description"} {
			if given[from] != nil {
				made[to] = given[from]
			}
		}
		interfaces[i] = made
	}
	b.set("networkInterfaces", interfaces)
}

// function gives a function its ARN, and the package type that its code tells.
func function(b *builder) {
	b.set("functionArn", b.arn)
	if b.configuration["packageType"] == nil {
		kind := "Zip"
		if b.at("Code.ImageUri") != nil {
			kind = "Image"
		}
		b.set("packageType", kind)
	}
}

// ownLogs: a bucket with a logging configuration that names no target keeps its logs itself.
func ownLogs(b *builder) {
	if b.at("LoggingConfiguration") != nil && b.at("LoggingConfiguration.DestinationBucketName") == nil {
		b.set(supplement+"BucketLoggingConfiguration.destinationBucketName", b.configuration["name"])
	}
}
