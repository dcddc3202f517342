package local

// Live is how many processes there are.
func Live(r *Runner) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.places
}

// ParseFailure is parseFailure, for the fuzz test.
var ParseFailure = parseFailure

// Payload is payload, for the fuzz test.
var Payload = payload
