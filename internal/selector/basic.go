package selector

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/trail"
)

// The limits of basic selectors.
const (
	MaxBasic     = 5
	MaxResources = 250
)

// services are the types of which basic selectors take data events, with the service in their ARNs.
var services = map[string]string{"AWS::S3::Object": "s3", "AWS::Lambda::Function": "lambda", "AWS::DynamoDB::Table": "dynamodb"}

// CompileBasic checks basic selectors and compiles them. Fault: InvalidEventSelectorsException.
func CompileBasic(basic []Basic) (*Set, error) {
	if len(basic) == 0 || len(basic) > MaxBasic {
		return nil, invalid("A trail has 1 to %d event selectors.", MaxBasic)
	}
	set, resources := &Set{}, 0
	for i := range basic {
		b := &basic[i]
		if !slices.Contains([]string{All, ReadOnly, WriteOnly}, b.ReadWrite) {
			return nil, invalid("ReadWriteType is All, ReadOnly or WriteOnly, not %q.", b.ReadWrite)
		}
		for _, source := range b.Exclude {
			if !slices.Contains(kmsAndData, source) {
				return nil, invalid("ExcludeManagementEventSources takes %s, not %q.", strings.Join(kmsAndData, " and "), source)
			}
		}
		if b.Management {
			c := b.rw(trail.Management)
			if len(b.Exclude) > 0 {
				c.add(&Field{Field: "eventSource", NotEquals: b.Exclude})
			}
			set.selectors = append(set.selectors, c)
		}
		for _, r := range b.Resources {
			if resources += len(r.Values); resources > MaxResources {
				return nil, invalid("The event selectors of a trail have at most %d data resources.", MaxResources)
			}
			arns, err := r.arns()
			if err != nil {
				return nil, err
			}
			c := b.rw(trail.Data)
			c.typ = r.Type
			c.add(&arns)
			set.selectors = append(set.selectors, c)
		}
	}
	return set, nil
}

func (b *Basic) rw(category string) selector {
	return selector{category: category, readOnly: map[string]string{ReadOnly: "true", WriteOnly: "false"}[b.ReadWrite]}
}

// arns is what the values ask of ARNs: those of S3 begin object keys, others name a function or a table, and an ARN cut
// behind its service means all there are.
func (r *DataResource) arns() (Field, error) {
	f := Field{Field: "resources.ARN"}
	service := services[r.Type]
	if service == "" {
		return f, invalid("Value %s for DataResources.Type is invalid: it is AWS::S3::Object, AWS::Lambda::Function or AWS::DynamoDB::Table. Advanced event selectors know more types.", r.Type)
	}
	if len(r.Values) == 0 {
		return f, invalid("DataResources of type %s need Values.", r.Type)
	}
	for _, v := range r.Values {
		parts := strings.SplitN(v, ":", 6)
		if len(v) > maxLength || strings.ContainsAny(v, "*?\r\n") || len(parts) < 3 || parts[0] != "arn" || !strings.HasPrefix(parts[1], "aws") || parts[2] != service {
			return f, invalid("Value %s for DataResources.Values is invalid.", v)
		}
		whole := len(parts) == 3 || v == strings.Join(parts[:3], ":")+":::"
		switch {
		case whole && service == "s3", whole && len(parts) == 3:
			f.StartsWith = append(f.StartsWith, strings.Join(parts[:3], ":")+":")
		case len(parts) < 6 || parts[5] == "" || service == "s3" && !strings.Contains(parts[5], "/"):
			return f, invalid("Value %s for DataResources.Values is invalid.", v)
		case service == "s3":
			f.StartsWith = append(f.StartsWith, v)
		default:
			f.Equals = append(f.Equals, v)
			f.StartsWith = append(f.StartsWith, v+":", v+"/")
		}
	}
	return f, nil
}
