package trail

import (
	"context"
	"io"
	"path"
	"strconv"
	"strings"
	"time"
)

// Bucket is what an ObjectSource reads: a bucket of S3, wherever it lies.
type Bucket interface {
	// List returns some of the objects and folders directly below a prefix that ends with a slash or is empty, in the
	// order of their names, behind a token of the page before.
	List(ctx context.Context, prefix, token string) (ObjectPage, error)
	// Open reads an object. What is not there is a fault of kind NotFound.
	Open(ctx context.Context, key string) (io.ReadCloser, error)
	// Metadata is the user's metadata of an object, without the prefix x-amz-meta-.
	Metadata(ctx context.Context, key string) (map[string]string, error)
}

// ObjectPage is a part of a listing.
type ObjectPage struct {
	Objects []Object
	// Folders are the prefixes one step further, with the slash at their end.
	Folders []string
	// Next is the token of the page behind; empty at the end.
	Next string
}

// Object is an object of a listing.
type Object struct {
	Key  string
	Size int64
	ETag string
}

// ObjectSource lists the log files of a bucket below a prefix.
type ObjectSource struct {
	Bucket Bucket
	// Name is the bucket's name, Prefix where to begin: a folder with or without the slash at its end, or one object.
	Name, Prefix string
	// From and To bound the days of delivery that the keys of log files name, inclusive; the zero time leaves that end
	// open. Events are not looked at for it.
	From, To time.Time
	// Proof asks for the digests beside the log files; each costs two requests.
	Proof bool
}

// KeySource is objects of a bucket by their keys, as a notification names them. Keys of other things than logs are
// passed over.
type KeySource struct {
	Bucket Bucket
	Name   string
	Keys   []string
}

// Files implements Source.
func (s KeySource) Files(_ context.Context, skip func(string), yield func(File) error) error {
	for _, k := range s.Keys {
		if why := foreign(k); why != "" {
			skip(why)
			continue
		}
		if err := yield(fileOf(s.Bucket, s.Name, Object{Key: k})); err != nil {
			return err
		}
	}
	return nil
}

// maxFolders is how deep folders may lie in each other.
const maxFolders = 64

// Files implements Source.
func (s ObjectSource) Files(ctx context.Context, skip func(string), yield func(File) error) error {
	if s.Prefix != "" && !strings.HasSuffix(s.Prefix, "/") {
		folder, name := path.Split(s.Prefix)
		found, err := s.one(ctx, folder, name, yield)
		if err != nil || found {
			return err
		}
		s.Prefix += "/"
	}
	return s.walk(ctx, s.Prefix, 0, skip, yield)
}

// one gives the object that the prefix itself names.
func (s ObjectSource) one(ctx context.Context, folder, name string, yield func(File) error) (bool, error) {
	for token := ""; ; {
		page, err := s.Bucket.List(ctx, folder, token)
		if err != nil {
			return false, err
		}
		for _, o := range page.Objects {
			if o.Key == folder+name {
				return true, yield(fileOf(s.Bucket, s.Name, o))
			}
		}
		if token = page.Next; token == "" || len(page.Objects) > 0 && page.Objects[0].Key > folder+name {
			return false, nil
		}
	}
}

func (s ObjectSource) walk(ctx context.Context, folder string, depth int, skip func(string), yield func(File) error) error {
	if depth > maxFolders {
		skip("folders too deep")
		return nil
	}
	for token := ""; ; {
		page, err := s.Bucket.List(ctx, folder, token)
		if err != nil {
			return err
		}
		for _, o := range page.Objects {
			switch why := foreign(o.Key); {
			case strings.HasSuffix(o.Key, "/"): // the mark of a folder
			case why != "":
				skip(why)
			case !s.within(o.Key):
				skip("outside the time asked for")
			default:
				if err := yield(fileOf(s.Bucket, s.Name, o)); err != nil {
					return err
				}
			}
		}
		for _, f := range page.Folders {
			switch k := parseKey(f + "x"); {
			case k.folder != "" && foreign(f+"x.json") != "":
				skip(k.folder)
			case !s.within(f):
				skip("outside the time asked for")
			default:
				if err := s.walk(ctx, f, depth+1, skip, yield); err != nil {
					return err
				}
			}
		}
		if token = page.Next; token == "" {
			return nil
		}
	}
}

func fileOf(b Bucket, name string, o Object) File {
	return File{
		Name: "s3://" + name + "/" + o.Key, Size: o.Size, Tag: o.ETag, Far: true,
		Open: func(ctx context.Context) (io.ReadCloser, error) { return b.Open(ctx, o.Key) },
	}
}

// within reports whether a key or folder may hold files of the days asked for. What names no day may hold any.
func (s ObjectSource) within(key string) bool {
	first, last, ok := days(key)
	return !ok || (s.From.IsZero() || !last.Before(day(s.From))) && (s.To.IsZero() || !first.After(day(s.To)))
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// days are the days of delivery that a key, or a folder with a part of a date, names: AWSLogs/ACCOUNT/CloudTrail/REGION
// and then /YYYY, /YYYY/MM or /YYYY/MM/DD.
func days(key string) (first, last time.Time, ok bool) {
	parts := strings.Split(key, "/")
	at := -1
	for i, p := range parts {
		if p == "AWSLogs" {
			at = i + 4 // behind account, folder and region
			if i+1 < len(parts) && strings.HasPrefix(parts[i+1], "o-") {
				at++
			}
		}
	}
	if at < 0 {
		return first, last, false
	}
	var date [3]int
	n := 0
	for ; n < 3 && at+n < len(parts)-1; n++ {
		v, err := strconv.Atoi(parts[at+n])
		if err != nil || len(parts[at+n]) != [3]int{4, 2, 2}[n] {
			return first, last, false
		}
		date[n] = v
	}
	switch n {
	case 0:
		return first, last, false
	case 1:
		first = time.Date(date[0], 1, 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(1, 0, -1), true
	case 2:
		first = time.Date(date[0], time.Month(date[1]), 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(0, 1, -1), true
	}
	first = time.Date(date[0], time.Month(date[1]), date[2], 0, 0, 0, 0, time.UTC)
	return first, first, true
}
