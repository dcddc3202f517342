package bucket

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// maxRegions bounds how many buckets' regions are remembered.
const maxRegions = 1000

// region is where a bucket lies. Who is in the wrong region, or may not ask, is told the right one in a header all the
// same; an endpoint that knows no regions leaves it at the one that was guessed. It is an error that nobody answers.
func (s *S3) region(ctx context.Context, own aws.CredentialsProvider, bucket, guess string) (string, error) {
	s.mu.Lock()
	known := s.regions[bucket]
	s.mu.Unlock()
	if known != "" {
		return known, nil
	}
	out, err := s.client(own, guess).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	found := ""
	if err == nil {
		found = aws.ToString(out.BucketRegion)
	} else {
		re, ok := errors.AsType[*awshttp.ResponseError](err)
		if !ok || re.Response == nil {
			return "", err
		}
		found = re.Response.Header.Get("X-Amz-Bucket-Region")
	}
	if found == "" {
		return guess, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.regions) >= maxRegions {
		clear(s.regions)
	}
	s.regions[bucket] = found
	return found, nil
}

// forget makes the next upload ask again where a bucket lies: it may have been made anew elsewhere.
func (s *S3) forget(bucket string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.regions, bucket)
}
