package scan

import (
	"encoding/json"
	"strconv"
	"strings"
)

// withParameters are a rule's parameters as JSON text: those of a control, and over them those given for it.
func withParameters(id, base string, given map[string]string) string {
	all := map[string]any{}
	for key, value := range given {
		i := strings.LastIndexByte(key, '.')
		if i > 0 && strings.EqualFold(key[:i], id) {
			all[key[i+1:]] = value
		}
	}
	if len(all) == 0 {
		return base
	}
	if base != "" {
		var under map[string]any
		if json.Unmarshal([]byte(base), &under) == nil {
			for k, v := range under {
				if _, over := all[k]; !over {
					all[k] = v
				}
			}
		}
	}
	b, _ := json.Marshal(all) // texts, and what was JSON before
	return string(b)
}

// counted is a number of things in words.
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}
