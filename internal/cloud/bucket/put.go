package bucket

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"io"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/fault"
)

const (
	// partSize is the size of all parts but the last; some S3 take parts of one size only.
	partSize = 8 << 20
	// maxParts of one upload; S3 takes no more.
	maxParts = 10000
	// abortTime is how long an upload that failed may take to be aborted.
	abortTime = 10 * time.Second
)

// Put writes a file as its body is read. An error of the body comes back as it is.
func (s *S3) Put(ctx context.Context, f delivery.File, body io.Reader) error {
	own, home, err := s.credentials(ctx)
	if err != nil {
		return err
	}
	guess := f.Region
	if s.foreign() {
		guess = home
	}
	u := upload{file: f, body: body, s: s}
	region, err := s.region(ctx, own, f.Bucket, guess)
	if err == nil {
		u.at = s.target(own, region)
		err = u.run(ctx)
	}
	switch {
	case err == nil:
		return nil
	case u.broken != nil:
		return u.broken
	case ctx.Err() != nil:
		return ctx.Err()
	}
	s.forget(f.Bucket)
	return s.told(f, err)
}

// upload is one file on its way.
type upload struct {
	file   delivery.File
	body   io.Reader
	s      *S3
	at     client.Target
	part   bytes.Buffer
	last   bool  // the body has ended
	broken error // what was wrong with the body

	id   string
	done []any // the parts, as they are joined
}

// run sends a short file in one request, and a longer one in parts.
func (u *upload) run(ctx context.Context) error {
	if err := u.read(); err != nil {
		return err
	}
	if u.last {
		return u.whole(ctx)
	}
	out, err := u.do(ctx, "s3:CreateMultipartUpload", u.described())
	if err != nil {
		return err
	}
	u.id = client.String(out, "UploadId")
	if err := u.parts(ctx); err != nil {
		u.abort(ctx)
		return err
	}
	return nil
}

// read fills the part from the body.
func (u *upload) read() error {
	u.part.Reset()
	_, err := io.CopyN(&u.part, u.body, partSize)
	if u.last = errors.Is(err, io.EOF); u.last {
		return nil
	}
	u.broken = err
	return err
}

// do makes a call about the file.
func (u *upload) do(ctx context.Context, name string, in wire.Object) (wire.Object, error) {
	in["Bucket"], in["Key"] = u.file.Bucket, u.file.Key
	return u.s.client.Do(ctx, u.at, name, in)
}

// described is what the file is, beside its content.
func (u *upload) described() wire.Object {
	in := wire.Object{}
	if u.file.ContentType != "" {
		in["ContentType"] = u.file.ContentType
	}
	if len(u.file.Metadata) > 0 {
		metadata := wire.Object{}
		for k, v := range u.file.Metadata {
			metadata[k] = v
		}
		in["Metadata"] = metadata
	}
	// The owner of a bucket of AWS may read what was delivered, as AWS Config has it; policies of such buckets ask for it.
	if !u.s.foreign() {
		in["ACL"] = "bucket-owner-full-control"
	}
	if u.file.KMSKeyARN != "" {
		in["ServerSideEncryption"], in["SSEKMSKeyId"] = "aws:kms", u.file.KMSKeyARN
	}
	return in
}

func (u *upload) whole(ctx context.Context) error {
	in := u.described()
	in["Body"], in["ContentMD5"] = u.part.Bytes(), u.md5()
	_, err := u.do(ctx, "s3:PutObject", in)
	return err
}

// parts sends all parts and makes one file of them.
func (u *upload) parts(ctx context.Context) error {
	for n := int32(1); ; n++ {
		if n > maxParts {
			return fault.New(fault.Quota, "The file %s is longer than %d parts of %d MB, which S3 does not take.", u.file.Key, maxParts, partSize>>20).With("EntityTooLarge")
		}
		out, err := u.do(ctx, "s3:UploadPart", wire.Object{"UploadId": u.id, "PartNumber": int64(n), "Body": u.part.Bytes(), "ContentMD5": u.md5()})
		if err != nil {
			return err
		}
		u.done = append(u.done, wire.Object{"PartNumber": int64(n), "ETag": client.String(out, "ETag")})
		if u.last {
			break
		}
		if err := u.read(); err != nil {
			return err
		}
		if u.part.Len() == 0 {
			break
		}
	}
	_, err := u.do(ctx, "s3:CompleteMultipartUpload", wire.Object{"UploadId": u.id, "MultipartUpload": wire.Object{"Parts": u.done}})
	return err
}

// abort gives up what was sent, even when the caller has gone.
func (u *upload) abort(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTime)
	defer cancel()
	_, _ = u.do(ctx, "s3:AbortMultipartUpload", wire.Object{"UploadId": u.id})
}

// md5 of the part, which every S3 checks.
func (u *upload) md5() string {
	sum := md5.Sum(u.part.Bytes())
	return base64.StdEncoding.EncodeToString(sum[:])
}
