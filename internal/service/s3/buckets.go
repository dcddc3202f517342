package s3

import (
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
)

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

type bucketList struct {
	XMLName xml.Name    `xml:"ListAllMyBucketsResult"`
	NS      string      `xml:"xmlns,attr"`
	Owner   string      `xml:"Owner>ID"`
	Buckets []bucketRow `xml:"Buckets>Bucket"`
}

type bucketRow struct{ Name, CreationDate string }

func (s *Service) listBuckets(w http.ResponseWriter, r *http.Request, account string) error {
	bs, err := s.shelf.Buckets(r.Context(), account)
	if err != nil {
		return err
	}
	out := bucketList{NS: namespace, Owner: account}
	for _, b := range bs {
		out.Buckets = append(out.Buckets, bucketRow{b.Name, wireTime(b.Created)})
	}
	writeXML(w, http.StatusOK, out)
	return nil
}

type locationBody struct {
	XMLName xml.Name `xml:"LocationConstraint"`
	NS      string   `xml:"xmlns,attr"`
	Region  string   `xml:",chardata"`
}

func (s *Service) location(w http.ResponseWriter, r *http.Request, account, bucket string) error {
	b, err := s.shelf.Owned(r.Context(), account, bucket)
	if err != nil {
		return err
	}
	region := b.Region
	if region == "us-east-1" {
		region = "" // as S3 has it
	}
	writeXML(w, http.StatusOK, locationBody{NS: namespace, Region: region})
	return nil
}

// listing is the answer of both list operations; the members of the other one stay empty.
type listing struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	NS                    string   `xml:"xmlns,attr"`
	Name, Prefix          string
	Marker                *string `xml:",omitempty"`
	NextMarker            string  `xml:",omitempty"`
	ContinuationToken     string  `xml:",omitempty"`
	NextContinuationToken string  `xml:",omitempty"`
	StartAfter            string  `xml:",omitempty"`
	KeyCount              *int    `xml:",omitempty"`
	MaxKeys               int
	Delimiter             string `xml:",omitempty"`
	EncodingType          string `xml:",omitempty"`
	IsTruncated           bool
	Contents              []entry
	CommonPrefixes        []prefixRow
}

type entry struct {
	Key, LastModified, ETag string
	Size                    int64
	StorageClass            string
}

type prefixRow struct{ Prefix string }

func (s *Service) listObjects(w http.ResponseWriter, r *http.Request, account, bucket string, q url.Values) error {
	limit := 1000
	if v := q.Get("max-keys"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 {
			return fault.Invalidf("max-keys", "max-keys must be a number from 0 to 1000.").With("InvalidArgument")
		}
		limit = min(n, 1000)
	}
	out := listing{NS: namespace, Name: bucket, Prefix: q.Get("prefix"), MaxKeys: limit, Delimiter: q.Get("delimiter"), EncodingType: q.Get("encoding-type")}
	v2 := q.Get("list-type") == "2"
	after, err := startOf(q, v2)
	if err != nil {
		return err
	}
	last, err := s.fill(r, account, &out, after, limit)
	if err != nil {
		return err
	}
	if v2 {
		n := len(out.Contents) + len(out.CommonPrefixes)
		out.KeyCount, out.ContinuationToken, out.StartAfter = &n, q.Get("continuation-token"), q.Get("start-after")
		if out.IsTruncated {
			out.NextContinuationToken = base64.URLEncoding.EncodeToString([]byte(last))
		}
	} else {
		out.Marker = new(q.Get("marker"))
		if out.IsTruncated && out.Delimiter != "" {
			out.NextMarker = last
		}
	}
	out.encode()
	writeXML(w, http.StatusOK, out)
	return nil
}

func startOf(q url.Values, v2 bool) (string, error) {
	if !v2 {
		return q.Get("marker"), nil
	}
	token := q.Get("continuation-token")
	if token == "" {
		return q.Get("start-after"), nil
	}
	b, err := base64.URLEncoding.DecodeString(token)
	if err != nil {
		return "", fault.Invalidf("continuation-token", "The continuation token is not one of ours.").With("InvalidArgument")
	}
	return string(b), nil
}

// fill takes keys behind after until the page is full, folding those under a common prefix into one.
func (s *Service) fill(r *http.Request, account string, out *listing, after string, limit int) (last string, err error) {
	seen := 0
	for {
		os, err := s.shelf.List(r.Context(), account, out.Name, out.Prefix, after, 1000)
		if err != nil {
			return "", err
		}
		folded := false
		for _, o := range os {
			if seen == limit {
				out.IsTruncated = limit > 0
				return after, nil
			}
			seen++
			after = o.Key
			if p, ok := common(o.Key, out.Prefix, out.Delimiter); ok {
				out.CommonPrefixes = append(out.CommonPrefixes, prefixRow{p})
				after, folded = p+"\U0010FFFF", true // go on behind everything under the prefix
				break
			}
			out.Contents = append(out.Contents, rowOf(o))
		}
		if !folded && len(os) < 1000 {
			return after, nil
		}
	}
}

func common(key, prefix, delimiter string) (string, bool) {
	if delimiter == "" {
		return "", false
	}
	i := strings.Index(key[len(prefix):], delimiter)
	if i < 0 {
		return "", false
	}
	return key[:len(prefix)+i+len(delimiter)], true
}

func rowOf(o object.Object) entry {
	return entry{o.Key, wireTime(o.Modified), o.ETag(), o.Size, "STANDARD"}
}

// encode applies encoding-type=url, with which clients ask for keys that XML cannot carry.
func (l *listing) encode() {
	if l.EncodingType != "url" {
		return
	}
	esc := func(p *string) { *p = strings.ReplaceAll(url.QueryEscape(*p), "%2F", "/") }
	esc(&l.Prefix)
	esc(&l.Delimiter)
	esc(&l.NextMarker)
	for i := range l.Contents {
		esc(&l.Contents[i].Key)
	}
	for i := range l.CommonPrefixes {
		esc(&l.CommonPrefixes[i].Prefix)
	}
}
