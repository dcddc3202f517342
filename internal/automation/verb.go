package automation

import "strings"

// readVerbs begin the names of operations that change nothing.
var readVerbs = []string{"Describe", "Get", "List", "BatchGet", "Head", "Lookup", "Search"}

// Operation is the API's name of an operation, which documents spell DescribeInstances or describe_instances.
func Operation(api string) string {
	if strings.Contains(api, "_") || strings.ToLower(api) == api {
		words := strings.Split(api, "_")
		for i, w := range words {
			if w != "" {
				words[i] = strings.ToUpper(w[:1]) + w[1:]
			}
		}
		api = strings.Join(words, "")
	}
	return api
}

// Reads tells by its verb whether an operation only reads.
func Reads(api string) bool {
	api = Operation(api)
	for _, v := range readVerbs {
		if rest, ok := strings.CutPrefix(api, v); ok && (rest == "" || rest[0] >= 'A' && rest[0] <= 'Z') {
			return true
		}
	}
	return false
}
