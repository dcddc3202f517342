package aws

const evidentlyEnded = "CloudWatch Evidently has ended: no API reads its resources any more"

// importOnly are types that rules read and no API reaches: only what AWS Config recorded of them can be judged.
var importOnly = map[string]string{
	"AWS::Evidently::Launch":  evidentlyEnded,
	"AWS::Evidently::Project": evidentlyEnded,
	"AWS::Evidently::Segment": evidentlyEnded,
}

// ImportOnly says why a type that rules read has no collector; "" when it has one, or no rule reads it.
func ImportOnly(name string) string { return importOnly[name] }
