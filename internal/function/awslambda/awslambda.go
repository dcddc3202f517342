// Package awslambda runs the functions of custom rules where they are: in AWS Lambda, by name or ARN.
//
// The credentials are those of a profile of the AWS configuration files that the operator names. Keys and
// AWS_ENDPOINT_URL variables of our own environment are not used: they may well be those of 'tickmark env', which lead
// back to us.
package awslambda

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
)

// Options of a Cloud.
type Options struct {
	// Profile is the profile to take credentials from; it may name a role to assume.
	Profile string
	// EndpointURL replaces the address of Lambda; empty is that of the function's region.
	EndpointURL string
}

// Cloud is the real Lambda. It implements function.Invoker.
type Cloud struct {
	// invoke is one call in a region; a function, so that no client hides in an interface.
	invoke func(ctx context.Context, region string, in *lambda.InvokeInput) (*lambda.InvokeOutput, error)
}

// New reads the profile. Nothing is asked of AWS yet.
func New(ctx context.Context, o Options) (*Cloud, error) {
	// The switch of the SDK itself: clients that it makes for credentials obey it too.
	if err := os.Setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"); err != nil {
		return nil, err
	}
	c, err := config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(o.Profile))
	if err != nil {
		return nil, fault.Invalidf("lambda-profile", "The AWS profile %q cannot be used: %v.", o.Profile, err)
	}
	return &Cloud{func(ctx context.Context, region string, in *lambda.InvokeInput) (*lambda.InvokeOutput, error) {
		client := lambda.NewFromConfig(c, func(l *lambda.Options) {
			l.Region = region
			if o.EndpointURL != "" {
				l.BaseEndpoint = aws.String(o.EndpointURL)
			}
		})
		return client.Invoke(ctx, in)
	}}, nil
}

// Invoke implements function.Invoker.
func (c *Cloud) Invoke(ctx context.Context, in function.Invocation) (function.Answer, error) {
	name, err := function.ParseName(in.FunctionARN)
	if err != nil {
		return function.Answer{}, err
	}
	region := name.Region
	if region == "" {
		region = in.Region
	}
	if in.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, in.Timeout)
		defer cancel()
	}
	out, err := c.invoke(ctx, region, &lambda.InvokeInput{
		FunctionName: aws.String(in.FunctionARN), Payload: in.Event,
		InvocationType: types.InvocationTypeRequestResponse, LogType: types.LogTypeTail,
	})
	if err != nil {
		return function.Answer{}, failure(in.FunctionARN, err)
	}
	return answer(out), nil
}

func answer(out *lambda.InvokeOutput) function.Answer {
	a := function.Answer{Payload: out.Payload}
	if log, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult)); err == nil {
		a.Log = string(log)
	}
	if kind := aws.ToString(out.FunctionError); kind != "" {
		told := struct{ ErrorType, ErrorMessage string }{}
		if json.Unmarshal(out.Payload, &told) != nil || told.ErrorType == "" {
			told.ErrorType = kind
		}
		a.Failure = &function.Failure{Type: told.ErrorType, Message: told.ErrorMessage}
	}
	return a
}

// failure tells what an operator can do about a function that was not run.
func failure(arn string, err error) error {
	var known smithy.APIError
	if !errors.As(err, &known) {
		return &fault.Error{Kind: fault.Unavailable, Type: "function", ID: arn, Message: "AWS Lambda cannot be reached to run the function " + arn + ".", Err: err}
	}
	kind := fault.Unavailable
	switch code := known.ErrorCode(); {
	case code == "ResourceNotFoundException":
		kind = fault.NotFound
	case strings.HasPrefix(code, "AccessDenied"), code == "UnrecognizedClientException", code == "ExpiredTokenException":
		kind = fault.Denied
	case code == "TooManyRequestsException":
		kind = fault.Throttled
	}
	return &fault.Error{
		Kind: kind, Type: "function", ID: arn, Err: err,
		Message: "AWS Lambda did not run the function " + arn + ": " + known.ErrorCode() + ": " + known.ErrorMessage(),
	}
}
