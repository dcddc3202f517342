package sweep

import (
	_ "embed"
	"strings"
	"sync"
)

// sources.tsv tells what events of an event source change. Columns: the source without .amazonaws.com; the services of
// resource types that its calls change ("EC2": AWS::EC2::*); parameters that name a resource, each with the type
// (fileSystemId=AWS::EFS::FileSystem), beyond those that package trail finds; names of calls with the types they change
// whatever their parameters (UpdateAccountPasswordPolicy=Tickmark::Account::PasswordPolicy).
//
//go:embed sources.tsv
var sourcesTable string

type source struct {
	prefixes []string          // of types
	params   map[string]string // parameter -> type
	calls    map[string]string // call -> type
}

var sources = sync.OnceValue(func() map[string]source {
	all := map[string]source{}
	for line := range strings.Lines(sourcesTable) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := append(strings.Split(line, "\t"), "", "", "")
		s := source{params: pairs(c[2]), calls: pairs(c[3])}
		for p := range strings.FieldsSeq(c[1]) {
			s.prefixes = append(s.prefixes, "AWS::"+p+"::")
		}
		all[c[0]+".amazonaws.com"] = s
	}
	return all
})

func pairs(text string) map[string]string {
	m := map[string]string{}
	for p := range strings.FieldsSeq(text) {
		k, v, _ := strings.Cut(p, "=")
		m[k] = v
	}
	return m
}

// chatter are calls that change nothing a configuration item has, and come all the time.
var chatter = map[string]bool{
	"UpdateInstanceInformation": true, "PutInventory": true, "PutComplianceItems": true, "CreateLogStream": true, "PutMetricData": true,
	"AssumeRole": true, "AssumeRoleWithSAML": true, "AssumeRoleWithWebIdentity": true, "GetSessionToken": true, "ConsoleLogin": true,
	"GenerateDataKey": true, "Decrypt": true, "Encrypt": true, "CreateGrant": true, "RetireGrant": true, "SendCommand": true, "StartSession": true, "TerminateSession": true,
	"InitiateLayerUpload": true, "UploadLayerPart": true, "CompleteLayerUpload": true, "SharedSnapshotVolumeCreated": true, "StartQuery": true, "StartQueryExecution": true,
	"RegisterContainerInstance": true, "DiscoverPollEndpoint": true, "SubmitTaskStateChange": true, "SubmitContainerStateChange": true, "PutEvaluations": true,
}
