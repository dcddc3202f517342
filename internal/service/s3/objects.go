package s3

import (
	"net/http"
	"strings"

	"github.com/tickmark/tickmark/internal/object"
)

const metaPrefix = "X-Amz-Meta-"

func (s *Service) getObject(w http.ResponseWriter, r *http.Request, account, bucket, key string) error {
	o, body, err := s.shelf.Get(r.Context(), account, bucket, key)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("ETag", o.ETag())
	h.Set("Content-Type", o.ContentType)
	// Objects come from anywhere and are served from the console's own origin: a browser must not run them.
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Disposition", "attachment")
	for k, v := range o.Metadata {
		h["x-amz-meta-"+k] = []string{v} // not Set: clients keep the case of what follows the prefix, and S3 sends lower case
	}
	http.ServeContent(w, r, "", o.Modified, body)
	return nil
}

func (s *Service) putObject(w http.ResponseWriter, r *http.Request, account, bucket, key string) error {
	o := object.Object{Bucket: bucket, Key: key, ContentType: r.Header.Get("Content-Type"), Modified: s.clock.Now(), Metadata: map[string]string{}}
	if o.ContentType == "" {
		o.ContentType = "application/octet-stream"
	}
	for name, v := range r.Header {
		if k, ok := strings.CutPrefix(name, metaPrefix); ok {
			o.Metadata[strings.ToLower(k)] = strings.Join(v, ",")
		}
	}
	o, err := s.shelf.Put(r.Context(), account, o, r.Body)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", o.ETag())
	return nil
}
