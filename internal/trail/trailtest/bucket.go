package trailtest

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// Bucket is a bucket in memory that counts what is asked of it.
type Bucket struct {
	mu      sync.Mutex
	objects map[string][]byte
	// Lists and Opens count the calls; Listed has the prefixes.
	Lists, Opens int
	Listed       []string
	// Page is how many entries a page has; 0 is 2.
	Page int
	// Meta is the metadata of objects.
	Meta map[string]map[string]string
	// Broken keys cannot be opened.
	Broken map[string]bool
}

// Put stores an object.
func (b *Bucket) Put(key string, content []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.objects == nil {
		b.objects = map[string][]byte{}
	}
	b.objects[key] = content
}

// List implements trail.Bucket.
func (b *Bucket) List(_ context.Context, prefix, token string) (trail.ObjectPage, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.Lists++
	b.Listed = append(b.Listed, prefix)
	var names []string
	for k := range b.objects {
		rest, ok := strings.CutPrefix(k, prefix)
		if !ok {
			continue
		}
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			k = prefix + rest[:i+1]
		}
		if k > token && !slices.Contains(names, k) {
			names = append(names, k)
		}
	}
	slices.Sort(names)
	size := b.Page
	if size == 0 {
		size = 2
	}
	var page trail.ObjectPage
	for i, k := range names {
		if i == size {
			page.Next = names[i-1]
			break
		}
		if strings.HasSuffix(k, "/") {
			page.Folders = append(page.Folders, k)
			continue
		}
		sum := md5.Sum(b.objects[k])
		page.Objects = append(page.Objects, trail.Object{Key: k, Size: int64(len(b.objects[k])), ETag: hex.EncodeToString(sum[:])})
	}
	return page, nil
}

// Open implements trail.Bucket.
func (b *Bucket) Open(_ context.Context, key string) (io.ReadCloser, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.Opens++
	content, ok := b.objects[key]
	if !ok || b.Broken[key] {
		return nil, fault.Missing("object", key)
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

// Metadata implements trail.Bucket.
func (b *Bucket) Metadata(_ context.Context, key string) (map[string]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Meta[key], nil
}
