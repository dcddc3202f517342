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
	"net/http"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/cloud/profile"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/stamp"
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
	client *client.Client
	target client.Target // but for the region
}

// attempts of one invocation. One whose answer was lost is made again, as clients of the SDK do.
const attempts = 3

// New reads the profile. Nothing is asked of AWS yet.
func New(ctx context.Context, o Options) (*Cloud, error) {
	keys, _, err := profile.Load(ctx, o.Profile)
	if err != nil {
		return nil, fault.Invalidf("lambda-profile", "The AWS profile %q cannot be used: %v.", o.Profile, err)
	}
	return &Cloud{
		client: client.New(&http.Client{}, stamp.System, attempts, 0), // functions run for up to 15 minutes
		target: client.Target{Credentials: keys, EndpointURL: o.EndpointURL},
	}, nil
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
	at := c.target
	at.Region = region
	out, err := c.client.Do(ctx, at, "lambda:Invoke", wire.Object{
		"FunctionName": in.FunctionARN, "Payload": []byte(in.Event), "InvocationType": "RequestResponse", "LogType": "Tail",
	})
	if err != nil {
		return function.Answer{}, failure(in.FunctionARN, err)
	}
	return answer(out), nil
}

func answer(out wire.Object) function.Answer {
	payload, _ := out["Payload"].([]byte)
	a := function.Answer{Payload: payload}
	if log, err := base64.StdEncoding.DecodeString(client.String(out, "LogResult")); err == nil {
		a.Log = string(log)
	}
	if kind := client.String(out, "FunctionError"); kind != "" {
		told := struct{ ErrorType, ErrorMessage string }{}
		if json.Unmarshal(payload, &told) != nil || told.ErrorType == "" {
			told.ErrorType = kind
		}
		a.Failure = &function.Failure{Type: told.ErrorType, Message: told.ErrorMessage}
	}
	return a
}

// failure tells what an operator can do about a function that was not run.
func failure(arn string, err error) error {
	known, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return &fault.Error{Kind: fault.Unavailable, Type: "function", ID: arn, Message: "AWS Lambda cannot be reached to run the function " + arn + ".", Err: err}
	}
	kind := fault.Unavailable
	switch code := known.Code; {
	case code == "ResourceNotFoundException":
		kind = fault.NotFound
	case strings.HasPrefix(code, "AccessDenied"), code == "UnrecognizedClientException", code == "ExpiredTokenException":
		kind = fault.Denied
	case code == "TooManyRequestsException":
		kind = fault.Throttled
	}
	return &fault.Error{
		Kind: kind, Type: "function", ID: arn, Err: err,
		Message: "AWS Lambda did not run the function " + arn + ": " + known.Code + ": " + known.Message,
	}
}
