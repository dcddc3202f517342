package profile

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Held is a profile whose credentials are loaded once, when they are first needed.
type Held struct {
	// Name of the profile; empty is the usual one.
	Name string

	mu   sync.Mutex
	own  aws.CredentialsProvider
	home string
}

// Load gives the credentials, which could be retrieved, and the profile's region. A failure is tried again by the next
// call.
func (h *Held) Load(ctx context.Context) (own aws.CredentialsProvider, home string, err error) {
	h.mu.Lock()
	own, home = h.own, h.home
	h.mu.Unlock()
	if own != nil {
		return own, home, nil
	}
	if own, home, err = Load(ctx, h.Name); err == nil {
		_, err = own.Retrieve(ctx)
	}
	if err != nil {
		return nil, "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.own, h.home = own, home
	return own, home, nil
}
