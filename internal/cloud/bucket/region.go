package bucket

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/cloud/wire"
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
	out, err := s.client.Do(ctx, s.target(own, guess), "s3:HeadBucket", wire.Object{"Bucket": bucket})
	found := client.String(out, "BucketRegion")
	if err != nil {
		e, ok := errors.AsType[*wire.Error](err)
		if !ok {
			return "", err
		}
		found = e.Header.Get("X-Amz-Bucket-Region")
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
