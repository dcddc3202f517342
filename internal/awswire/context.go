package awswire

import "context"

// Caller is who sent a request, and the account and region it speaks to.
type Caller struct {
	Account, Region string
	// PrincipalARN and UserID are as sts GetCallerIdentity tells them.
	PrincipalARN, UserID string
	AccessKeyID          string
	// SessionName is the role session's name; empty for users.
	SessionName string
	// SourceIP and UserAgent are the request's.
	SourceIP, UserAgent string
}

type callerKey struct{}

type requestIDKey struct{}

// WithCaller returns a context that carries the caller.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerFrom is the caller of the request ctx belongs to; the zero Caller outside a request.
func CallerFrom(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// RequestID is the id of the request ctx belongs to; empty outside a request.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

func withRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// Val is what p points to, or the zero value.
func Val[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
