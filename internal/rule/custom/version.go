package custom

import "strings"

// TextOf tells the runtime of the policy that a version names, and the SHA-256 of its text in hexadecimal; not ok for
// the version of another rule.
func TextOf(version string) (runtime, hash string, ok bool) {
	runtime, rest, _ := strings.Cut(version, "/sha256-")
	hash, _, ok = strings.Cut(rest, "/")
	return runtime, hash, ok && len(hash) == 64 && (runtime == Guard || runtime == CEL)
}
