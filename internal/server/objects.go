package server

import (
	"context"
	"io"
	"net/http"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire/sigv4"
	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/object"
)

const maxObject = object.MaxSize

// objectBlobs gives the shelf the blob directory.
type objectBlobs struct{ *blob.Dir }

func (b objectBlobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b objectBlobs) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, hash)
}

// serveObject answers the S3 face for a caller that may read and write objects of its account, or was given a link.
func (s *Server) serveObject(w http.ResponseWriter, req *http.Request, caller authz.Caller) {
	operation := "GetObject"
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		operation = "PutObject"
	}
	id, _ := sigv4.Scope(req)
	answer := &status{ResponseWriter: w}
	if err := authz.Decide(caller, "s3", operation, caller.Account, ""); err != nil && !s.marked(req, caller.AccessKeyID) {
		s.registry.Refuse(answer, req, "s3", err)
	} else {
		s.s3.Serve(answer, req, caller.Account, id.Region)
	}
	s.observeObject(req, caller, id.Region, answer.code)
}
