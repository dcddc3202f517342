package cloud

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// service is the operations of one SDK package.
type service struct {
	// names are what documents call the service; the first is boto3's.
	names      []string
	spell      spelling // nil is pascal
	operations map[string]operation
	// also has further names of operations: of IAM actions, and of what authors mistake for operations.
	also map[string]string
}

var services = []*service{
	accessanalyzerService, apigatewayService, autoscalingService, cloudformationService, cloudfrontService, cloudtrailService,
	codebuildService, configService, dynamodbService, ec2Service, elasticbeanstalkService, elbv2Service, elbService, esService,
	firehoseService, guarddutyService, iamService, kmsService, lambdaService, logsService, rdsService, redshiftService, s3Service,
	s3controlService, secretsmanagerService, securityhubService, snsService, ssmService, stsService, wafService, wafregionalService,
	wafv2Service, xrayService,
}

// entry is one operation of the table.
type entry struct {
	service, name string // "ec2", "DescribeInstances"
	spell         spelling
	operation
}

// table has the operations by their folded names. A name of two services (the two load balancers share an IAM prefix)
// has two entries; the first that takes the inputs is meant.
var table = func() map[string][]entry {
	t := map[string][]entry{}
	for _, s := range services {
		spell := s.spell
		if spell == nil {
			spell = pascal
		}
		for _, n := range s.names {
			for o, run := range s.operations {
				t[fold(n, o)] = append(t[fold(n, o)], entry{s.names[0], o, spell, run})
			}
			for alias, o := range s.also {
				t[fold(n, alias)] = append(t[fold(n, alias)], entry{s.names[0], o, spell, s.operations[o]})
			}
		}
	}
	for alias, to := range elsewhere {
		t[alias] = t[to]
	}
	return t
}()

// elsewhere are operations that documents name under another service than the one that has them.
var elsewhere = map[string]string{
	fold("s3", "GetAccountPublicAccessBlock"):    fold("s3control", "GetPublicAccessBlock"),
	fold("s3", "PutAccountPublicAccessBlock"):    fold("s3control", "PutPublicAccessBlock"),
	fold("s3", "DeleteAccountPublicAccessBlock"): fold("s3control", "DeletePublicAccessBlock"),
}

// fold makes DescribeInstances, describe_instances and describe-instances one key.
func fold(service, api string) string {
	plain := strings.NewReplacer("_", "", "-", "")
	return strings.ToLower(strings.TrimSpace(service)) + ":" + plain.Replace(strings.ToLower(strings.TrimSpace(api)))
}

// Operations lists what can be called, as service:Operation, sorted.
func Operations() []string {
	var all []string
	for _, s := range services {
		for o := range s.operations {
			all = append(all, s.names[0]+":"+o)
		}
	}
	slices.Sort(all)
	return all
}

// Known reports whether an operation can be called under a name that a document may use.
func Known(service, api string) bool { return len(table[fold(service, api)]) > 0 }

// lookup finds what a document means by a service and an API.
func lookup(service, api string) ([]entry, error) {
	if found := table[fold(service, api)]; len(found) > 0 {
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
	var all []near
	for _, s := range services {
		for o := range s.operations {
			d := distance(want, fold(s.names[0], o))
			if !slices.Contains(s.names, strings.ToLower(service)) {
				d += 10
			}
			all = append(all, near{fmt.Sprintf("%s:%s", s.names[0], o), d})
		}
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
