package automation

import "strings"

// readVerbs begin the names of operations that change nothing.
var readVerbs = []string{"Describe", "Get", "List", "BatchGet", "Head", "Lookup", "Search"}

// Reads tells by its verb whether an operation only reads. Documents spell it DescribeInstances or describe_instances.
func Reads(api string) bool {
	if strings.Contains(api, "_") || strings.ToLower(api) == api {
		words := strings.Split(api, "_")
		for i, w := range words {
			if w != "" {
				words[i] = strings.ToUpper(w[:1]) + w[1:]
			}
		}
		api = strings.Join(words, "")
	}
	for _, v := range readVerbs {
		if rest, ok := strings.CutPrefix(api, v); ok && (rest == "" || rest[0] >= 'A' && rest[0] <= 'Z') {
			return true
		}
	}
	return false
}
