package bucket

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

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
		u.client = s.client(own, region)
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
	client *s3.Client
	part   bytes.Buffer
	last   bool  // the body has ended
	broken error // what was wrong with the body

	id   *string
	done []types.CompletedPart
}

// run sends a short file in one request, and a longer one in parts.
func (u *upload) run(ctx context.Context) error {
	if err := u.read(); err != nil {
		return err
	}
	if u.last {
		return u.whole(ctx)
	}
	out, err := u.client.CreateMultipartUpload(ctx, u.begin())
	if err != nil {
		return err
	}
	u.id = out.UploadId
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

func (u *upload) begin() *s3.CreateMultipartUploadInput {
	in := &s3.CreateMultipartUploadInput{Bucket: &u.file.Bucket, Key: &u.file.Key, ContentType: &u.file.ContentType, Metadata: u.file.Metadata, ACL: u.acl()}
	if u.file.KMSKeyARN != "" {
		in.ServerSideEncryption, in.SSEKMSKeyId = types.ServerSideEncryptionAwsKms, &u.file.KMSKeyARN
	}
	return in
}

func (u *upload) whole(ctx context.Context) error {
	in := &s3.PutObjectInput{Bucket: &u.file.Bucket, Key: &u.file.Key, ContentType: &u.file.ContentType, Metadata: u.file.Metadata, ACL: u.acl(), Body: bytes.NewReader(u.part.Bytes()), ContentMD5: u.md5()}
	if u.file.KMSKeyARN != "" {
		in.ServerSideEncryption, in.SSEKMSKeyId = types.ServerSideEncryptionAwsKms, &u.file.KMSKeyARN
	}
	_, err := u.client.PutObject(ctx, in)
	return err
}

// parts sends all parts and makes one file of them.
func (u *upload) parts(ctx context.Context) error {
	for n := int32(1); ; n++ {
		if n > maxParts {
			return fault.New(fault.Quota, "The file %s is longer than %d parts of %d MB, which S3 does not take.", u.file.Key, maxParts, partSize>>20).With("EntityTooLarge")
		}
		out, err := u.client.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: &u.file.Bucket, Key: &u.file.Key, UploadId: u.id, PartNumber: &n, Body: bytes.NewReader(u.part.Bytes()), ContentMD5: u.md5(),
		})
		if err != nil {
			return err
		}
		u.done = append(u.done, types.CompletedPart{PartNumber: new(n), ETag: out.ETag, ChecksumCRC32: out.ChecksumCRC32})
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
	_, err := u.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &u.file.Bucket, Key: &u.file.Key, UploadId: u.id, MultipartUpload: &types.CompletedMultipartUpload{Parts: u.done},
	})
	return err
}

// abort gives up what was sent, even when the caller has gone.
func (u *upload) abort(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTime)
	defer cancel()
	_, _ = u.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &u.file.Bucket, Key: &u.file.Key, UploadId: u.id})
}

// md5 of the part, where the SDK's own checksums are not sent.
func (u *upload) md5() *string {
	if !u.s.foreign() {
		return nil
	}
	sum := md5.Sum(u.part.Bytes())
	return new(base64.StdEncoding.EncodeToString(sum[:]))
}

// acl lets the owner of a bucket of AWS read what was delivered, as AWS Config does; policies of such buckets ask for it.
func (u *upload) acl() types.ObjectCannedACL {
	if u.s.foreign() {
		return ""
	}
	return types.ObjectCannedACLBucketOwnerFullControl
}
