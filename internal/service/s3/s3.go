// Package s3 is the S3 face: the part of S3's REST interface, in path style, that clients need to read reports and
// logs and to upload evidence and templates. Served: ListBuckets, CreateBucket, HeadBucket, GetBucketLocation,
// ListObjects, ListObjectsV2, PutObject, GetObject, HeadObject, DeleteObject. Everything else answers NotImplemented.
package s3

import (
	"encoding/xml"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Service answers S3 requests that are authenticated already.
type Service struct {
	shelf *object.Shelf
	clock stamp.Source
	log   *slog.Logger
}

// New is a service over a shelf.
func New(shelf *object.Shelf, clock stamp.Source, log *slog.Logger) *Service {
	return &Service{shelf, clock, log}
}

// Serve answers one request of an account.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request, account, region string) {
	id := s.clock.NewID()
	w.Header().Set("x-amz-request-id", id)
	bucket, key, err := split(r.URL)
	if err == nil {
		err = s.route(w, r, account, region, bucket, key)
	}
	if err != nil {
		s.refuse(w, r, err, id)
	}
}

// split takes the bucket and the key out of the path as it was sent.
func split(u *url.URL) (bucket, key string, err error) {
	b, k, _ := strings.Cut(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	if bucket, err = url.PathUnescape(b); err == nil {
		key, err = url.PathUnescape(k)
	}
	if err != nil {
		err = fault.Invalidf("Key", "The path is not well encoded.").With("InvalidURI")
	}
	return bucket, key, err
}

// unserved are the sub-resources that name another operation than the plain ones.
var unserved = []string{"acl", "policy", "versioning", "versions", "uploads", "uploadId", "tagging", "lifecycle", "encryption", "cors", "logging", "notification", "replication", "website", "object-lock", "retention", "legal-hold", "publicAccessBlock", "ownershipControls", "policyStatus", "delete", "select", "restore", "torrent", "attributes"}

func (s *Service) route(w http.ResponseWriter, r *http.Request, account, region, bucket, key string) error {
	q := r.URL.Query()
	for _, sub := range unserved {
		if q.Has(sub) {
			return fault.New(fault.Invalid, "The operation on ?%s is not offered.", sub).With("NotImplemented")
		}
	}
	switch {
	case r.Header.Get("x-amz-copy-source") != "":
		return fault.New(fault.Invalid, "Copying objects is not offered.").With("NotImplemented")
	case bucket == "" && r.Method == http.MethodGet:
		return s.listBuckets(w, r, account)
	case key == "":
		return s.routeBucket(w, r, account, region, bucket, q)
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return s.getObject(w, r, account, bucket, key)
	case http.MethodPut:
		return s.putObject(w, r, account, bucket, key)
	case http.MethodDelete:
		if err := s.shelf.Delete(r.Context(), account, bucket, key); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return fault.New(fault.Invalid, "The method %s is not offered.", r.Method).With("NotImplemented")
}

func (s *Service) routeBucket(w http.ResponseWriter, r *http.Request, account, region, bucket string, q url.Values) error {
	switch r.Method {
	case http.MethodPut:
		w.Header().Set("Location", "/"+bucket)
		return s.shelf.CreateBucket(r.Context(), account, region, bucket, s.clock.Now())
	case http.MethodHead:
		b, err := s.shelf.Owned(r.Context(), account, bucket)
		w.Header().Set("x-amz-bucket-region", b.Region)
		return err
	case http.MethodGet:
		if q.Has("location") {
			return s.location(w, r, account, bucket)
		}
		return s.listObjects(w, r, account, bucket, q)
	}
	return fault.New(fault.Invalid, "The method %s on a bucket is not offered.", r.Method).With("NotImplemented")
}

// errorBody is S3's error document.
type errorBody struct {
	XMLName   xml.Name `xml:"Error"`
	Code      string
	Message   string
	Resource  string
	RequestID string `xml:"RequestId"`
}

var statuses = map[string]int{"NoSuchBucket": 404, "NoSuchKey": 404, "AccessDenied": 403, "NotImplemented": 501, "InternalError": 500, "ServiceUnavailable": 503}

func (s *Service) refuse(w http.ResponseWriter, r *http.Request, err error, id string) {
	e := errorBody{Code: "InternalError", Message: "We encountered an internal error. Please try again.", Resource: r.URL.Path, RequestID: id}
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal {
		e.Code, e.Message = f.Code, f.Message
		if e.Code == "" {
			e.Code = map[fault.Kind]string{fault.NotFound: "NoSuchKey", fault.Denied: "AccessDenied", fault.Unavailable: "ServiceUnavailable"}[f.Kind]
		}
		if e.Code == "" {
			e.Code = "InvalidRequest"
		}
	} else {
		s.log.Error("s3 request failed", "request", id, "error", err)
	}
	status := statuses[e.Code]
	if status == 0 {
		status = http.StatusBadRequest
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(status)
		return
	}
	writeXML(w, status, e)
}

func writeXML(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(xml.Header))
	_ = xml.NewEncoder(w).Encode(v) // the client is gone: there is nobody to tell
}

func wireTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
