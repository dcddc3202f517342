package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// BenchmarkParse reads answers as sweeps get them: a page of a thousand volumes (EC2's XML), and one of functions (JSON).
func BenchmarkParse(b *testing.B) {
	var volumes, functions bytes.Buffer
	volumes.WriteString("<DescribeVolumesResponse><volumeSet>")
	functions.WriteString(`{"Functions":[`)
	for i := range 1000 {
		fmt.Fprintf(&volumes, "\n<item><volumeId>vol-%017d</volumeId><size>100</size><snapshotId>snap-1</snapshotId><availabilityZone>eu-west-1a</availabilityZone><status>in-use</status><createTime>2026-01-02T03:04:05.678Z</createTime>"+
			"<attachmentSet><item><volumeId>vol-%017d</volumeId><instanceId>i-%017d</instanceId><device>/dev/xvda</device><status>attached</status><attachTime>2026-01-02T03:04:05.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></item></attachmentSet>"+
			"<volumeType>gp3</volumeType><iops>3000</iops><encrypted>true</encrypted><tagSet><item><key>Name</key><value>volume %d &amp; more</value></item></tagSet></item>", i, i, i, i)
		if i > 0 {
			functions.WriteByte(',')
		}
		fmt.Fprintf(&functions, `{"FunctionName":"f%d","FunctionArn":"arn:aws:lambda:eu-west-1:111122223333:function:f%d","Runtime":"python3.13","Role":"arn:aws:iam::111122223333:role/r","CodeSize":%d,"Timeout":3,"MemorySize":128,"LastModified":"2026-01-02T03:04:05.000+0000","VpcConfig":{"SubnetIds":["subnet-1","subnet-2"],"SecurityGroupIds":["sg-1"],"VpcId":"vpc-1"},"Environment":{"Variables":{"A":"b"}},"TracingConfig":{"Mode":"PassThrough"},"Architectures":["x86_64"]}`, i, i, i)
	}
	volumes.WriteString("</volumeSet></DescribeVolumesResponse>")
	functions.WriteString("]}")
	for _, c := range []struct {
		op   *models.Operation
		body []byte
	}{{models.Find("ec2", "DescribeVolumes"), volumes.Bytes()}, {models.Find("lambda", "ListFunctions"), functions.Bytes()}} {
		b.Run(c.op.Name, func(b *testing.B) {
			b.SetBytes(int64(len(c.body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(c.op, 200, http.Header{}, c.body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("encoding/json alone", func(b *testing.B) {
		b.SetBytes(int64(functions.Len()))
		for b.Loop() {
			var v any
			if err := json.Unmarshal(functions.Bytes(), &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
