package client

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloud/wire"
)

// What the models do not say about a few services.

// route53 answers ids with the path they have, and takes them without.
var idPath = regexp.MustCompile(`^/(hostedzone|change|delegationset)/`)

func prepare(op *models.Operation, in wire.Object) {
	if op.Service.Name != "route53" || op.Input == nil {
		return
	}
	for _, m := range op.Input.Members {
		if id, ok := in[m.Name].(string); ok {
			in[m.Name] = idPath.ReplaceAllString(id, "")
		}
	}
}

// bucketLabel is a bucket's name that a host can begin with: one label, as certificates are for one.
var bucketLabel = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)

// virtual moves the bucket from the path to the host.
func virtual(base url.URL, in wire.Object, path string) (host, rest string) {
	bucket, _ := in["Bucket"].(string)
	after, ok := strings.CutPrefix(path, "/"+bucket)
	if !bucketLabel.MatchString(bucket) || !ok {
		return base.Host, path
	}
	if after == "" {
		after = "/"
	}
	return bucket + "." + base.Host, after
}

// hiddenError tells an answer of S3 that begins as a success and turns out an error: it copies and joins objects while
// it holds the connection with white space.
func hiddenError(op *models.Operation, resp *http.Response) bool {
	if op.Service.Name != "s3" || op.Name != "CompleteMultipartUpload" && op.Name != "CopyObject" && op.Name != "UploadPartCopy" {
		return false
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	text := bytes.TrimSpace(body)
	if _, rest, found := bytes.Cut(text, []byte("?>")); found && bytes.HasPrefix(text, []byte("<?xml")) {
		text = bytes.TrimSpace(rest)
	}
	if err == nil && !bytes.HasPrefix(text, []byte("<Error>")) && !bytes.HasPrefix(text, []byte("<Error ")) && len(text) > 0 {
		return false
	}
	resp.StatusCode = http.StatusInternalServerError // so that it is repeated
	return true
}

// special mends answers that are not as the model has them.
func special(op *models.Operation, body []byte) []byte {
	if op.Service.Name == "s3" && op.Name == "GetBucketLocation" {
		// The model has a structure with the member that is the root.
		if i := bytes.Index(body, []byte("<LocationConstraint")); i >= 0 {
			return append(append([]byte("<r>"), body[i:]...), "</r>"...)
		}
	}
	return body
}
