package managed

import "github.com/tickmark/tickmark/internal/rule"

func kinesisRules() []rule.Rule {
	return []rule.Rule{streamEncrypted(), streamRetention(), videoRetention(), deliveryEncrypted()}
}

func streamEncrypted() rule.Rule {
	name := rule.Required("configuration.Name")
	typ := rule.Absent("configuration.StreamEncryption.EncryptionType", "NONE", "Kinesis leaves StreamEncryption out for a stream without encryption")
	return rule.Rule{
		Identifier: "KINESIS_STREAM_ENCRYPTED",
		Severity:   rule.Medium,
		Rationale: "Records wait in a stream for a day to a year. The stream must have server-side encryption with a KMS key, any one " +
			"(StreamEncryption with the type KMS).",
		Remediation: rule.Remediation{Hint: "Turn on server-side encryption of the stream."},
		Fields:      []*rule.Field{name, typ},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if c.Str(typ) != "KMS" {
				return c.Fail("The stream is not encrypted.")
			}
			return c.Pass("The stream is encrypted.")
		},
	}
}

// atLeastHours completes a rule about how many hours data is kept.
func atLeastHours(r rule.Rule, hours *rule.Field) rule.Rule {
	param := r.Params[0].Name
	r.Fields = []*rule.Field{hours}
	r.Check = func(c *rule.Context) rule.Result {
		if c.Int(hours) < c.Params.Int(param) {
			return c.Fail("Data is kept for fewer hours than required.")
		}
		return c.Pass("Data is kept for as long as required.")
	}
	return r
}

func streamRetention() rule.Rule {
	return atLeastHours(rule.Rule{
		Identifier: "KINESIS_STREAM_BACKUP_RETENTION_CHECK",
		Params: []rule.Param{{
			Name: "minimumBackupRetentionPeriod", Type: rule.Int, Default: "168", Min: 24, Max: 8760, Doc: "hours records must be kept at least",
		}},
		Severity: rule.Medium,
		Rationale: "What a consumer missed can be read again while the stream keeps it. The retention period of the stream must be at least minimumBackupRetentionPeriod hours, " +
			"168 (a week) unless given.",
		Remediation: rule.Remediation{Hint: "Lengthen the retention period of the stream."},
	}, rule.Required("configuration.RetentionPeriodHours"))
}

func videoRetention() rule.Rule {
	return atLeastHours(rule.Rule{
		Identifier: "KINESIS_VIDEO_STREAM_MINIMUM_DATA_RETENTION",
		Params: []rule.Param{{
			Name: "minDataRetentionInHours", Type: rule.Int, Required: true, Max: 87600, Doc: "hours video must be kept at least",
		}},
		Severity: rule.Medium,
		Rationale: "What a camera saw must still be there when somebody asks for it. The video stream must keep its data for at least minDataRetentionInHours hours; " +
			"a stream that keeps nothing has 0.",
		Remediation: rule.Remediation{Hint: "Lengthen the data retention of the video stream."},
	}, rule.Required("configuration.DataRetentionInHours"))
}

func deliveryEncrypted() rule.Rule {
	name := rule.Required("configuration.DeliveryStreamName")
	typ := rule.Absent("configuration.DeliveryStreamEncryptionConfigurationInput.KeyType", "", "Firehose tells no key of a delivery stream without server-side encryption")
	key := rule.Absent("configuration.DeliveryStreamEncryptionConfigurationInput.KeyARN", "", "Firehose names a key of the customer only")
	return rule.Rule{
		Identifier: "KINESIS_FIREHOSE_DELIVERY_STREAM_ENCRYPTED",
		Params:     []rule.Param{{Name: "kmsKeyArns", Type: rule.CSV, Doc: "ARNs of the keys that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "Records wait in a delivery stream until they are delivered. The delivery stream must have server-side encryption, with a key of AWS or of the customer; with one of " +
			"kmsKeyArns when that is given, which a key of AWS is not. A delivery stream that reads from an encrypted stream of Kinesis has none of its own, and fails.",
		Remediation: rule.Remediation{Hint: "Turn on server-side encryption of the delivery stream."},
		Fields:      []*rule.Field{name, typ, key},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if !c.Has(typ) {
				return c.Fail("The delivery stream is not encrypted.")
			}
			if !oneOfKeys(c.Str(key), c.Params.List("kmsKeyArns")) {
				return c.Fail("The delivery stream is encrypted with another key than allowed.")
			}
			return c.Pass("The delivery stream is encrypted.")
		},
	}
}
