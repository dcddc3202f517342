package trailtest

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// Generator makes CloudTrail records that look like real ones: about 1.4 KB, some 200 users drawn uniformly, names
// with the skew of real logs, random ids. Equal seeds give equal records.
type Generator struct {
	// Account and Region the records are of.
	Account, Region string
	// Start is the time of the first record, Step the time between two.
	Start time.Time
	Step  time.Duration
	// Users is the number of users, 200 when 0.
	Users int

	rnd *rand.Rand
	n   int
	zip *rand.Zipf
}

// NewGenerator makes one day of events of an account when it is asked for 1,000,000.
func NewGenerator(seed uint64) *Generator {
	g := &Generator{
		Account: "111122223333", Region: "eu-west-1", Start: time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC),
		Step: 86 * time.Millisecond, Users: 200, rnd: rand.New(rand.NewPCG(seed, seed)),
	}
	g.zip = rand.NewZipf(g.rnd, 1.2, 4, uint64(len(calls)-1))
	return g
}

type call struct{ source, name, params, resource string }

var calls = []call{
	{"ec2.amazonaws.com", "DescribeInstances", `{"instancesSet":{},"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"vpc-%s"}]}}]}}`, ""},
	{"sts.amazonaws.com", "AssumeRole", `{"roleArn":"arn:aws:iam::111122223333:role/app-%s","roleSessionName":"sess","durationSeconds":3600}`, "AWS::IAM::Role"},
	{"s3.amazonaws.com", "GetBucketAcl", `{"bucketName":"data-%s","Host":"data.s3.eu-west-1.amazonaws.com","acl":""}`, "AWS::S3::Bucket"},
	{"kms.amazonaws.com", "Decrypt", `{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","keyId":"arn:aws:kms:eu-west-1:111122223333:key/%s","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::data"}}`, "AWS::KMS::Key"},
	{"iam.amazonaws.com", "GetUser", `{"userName":"user-%s"}`, ""},
	{"ec2.amazonaws.com", "RunInstances", `{"instancesSet":{"items":[{"imageId":"ami-%s","minCount":1,"maxCount":1}]},"instanceType":"t3.micro","monitoring":{"enabled":false}}`, ""},
	{"lambda.amazonaws.com", "UpdateFunctionCode20150331v2", `{"functionName":"fn-%s","publish":false,"dryRun":false}`, ""},
	{"s3.amazonaws.com", "PutBucketPolicy", `{"bucketName":"data-%s","bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}]}}`, "AWS::S3::Bucket"},
	{"iam.amazonaws.com", "CreateAccessKey", `{"userName":"user-%s"}`, ""},
	{"cloudtrail.amazonaws.com", "LookupEvents", `{"maxResults":50,"lookupAttributes":[{"attributeKey":"Username","attributeValue":"%s"}]}`, ""},
	{"logs.amazonaws.com", "CreateLogStream", `{"logGroupName":"/aws/lambda/fn-%s","logStreamName":"2024/03/05/[$LATEST]"}`, ""},
	{"secretsmanager.amazonaws.com", "GetSecretValue", `{"secretId":"prod/db-%s"}`, ""},
}

// Record appends the next record to b.
func (g *Generator) Record(b []byte) []byte {
	c := calls[g.zip.Uint64()]
	user := g.rnd.IntN(g.Users)
	at := g.Start.Add(time.Duration(g.n) * g.Step)
	g.n++
	read := c.name[0] == 'D' || c.name[0] == 'G' || c.name[0] == 'L'
	b = append(b, `{"eventVersion":"1.09","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE`...)
	b = append(b, fmt.Sprintf(`%05d:user-%03d","arn":"arn:aws:sts::%s:assumed-role/engineer/user-%03d","accountId":"%s","accessKeyId":"ASIA%s"`,
		user%17, user, g.Account, user, g.Account, g.token(user))...)
	b = append(b, `,"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::111122223333:role/engineer","accountId":"111122223333","userName":"engineer"},"attributes":{"creationDate":"`...)
	b = at.Add(-time.Duration(g.rnd.IntN(3600))*time.Second).AppendFormat(b, time.RFC3339)
	b = append(b, `","mfaAuthenticated":"false"}}},"eventTime":"`...)
	b = at.AppendFormat(b, time.RFC3339)
	b = append(b, `","eventSource":"`+c.source+`","eventName":"`+c.name+`","awsRegion":"`+g.Region+`","sourceIPAddress":"`...)
	b = append(b, fmt.Sprintf(`10.%d.%d.%d","userAgent":"aws-sdk-go-v2/1.24.0 os/linux lang/go#1.21.5 md/GOOS#linux md/GOARCH#amd64 api/%s#1.45.0",`,
		user%4, user%250, g.rnd.IntN(250), c.name)...)
	b = append(b, `"requestParameters":`...)
	target := fmt.Sprintf("%05x", g.rnd.IntN(3000))
	b = append(b, fmt.Sprintf(c.params, target)...)
	if read {
		b = append(b, `,"responseElements":null`...)
	} else {
		b = append(b, `,"responseElements":{"requestId":"`+g.uuid()+`","_return":true}`...)
	}
	if g.rnd.IntN(20) == 0 {
		b = append(b, `,"errorCode":"AccessDenied","errorMessage":"User is not authorized to perform this operation because no identity-based policy allows it"`...)
	}
	b = append(b, `,"requestID":"`+g.uuid()+`","eventID":"`+g.uuid()+`","readOnly":`...)
	b = strconv.AppendBool(b, read)
	if c.resource != "" {
		b = append(b, `,"resources":[{"accountId":"`+g.Account+`","type":"`+c.resource+`","ARN":"arn:aws:x:::`+target+`"}]`...)
	}
	b = append(b, `,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"`+g.Account+`","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"`...)
	return append(b, c.source[:len(c.source)-len(".amazonaws.com")]+`.eu-west-1.amazonaws.com"},"additionalEventData":{"SignatureVersion":"SigV4","bytesTransferredOut":`+strconv.Itoa(g.rnd.IntN(9999))+`,"x-amz-id-2":"`+g.opaque()+`"}}`...)
}

// Log appends n records as the text of one log file.
func (g *Generator) Log(b []byte, n int) []byte {
	b = append(b, `{"Records":[`...)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = g.Record(b)
	}
	return append(b, `]}`...)
}

func (g *Generator) token(user int) string { return fmt.Sprintf("%012X", user*7919+g.n/5000) }

// opaque is 48 characters that no compression shortens below 36 bytes.
func (g *Generator) opaque() string {
	var b [36]byte
	for i := range b {
		b[i] = byte(g.rnd.Uint32())
	}
	return base64.StdEncoding.EncodeToString(b[:])
}

func (g *Generator) uuid() string {
	a, b := g.rnd.Uint64(), g.rnd.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", uint32(a), uint16(a>>32), uint16(a>>48)&0xfff, uint16(b)|0x8000, b>>16)
}
