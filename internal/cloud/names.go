package cloud

import (
	"cmp"
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/fault"
)

// otherNames are what documents, IAM and AWS Config call a service whose model has another name. A name of two services
// (the load balancers share an IAM prefix) means the first of them that takes the call.
var otherNames = map[string][]string{
	"access-analyzer": {"accessanalyzer"}, "elasticloadbalancing": {"elbv2", "elb"}, "elasticloadbalancingv2": {"elbv2"},
	"s3api": {"s3"}, "wafregional": {"waf-regional"}, "elasticfilesystem": {"efs"}, "elasticmapreduce": {"emr"}, "states": {"stepfunctions"},
	"sfn": {"stepfunctions"}, "servicequotas": {"service-quotas"}, "monitoring": {"cloudwatch"}, "cloudcontrolapi": {"cloudcontrol"},
	"macie": {"macie2"}, "ses": {"ses", "sesv2"}, "email": {"ses", "sesv2"}, "aps": {"amp"}, "msk": {"kafka"}, "tag": {"resourcegroupstaggingapi"},
	"cassandra": {"keyspaces"}, "airflow": {"mwaa"}, "app-mesh": {"appmesh"}, "elasticsearch": {"es"}, "configservice": {"config"}, "cloudwatchlogs": {"logs"},
}

// otherOperations are further names of operations: of IAM actions, and of what authors mistake for operations.
var otherOperations = map[string]string{
	"s3:ListBucket": "s3:ListObjectsV2", "s3:ListObjects": "s3:ListObjectsV2",
	"s3:GetBucketPublicAccessBlock": "s3:GetPublicAccessBlock", "s3:PutBucketPublicAccessBlock": "s3:PutPublicAccessBlock",
	"s3:DeleteBucketPublicAccessBlock": "s3:DeletePublicAccessBlock",
	"s3:GetEncryptionConfiguration":    "s3:GetBucketEncryption", "s3:PutEncryptionConfiguration": "s3:PutBucketEncryption",
	"s3:GetAccountPublicAccessBlock": "s3control:GetPublicAccessBlock", "s3:PutAccountPublicAccessBlock": "s3control:PutPublicAccessBlock",
	"s3:DeleteAccountPublicAccessBlock": "s3control:DeletePublicAccessBlock",
	"ec2:DescribeVolume":                "ec2:DescribeVolumes", "lambda:InvokeFunction": "lambda:Invoke", "ssm:UpdateDefaultDocumentVersion": "ssm:UpdateDocumentDefaultVersion",
}

//go:embed operations.txt
var operations string

// list is operations.txt as service:Operation, sorted. A test holds it against the models.
var list = sync.OnceValue(func() []string {
	var all []string
	for line := range strings.SplitSeq(operations, "\n") {
		line, _, _ = strings.Cut(line, "#")
		service, names, _ := strings.Cut(line, ":")
		for _, name := range strings.Fields(names) {
			all = append(all, strings.TrimSpace(service)+":"+name)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
})

// fold makes DescribeInstances, describe_instances and describe-instances one key.
func fold(service, api string) string {
	plain := strings.NewReplacer("_", "", "-", "")
	return strings.ToLower(strings.TrimSpace(service)) + ":" + plain.Replace(strings.ToLower(strings.TrimSpace(api)))
}

// table has the names of all operations, "ec2:DescribeVolumes", by their folded names.
var table = sync.OnceValue(func() map[string][]string {
	t := map[string][]string{}
	own := map[string]bool{}
	for _, name := range list() {
		service, api, _ := strings.Cut(name, ":")
		own[service] = true
		t[fold(service, api)] = append(t[fold(service, api)], name)
	}
	for _, alias := range slices.Sorted(maps.Keys(otherNames)) {
		for _, service := range otherNames[alias] {
			if service == alias || !own[service] {
				continue
			}
			for _, name := range list() {
				if s, api, _ := strings.Cut(name, ":"); s == service {
					t[fold(alias, api)] = append(t[fold(alias, api)], name)
				}
			}
		}
	}
	for alias, to := range otherOperations {
		from, api, _ := strings.Cut(alias, ":")
		service, operation, _ := strings.Cut(to, ":")
		if names := t[fold(service, operation)]; len(names) > 0 {
			t[fold(from, api)] = names
			if from == "s3" {
				t[fold("s3api", api)] = names
			}
		}
	}
	return t
})

// Operations lists what can be called, as service:Operation, sorted.
func Operations() []string { return slices.Clone(list()) }

// Known reports whether an operation can be called under a name that a document may use.
func Known(service, api string) bool { return len(table()[fold(service, api)]) > 0 }

// lookup finds what a document means by a service and an API.
func lookup(service, api string) ([]*models.Operation, error) {
	var found []*models.Operation
	for _, name := range table()[fold(service, api)] {
		s, operation, _ := strings.Cut(name, ":")
		if op := models.Find(s, operation); op != nil {
			found = append(found, op)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return nil, fault.Invalidf("Api", "%s:%s cannot be called from here. The nearest that can: %s.", clip(service), clip(api), strings.Join(nearest(service, api), ", "))
}

// nearest are the three operations whose names are most alike, those of the same service first.
func nearest(service, api string) []string {
	type near struct {
		name     string
		distance int
	}
	want := fold(clip(service), clip(api))
	same := append(slices.Clone(otherNames[strings.ToLower(service)]), strings.ToLower(service))
	var all []near
	for _, name := range list() {
		s, operation, _ := strings.Cut(name, ":")
		d := distance(want, fold(s, operation))
		if !slices.Contains(same, s) {
			d += 10
		}
		all = append(all, near{name, d})
	}
	slices.SortFunc(all, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, n := range all[:3] {
		names = append(names, n.name)
	}
	return names
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// clip keeps what a message quotes short.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return s
}
