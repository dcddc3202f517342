package client

import "strings"

// usual is the rate with which an operation begins.
type usual struct{ perSecond, burst float64 }

// Rates of AWS that are published or well known, by service or "service:Operation"; they are where calls begin, and AWS
// corrects them by throttling. A name that ends in "*" is one rate that all operations share.
var rates = map[string]usual{
	// EC2 gives every describing call of its own 20 a second, and 100 at once; the ones without pages or filters 10 and 50.
	"ec2":                                  {20, 100},
	"apigateway*":                          {10, 40},
	"apigatewayv2*":                        {10, 40},
	"route53*":                             {5, 5},
	"cloudcontrol":                         {10, 20},
	"cloudtrail":                           {10, 10},
	"cloudtrail:LookupEvents":              {2, 2},
	"organizations":                        {10, 20},
	"lambda":                               {15, 15},
	"dynamodb":                             {50, 50},
	"kms":                                  {50, 100},
	"s3":                                   {100, 200},
	"s3control":                            {20, 20},
	"sqs":                                  {100, 200},
	"sns":                                  {30, 30},
	"sts":                                  {50, 100},
	"iam":                                  {15, 30},
	"logs":                                 {10, 10},
	"secretsmanager":                       {40, 40},
	"secretsmanager:ListSecrets":           {50, 50},
	"ecs":                                  {20, 50},
	"ssm":                                  {20, 20},
	"config":                               {10, 10},
	"config:SelectResourceConfig":          {4, 4},
	"config:SelectAggregateResourceConfig": {4, 4},
	"acm":                                  {10, 10},
}

// standard is for what is not in the table.
var standard = usual{10, 20}

// usualRate finds the group of calls that share a rate, and the rate.
func usualRate(service, operation string) (group string, rate usual) {
	if r, ok := rates[service+"*"]; ok {
		return service, r
	}
	name := service + ":" + operation
	if r, ok := rates[name]; ok {
		return name, r
	}
	r, ok := rates[service]
	if !ok {
		r = standard
	}
	if !reads(operation) {
		r.perSecond, r.burst = min(r.perSecond, 10), min(r.burst, 10)
	}
	return name, r
}

func reads(operation string) bool {
	for _, p := range []string{"Get", "List", "Describe", "BatchGet", "Head", "Lookup", "Select"} {
		if strings.HasPrefix(operation, p) {
			return true
		}
	}
	return false
}
