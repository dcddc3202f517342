package s3

import "net/http"

// Operation names what a request asks, as CloudTrail records it, and the bucket and key it is about.
func Operation(r *http.Request) (name, bucket, key string) {
	bucket, key, err := split(r.URL)
	if err != nil {
		return "", "", ""
	}
	verb := map[string]string{http.MethodGet: "Get", http.MethodHead: "Head", http.MethodPut: "Put", http.MethodDelete: "Delete", http.MethodPost: "Post"}[r.Method]
	switch {
	case verb == "":
		return "", bucket, key
	case key != "":
		return verb + "Object", bucket, key
	case bucket == "" && verb == "Get":
		return "ListBuckets", "", ""
	case verb == "Put":
		return "CreateBucket", bucket, ""
	case verb == "Get" && r.URL.Query().Has("location"):
		return "GetBucketLocation", bucket, ""
	case verb == "Get":
		return "ListObjects", bucket, ""
	}
	return verb + "Bucket", bucket, ""
}
