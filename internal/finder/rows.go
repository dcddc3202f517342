package finder

import (
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/ledger"
)

// The columns of occurrences. A single piece of evidence has its resources from oSubject on; one for many has the
// number of its set, from 1.
const (
	oLeaf, oTime, oCollected, oSubject, oSet, oRows       = "leaf", "time", "collected", "subject", "set", "rows"
	oID, oAssessment, oControlSet, oControl, oDay         = "id", "assessment", "controlSet", "control", "day"
	oSource, oException, oBackfilled, oRegion, oCollector = "source", "exception", "backfilled", "region", "collector"
)

// The columns of resources in bodies. sVerdict is the resource's, as its source writes it; sCheck the body's, as Audit
// Manager shows it.
const (
	sARN, sResource, sResourceType, sVerdict, sCheck, sService = "arn", "resource", "resourceType", "verdict", "check", "service"
	sAccount, sRegion, sEvent, sEventSource, sActor, sType     = "account", "region", "event", "eventSource", "actor", "type"
	sText, sFile, sReason, sS3Path, sBody                      = "text", "file", "reason", "s3path", "body"
)

var textColumns = map[Side][]string{
	Occurrences: {oID, oAssessment, oControlSet, oControl, oDay, oSource, oException, oBackfilled, oRegion, oCollector},
	Subjects: {
		sARN, sResource, sResourceType, sVerdict, sCheck, sService, sAccount, sRegion, sEvent, sEventSource, sActor, sType, sText, sFile,
		sReason, sS3Path, sBody,
	},
}

var intColumns = map[Side][]string{Occurrences: {oLeaf, oTime, oCollected, oSubject, oSet, oRows}}

// version is raised when rows become other ones.
const version = 1

// occurrence adds the row of an entry.
func (b *builder) occurrence(e *ledger.Entry, at Place, set int64) {
	b.int(oLeaf, e.LeafIndex)
	b.int(oTime, e.ObservedAt.UnixMilli())
	b.int(oCollected, e.CollectedAt.UnixMilli())
	b.int(oSubject, at.First)
	b.int(oSet, set)
	b.int(oRows, at.Rows)
	id, ok := rawID(e.ID)
	if !ok { // the ledger makes its ids
		panic("evidence id " + e.ID + " is no UUID")
	}
	b.text(oID, id)
	b.text(oAssessment, e.Assessment)
	b.text(oControlSet, e.ControlSet)
	b.text(oControl, e.Control)
	b.text(oDay, e.Day)
	b.text(oSource, e.Source)
	b.text(oException, e.Exception)
	backfilled := "false"
	if e.Backfilled {
		backfilled = "true"
	}
	b.text(oBackfilled, backfilled)
	b.text(oRegion, e.Region)
	b.text(oCollector, e.Collector)
	b.Rows++
}

// subjects adds the rows of a body: one for each resource, or one for a body without any.
func (b *builder) subjects(h ledger.Hash, body *ledger.Body) int64 {
	list := body.Subjects
	if len(list) == 0 {
		list = []ledger.Subject{{Verdict: body.Verdict}}
	}
	for _, s := range list {
		b.text(sARN, s.ARN)
		b.text(sResource, s.ID)
		b.text(sResourceType, s.Type)
		b.text(sVerdict, rawVerdict(body, s.Verdict))
		b.text(sCheck, assess.Check(body.Source, body.Verdict))
		b.text(sService, serviceOf(body, s))
		b.text(sAccount, body.Account)
		b.text(sRegion, body.Region)
		b.text(sEvent, body.Event)
		b.text(sEventSource, body.Service)
		b.text(sActor, body.Actor)
		b.text(sType, body.Type)
		b.text(sText, body.Text)
		b.text(sFile, body.FileName)
		b.text(sReason, body.Reason)
		b.text(sS3Path, body.Attributes["s3ResourcePath"])
		b.text(sBody, string(h[:]))
		b.Rows++
	}
	return int64(len(list))
}

// rawVerdict is a verdict as its source writes it.
func rawVerdict(body *ledger.Body, v ledger.Verdict) string {
	if body.Source != assess.SourceSecurityHub {
		return string(v)
	}
	switch {
	case v == ledger.NonCompliant && body.Reason == "WARNING":
		return "WARNING"
	case v == ledger.NonCompliant:
		return "FAILED"
	case v == ledger.Compliant:
		return "PASSED"
	case v == ledger.InsufficientData:
		return "NOT_AVAILABLE"
	}
	return string(v)
}

// serviceOf is the service a resource belongs to, by the short name of its ARN: ec2, s3, iam. Without a resource it is
// that of the event; manual evidence has none.
func serviceOf(body *ledger.Body, s ledger.Subject) string {
	if parts := strings.SplitN(s.ARN, ":", 4); len(parts) == 4 && parts[0] == "arn" {
		return parts[2]
	}
	if rest, ok := strings.CutPrefix(s.Type, "AWS::"); ok {
		name, _, _ := strings.Cut(rest, "::")
		return serviceNamed(strings.ToLower(name))
	}
	name, ok := strings.CutSuffix(body.Service, ".amazonaws.com")
	if !ok {
		return body.Service
	}
	return serviceNamed(name)
}

// serviceNamed puts the names that resource types and event sources use into those of ARNs.
func serviceNamed(name string) string {
	if n, ok := otherNames[name]; ok {
		return n
	}
	return name
}

var otherNames = map[string]string{
	"efs": "elasticfilesystem", "elasticloadbalancingv2": "elasticloadbalancing", "opensearch": "es", "opensearchservice": "es",
	"certificatemanager": "acm", "stepfunctions": "states", "msk": "kafka", "kinesisfirehose": "firehose", "monitoring": "cloudwatch",
	"emr": "elasticmapreduce", "docdb": "rds", "neptune": "rds",
}
