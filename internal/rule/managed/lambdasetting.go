package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func lambdaSettingRules() []rule.Rule {
	return []rule.Rule{
		functionConcurrency(), functionDeadLetters(), functionSettings(), functionZones(), functionTraced(), functionLogsJSON(),
		functionLogLevel("LAMBDA_FUNCTION_APPLICATION_LOG_LEVEL_CHECK", "application", "applicationLogLevel", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"),
		functionLogLevel("LAMBDA_FUNCTION_SYSTEM_LOG_LEVEL_CHECK", "system", "systemLogLevel", "DEBUG", "INFO", "WARN"),
	}
}

func functionConcurrency() rule.Rule {
	arn := rule.Required("configuration.functionArn")
	limit := rule.Absent("supplementaryConfiguration.Concurrency.reservedConcurrentExecutions", nil, "Lambda GetFunctionConcurrency answers nothing for a function without a limit")
	return rule.Rule{
		Identifier: "LAMBDA_CONCURRENCY_CHECK",
		Params: []rule.Param{
			{Name: "ConcurrencyLimitHigh", Type: rule.Int, Doc: "the limit must be at most this"},
			{Name: "ConcurrencyLimitLow", Type: rule.Int, Doc: "the limit must be at least this"},
		},
		Severity: rule.Medium,
		Rationale: "A function without a limit can take the concurrency of all others in its account. The function must have reserved concurrency, within ConcurrencyLimitLow and " +
			"ConcurrencyLimitHigh where given. A limit of 0, which stops the function, is a limit.",
		Remediation: rule.Remediation{Hint: "Reserve concurrency for the function."},
		Fields:      []*rule.Field{arn, limit},
		Check: func(c *rule.Context) rule.Result {
			c.Str(arn)
			if !c.Has(limit) {
				return c.Fail("The function has no concurrency limit.")
			}
			n := c.Int(limit)
			if c.Params.Has("ConcurrencyLimitHigh") && n > c.Params.Int("ConcurrencyLimitHigh") {
				return c.Fail("The concurrency limit is above the highest allowed.")
			}
			if n < c.Params.Int("ConcurrencyLimitLow") {
				return c.Fail("The concurrency limit is below the lowest allowed.")
			}
			return c.Pass("The function has a concurrency limit.")
		},
	}
}

func functionDeadLetters() rule.Rule {
	arn := rule.Required("configuration.functionArn")
	target := rule.Absent("configuration.deadLetterConfig.targetArn", "", "Lambda leaves it out for a function without a dead-letter queue")
	return rule.Rule{
		Identifier: "LAMBDA_DLQ_CHECK",
		Params:     []rule.Param{{Name: "dlqArns", Type: rule.CSV, Doc: "ARNs of the queues and topics that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "An event a function failed on is lost, unless it is put aside. The function must have a dead-letter queue, one of dlqArns when that is given. Destinations for " +
			"failed events do not count.",
		Remediation: rule.Remediation{Hint: "Give the function an SQS queue or SNS topic for events it fails on."},
		Fields:      []*rule.Field{arn, target},
		Check: func(c *rule.Context) rule.Result {
			c.Str(arn)
			if !c.Has(target) {
				return c.Fail("The function has no dead-letter queue.")
			}
			if !allowed(c.Params.List("dlqArns"), c.Str(target)) {
				return c.Fail("The function has another dead-letter queue than allowed.")
			}
			return c.Pass("The function has a dead-letter queue.")
		},
	}
}

func functionSettings() rule.Rule {
	kind := rule.Absent("configuration.packageType", "Zip", "items of before functions from images do not tell it, and are of functions from archives")
	runtime := rule.Absent("configuration.runtime", "", "only a function from an image has no runtime")
	role, memory, timeout := rule.Required("configuration.role"), rule.Required("configuration.memorySize"), rule.Required("configuration.timeout")
	return rule.Rule{
		Identifier: "LAMBDA_FUNCTION_SETTINGS_CHECK",
		Params: []rule.Param{
			{Name: "runtime", Type: rule.CSV, Required: true, Doc: "the runtimes that are allowed"},
			{Name: "role", Doc: "name or ARN of the role every function must have"},
			{Name: "memorySize", Type: rule.Int, Min: 128, Max: 10240, Doc: "the megabytes of memory every function must have, exactly; not asked when not given"},
			{Name: "timeout", Type: rule.Int, Min: 1, Max: 900, Doc: "the seconds of timeout every function must have, exactly; not asked when not given"},
		},
		Severity: rule.Medium,
		Rationale: "A runtime without support gets no fixes for the holes that are found in it. The runtime of the function must be one of the parameter, and its role, memory and timeout " +
			"those of the parameters where given. Functions from images and with a runtime of the operating system only (provided) are not judged.",
		Remediation: rule.Remediation{Hint: "Move the function to an allowed runtime, and give it the required role, memory and timeout."},
		Fields:      []*rule.Field{kind, runtime, role, memory, timeout},
		Check: func(c *rule.Context) rule.Result {
			r, has := c.Str(runtime), c.Str(role)
			if c.Str(kind) == "Image" || strings.HasPrefix(r, "provided") {
				return c.Skip("The function brings its own runtime.")
			}
			if !slices.Contains(c.Params.List("runtime"), r) {
				return c.Fail("The runtime " + r + " is not allowed.")
			}
			if want := c.Params.Str("role"); want != "" && has != want && !strings.HasSuffix(has, "/"+want) {
				return c.Fail("The role of the function is not the required one.")
			}
			if c.Params.Has("memorySize") && c.Int(memory) != c.Params.Int("memorySize") {
				return c.Fail("The memory of the function is not as required.")
			}
			if c.Params.Has("timeout") && c.Int(timeout) != c.Params.Int("timeout") {
				return c.Fail("The timeout of the function is not as required.")
			}
			return c.Pass("The settings of the function are as required.")
		},
	}
}

func functionZones() rule.Rule {
	const subnet = "AWS::EC2::Subnet"
	arn := rule.Required("configuration.functionArn")
	subnets := rule.Absent("configuration.vpcConfig.subnetIds", nil, "Lambda leaves it out for a function that never was in a VPC")
	zone := rule.Required("configuration.availabilityZone").Of(subnet)
	return rule.Rule{
		Identifier: "LAMBDA_VPC_MULTI_AZ_CHECK",
		Params:     []rule.Param{{Name: "availabilityZones", Type: rule.Int, Default: "2", Min: 2, Doc: "the zones a function must be in at least"}},
		Severity:   rule.Medium,
		Rationale: "When a zone fails, a function with subnets in another zone goes on. The subnets of a function in a VPC must be in as many zones as availabilityZones says, two " +
			"at least. Functions outside of a VPC, which Lambda spreads itself, are not judged.",
		Remediation: rule.Remediation{Hint: "Attach the function to subnets in more zones."},
		Fields:      []*rule.Field{arn, subnets, zone},
		Uses:        []string{subnet},
		Check: func(c *rule.Context) rule.Result {
			c.Str(arn)
			if c.Len(subnets) == 0 {
				return c.Skip("The function is not in a VPC.")
			}
			zones := map[string]bool{}
			for id := range c.Strings(subnets) {
				s, ok := c.Find(subnet, id)
				if !ok {
					return c.Unknown("The subnet " + id + " is not recorded.")
				}
				zones[s.Str(zone)] = true
			}
			if int64(len(zones)) < c.Params.Int("availabilityZones") {
				return c.Fail("The function is in fewer zones than required.")
			}
			return c.Pass("The function is in as many zones as required.")
		},
	}
}

func functionTraced() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "LAMBDA_FUNCTION_XRAY_ENABLED",
		Severity:   rule.Low,
		Rationale: "A trace shows where a request spent its time and where it failed. The tracing mode of the function must be Active; PassThrough leaves it to the " +
			"caller.",
		Remediation: rule.Remediation{Hint: "Turn on active tracing of the function.", Document: "AWSConfigRemediation-ConfigureLambdaFunctionXRayTracing"},
	}, nil, rule.Required("configuration.tracingConfig.mode"), []string{"Active"}, "Active tracing is on.", "Active tracing is off.")
}

func functionLogsJSON() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "LAMBDA_FUNCTION_LOG_FORMAT_JSON",
		Severity:   rule.Low,
		Rationale: "Logs with fields can be searched and filtered by level; lines of text cannot. The log format of the function must be JSON, not " +
			"Text.",
		Remediation: rule.Remediation{Hint: "Set the log format of the function to JSON."},
	}, nil, rule.Required("configuration.loggingConfig.logFormat"), []string{"JSON"}, "The function logs JSON.", "The function logs text.")
}

func functionLogLevel(identifier, what, key string, levels ...string) rule.Rule {
	format := rule.Required("configuration.loggingConfig.logFormat")
	level := rule.Absent("configuration.loggingConfig."+key, "INFO", "INFO is the default level of JSON logs")
	return rule.Rule{
		Identifier: identifier,
		Params:     []rule.Param{{Name: "logLevel", Type: rule.CSV, Required: true, Enum: levels, Doc: "the levels that are allowed"}},
		Severity:   rule.Low,
		Rationale: "What is below the level is never written, and what is far below it drowns the rest. The " + what + " log level of the function must be one that logLevel names. Functions " +
			"that log text, which have no level, are not judged.",
		Remediation: rule.Remediation{Hint: "Set the " + what + " log level of the function."},
		Fields:      []*rule.Field{format, level},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(format) != "JSON" {
				return c.Skip("The function does not log JSON.")
			}
			if !slices.Contains(c.Params.List("logLevel"), c.Str(level)) {
				return c.Fail("The " + what + " log level " + c.Str(level) + " is not allowed.")
			}
			return c.Pass("The log level is allowed.")
		},
	}
}
