// Package builtin has the Automation documents that come with the house: one YAML file each in documents/, named as
// the document. Every file parses (a test makes sure), so Lookup and All never fail on one.
package builtin

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/automation"
)

//go:embed documents
var files embed.FS

// Document is one built-in document.
type Document struct {
	Name string
	// Content is the YAML text as embedded.
	Content []byte
	// Parsed is shared: it is not to be changed.
	Parsed *automation.Document
}

// load reads all files once, when the first is asked for.
var load = sync.OnceValues(func() ([]Document, error) {
	entries, err := fs.ReadDir(files, "documents")
	if err != nil {
		return nil, err
	}
	var out []Document
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".yaml")
		if !ok {
			continue
		}
		d := Document{Name: name}
		if d.Content, err = files.ReadFile(path.Join("documents", e.Name())); err != nil {
			return nil, err
		}
		if d.Parsed, err = automation.Parse(d.Content); err != nil {
			return nil, &loadError{name, err}
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Document) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
})

type loadError struct {
	name string
	err  error
}

func (e *loadError) Error() string { return "built-in document " + e.name + ": " + e.err.Error() }
func (e *loadError) Unwrap() error { return e.err }

// All lists the documents by name. It panics when an embedded file does not parse, which its test rules out.
func All() []Document {
	docs, err := load()
	if err != nil {
		panic(err)
	}
	return docs
}

// aliases are names that remediations use for documents that AWS has under another one.
var aliases = map[string]string{
	"AWS-DisableS3BucketPublicRead": "AWS-DisableS3BucketPublicReadWrite",
	"AWS-EnableEBSVolumeEncryption": "AWSConfigRemediation-EnableEbsEncryptionByDefault",
}

// Lookup finds a document by its name or an alias of it.
func Lookup(name string) (Document, bool) {
	docs := All()
	if real, ok := aliases[name]; ok {
		name = real
	}
	i, ok := slices.BinarySearchFunc(docs, name, func(d Document, n string) int { return strings.Compare(d.Name, n) })
	if !ok {
		return Document{}, false
	}
	return docs[i], true
}

// Published gives the documents to a library.
func Published() automation.Published {
	return automation.Published{
		Lookup: func(name string) ([]byte, bool) {
			d, ok := Lookup(name)
			return d.Content, ok
		},
		Names: func() []string {
			var out []string
			for _, d := range All() {
				out = append(out, d.Name)
			}
			return out
		},
	}
}
