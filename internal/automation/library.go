package automation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// MaxVersions is how many versions one document may have, MaxDocuments how many documents a place may have.
const (
	MaxVersions  = 1000
	MaxDocuments = 500
)

// Runbook is a document with its versions; the texts are kept beside it, one Version each.
type Runbook struct {
	Name string
	// Kind is the type of a document that is none of Automation; "" for one that is.
	Kind            string `json:",omitempty"`
	Default, Latest int
	Created         time.Time
	Tags            map[string]string `json:",omitempty"`
	// Published documents come with the house: they have one version and cannot be changed.
	Published bool `json:"-"`
}

// The types of documents. A conformance pack template is kept and handed out here; package compliance deploys it.
const (
	TypeAutomation = "Automation"
	TypePack       = "ConformancePackTemplate"
)

// Type is the document's type.
func (b *Runbook) Type() string {
	if b.Kind != "" {
		return b.Kind
	}
	return TypeAutomation
}

// Version is one text of a document. It never changes.
type Version struct {
	Number      int
	VersionName string `json:",omitempty"`
	DisplayName string `json:",omitempty"`
	// Format is YAML or JSON, as the text was given.
	Format, Content string
	// Hash is the SHA-256 of the text, in hexadecimal.
	Hash    string
	Created time.Time
}

// Published are the documents that come with the house; package builtin has them.
type Published struct {
	Lookup func(name string) (content []byte, ok bool)
	Names  func() []string
}

// Library is the documents of every place.
type Library struct {
	store     Store
	ids       stamp.Source
	published Published
	checks    map[string]func(content []byte) error // by type
}

// NewLibrary is the library over a store.
func NewLibrary(s Store, ids stamp.Source, p Published) *Library {
	automation := func(content []byte) error { _, err := Parse(content); return err }
	return &Library{s, ids, p, map[string]func([]byte) error{TypeAutomation: automation}}
}

// Keep takes documents of another type too, whose texts pass a check.
func (l *Library) Keep(kind string, check func(content []byte) error) {
	l.checks[kind] = func(content []byte) error {
		err := check(content)
		if f := (*fault.Error)(nil); errors.As(err, &f) {
			return f.With("InvalidDocumentContent")
		}
		return err
	}
}

// New is a text to be stored.
type New struct {
	// Type of a document that is created; "" for Automation.
	Type                                            string
	Name, Content, Format, VersionName, DisplayName string
	Tags                                            map[string]string
}

// Create stores a document that was not there.
func (l *Library) Create(ctx context.Context, p Place, n New) (Runbook, Version, error) {
	b := Runbook{Name: n.Name, Default: 1, Latest: 1, Tags: n.Tags}
	if n.Type != TypeAutomation {
		b.Kind = n.Type
	}
	check := l.checks[b.Type()]
	if check == nil {
		return b, Version{}, fault.Invalidf("DocumentType", "Documents of type %s are not offered; set DocumentType to %s or %s.", n.Type, TypeAutomation, TypePack).With("InvalidDocumentContent")
	}
	v, err := l.version(n, 1)
	if err == nil {
		err = check([]byte(n.Content))
	}
	if err != nil {
		return Runbook{}, v, err
	}
	b.Created = v.Created
	lower := strings.ToLower(n.Name)
	for _, reserved := range []string{"aws", "amazon", "amzn"} {
		if strings.HasPrefix(lower, reserved) {
			return Runbook{}, v, fault.Invalidf("Name", "The name %s begins with %s, which is reserved for published documents.", n.Name, reserved).With("InvalidDocumentContent")
		}
	}
	err = l.store.Write(ctx, func(tx docs.Tx) error {
		count, err := tx.CountDocs(p.scope(), runbooks.Kind)
		if err != nil {
			return err
		}
		if count >= MaxDocuments {
			return fault.New(fault.Quota, "There are %d documents already; delete some first.", count).With("DocumentLimitExceeded")
		}
		if err := runbooks.Insert(tx, p.Account, p.Region, n.Name, "", b); err != nil {
			return err
		}
		return versions.Insert(tx, p.Account, p.Region, versionID(n.Name, 1), "", v)
	})
	if fault.KindOf(err) == fault.Exists {
		err = fault.New(fault.Exists, "The document %s exists already; update it, or choose another name.", n.Name).With("DocumentAlreadyExists")
	}
	return b, v, err
}

func (l *Library) version(n New, number int) (Version, error) {
	v := Version{Number: number, VersionName: n.VersionName, DisplayName: n.DisplayName, Format: n.Format, Content: n.Content, Created: l.ids.Now()}
	isJSON := json.Valid([]byte(n.Content))
	switch n.Format {
	case "":
		v.Format = "JSON" // what AWS takes when nothing is said
		if !isJSON {
			v.Format = "YAML"
		}
	case "JSON":
		if !isJSON {
			return v, fault.Invalidf("Content", "DocumentFormat is JSON and the content is not.").With("InvalidDocumentContent")
		}
	case "YAML":
	default:
		return v, fault.Invalidf("DocumentFormat", "DocumentFormat %s is not for Automation documents; it is YAML or JSON.", n.Format).With("InvalidDocumentContent")
	}
	if len(n.Content) > MaxDocument {
		return v, fault.Invalidf("Content", "The document has %d bytes; at most %d are allowed.", len(n.Content), MaxDocument).With("MaxDocumentSizeExceeded")
	}
	sum := sha256.Sum256([]byte(n.Content))
	v.Hash = hex.EncodeToString(sum[:])
	return v, nil
}

func versionID(name string, number int) string { return fmt.Sprintf("%s/%06d", name, number) }

// Update adds a version. From names the version it follows; "" and $LATEST are the latest, and only that may be followed.
func (l *Library) Update(ctx context.Context, p Place, n New, from string) (b Runbook, v Version, err error) {
	if l.isPublished(n.Name) {
		return b, v, readOnly(n.Name)
	}
	if v, err = l.version(n, 0); err != nil {
		return b, v, err
	}
	err = l.store.Write(ctx, func(tx docs.Tx) error {
		d, err := runbook(tx, p, n.Name)
		if err != nil {
			return err
		}
		if err := l.checks[d.Value.Type()]([]byte(n.Content)); err != nil {
			return err
		}
		if from != "" && from != "$LATEST" && from != strconv.Itoa(d.Value.Latest) {
			return fault.Invalidf("DocumentVersion", "The latest version of %s is %d, not %s; a new version follows the latest ($LATEST).", n.Name, d.Value.Latest, from).With("InvalidDocumentVersion")
		}
		old, err := under(tx, versions, p, n.Name+"/")
		if err != nil {
			return err
		}
		if err := fits(old, v); err != nil {
			return err
		}
		d.Value.Latest++
		v.Number = d.Value.Latest
		b = d.Value
		if err := versions.Insert(tx, p.Account, p.Region, versionID(n.Name, v.Number), "", v); err != nil {
			return err
		}
		return runbooks.Update(tx, d)
	})
	return b, v, err
}

// fits holds a new version against the old ones.
func fits(old []docs.Doc[Version], v Version) error {
	if len(old) >= MaxVersions {
		return fault.New(fault.Quota, "The document has %d versions; delete it and begin again.", len(old)).With("DocumentVersionLimitExceeded")
	}
	for _, o := range old {
		if o.Value.Hash == v.Hash && o.Value.Number == old[len(old)-1].Value.Number {
			return fault.New(fault.Exists, "The content equals that of version %d.", o.Value.Number).With("DuplicateDocumentContent")
		}
		if v.VersionName != "" && o.Value.VersionName == v.VersionName {
			return fault.New(fault.Exists, "Version %d is named %s already.", o.Value.Number, v.VersionName).With("DuplicateDocumentVersionName")
		}
	}
	return nil
}

// SetDefault makes a version the one that runs when none is named.
func (l *Library) SetDefault(ctx context.Context, p Place, name string, number int) (v Version, err error) {
	if l.isPublished(name) {
		return v, readOnly(name)
	}
	err = l.store.Write(ctx, func(tx docs.Tx) error {
		d, err := runbook(tx, p, name)
		if err != nil {
			return err
		}
		kept, err := versions.Get(tx, p.Account, p.Region, versionID(name, number))
		if err != nil {
			return noVersion(name, strconv.Itoa(number), err)
		}
		v = kept.Value
		d.Value.Default = number
		return runbooks.Update(tx, d)
	})
	return v, err
}

// Delete removes a document, or one version that is not the default. Executions under way keep their text.
func (l *Library) Delete(ctx context.Context, p Place, name, version string) error {
	if l.isPublished(name) {
		return readOnly(name)
	}
	return l.store.Write(ctx, func(tx docs.Tx) error {
		d, err := runbook(tx, p, name)
		if err != nil {
			return err
		}
		if version != "" {
			return dropVersion(tx, p, d, version)
		}
		all, err := under(tx, versions, p, name+"/")
		if err != nil {
			return err
		}
		for _, v := range all {
			if err := tx.DeleteDoc(v.Key); err != nil {
				return err
			}
		}
		return runbooks.Delete(tx, p.Account, p.Region, name)
	})
}

func dropVersion(tx docs.Tx, p Place, d docs.Doc[Runbook], version string) error {
	v, err := pick(tx, p, d.Value, version, "")
	if err != nil {
		return err
	}
	if v.Number == d.Value.Default {
		return fault.New(fault.Conflict, "Version %d is the default of %s; make another the default first, or delete the document.", v.Number, d.Value.Name).With("InvalidDocumentOperation")
	}
	return versions.Delete(tx, p.Account, p.Region, versionID(d.Value.Name, v.Number))
}

func runbook(tx docs.Tx, p Place, name string) (docs.Doc[Runbook], error) {
	d, err := runbooks.Get(tx, p.Account, p.Region, name)
	if fault.KindOf(err) == fault.NotFound {
		err = noDocument(name)
	}
	return d, err
}

func noDocument(name string) error {
	return &fault.Error{Kind: fault.NotFound, Type: "document", ID: name, Code: "InvalidDocument", Message: fmt.Sprintf("There is no document %s.", name)}
}

func noVersion(name, version string, err error) error {
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return fault.New(fault.NotFound, "The document %s has no version %s.", name, version).With("InvalidDocumentVersion")
}

func readOnly(name string) error {
	return fault.New(fault.Conflict, "%s comes with Tickmark and cannot be changed; create a document of your own from its content.", name).With("InvalidDocument")
}

// Get finds a document and one of its versions: by number, by $DEFAULT or $LATEST, by its name, or the default.
func (l *Library) Get(ctx context.Context, p Place, name, version, versionName string) (b Runbook, v Version, err error) {
	if content, ok := l.lookup(name); ok {
		b, v = published(name, content)
		if version != "" && version != "$DEFAULT" && version != "$LATEST" && version != "1" || versionName != "" {
			return b, v, noVersion(name, version+versionName, nil)
		}
		return b, v, nil
	}
	err = l.store.Read(ctx, func(tx docs.Tx) error {
		d, err := runbook(tx, p, name)
		if err != nil {
			return err
		}
		b = d.Value
		v, err = pick(tx, p, b, version, versionName)
		return err
	})
	return b, v, err
}

func pick(tx docs.Tx, p Place, b Runbook, version, versionName string) (Version, error) {
	number := b.Default
	switch version {
	case "", "$DEFAULT":
	case "$LATEST":
		number = b.Latest
	default:
		var err error
		if number, err = strconv.Atoi(version); err != nil {
			return Version{}, noVersion(b.Name, version, nil)
		}
	}
	if versionName != "" {
		all, err := under(tx, versions, p, b.Name+"/")
		if err != nil {
			return Version{}, err
		}
		for _, v := range all {
			if v.Value.VersionName == versionName && (version == "" || v.Value.Number == number) {
				return v.Value, nil
			}
		}
		return Version{}, noVersion(b.Name, versionName, nil)
	}
	d, err := versions.Get(tx, p.Account, p.Region, versionID(b.Name, number))
	if err != nil {
		return Version{}, noVersion(b.Name, strconv.Itoa(number), err)
	}
	return d.Value, nil
}

// Versions lists the versions of a document, newest first.
func (l *Library) Versions(ctx context.Context, p Place, name string) (Runbook, []Version, error) {
	if content, ok := l.lookup(name); ok {
		b, v := published(name, content)
		return b, []Version{v}, nil
	}
	var b Runbook
	out, err := get(ctx, l.store, func(tx docs.Tx) ([]Version, error) {
		d, err := runbook(tx, p, name)
		if err != nil {
			return nil, err
		}
		b = d.Value
		all, err := under(tx, versions, p, name+"/")
		out := make([]Version, 0, len(all))
		for i := len(all) - 1; i >= 0; i-- {
			out = append(out, all[i].Value)
		}
		return out, err
	})
	return b, out, err
}

// List is every document a place can run, its own and the published ones, each with its default version's number.
func (l *Library) List(ctx context.Context, p Place) ([]Runbook, error) {
	var out []Runbook
	if l.published.Names != nil {
		for _, n := range l.published.Names() {
			out = append(out, Runbook{Name: n, Default: 1, Latest: 1, Created: publishedAt, Published: true})
		}
	}
	own, err := get(ctx, l.store, func(tx docs.Tx) ([]docs.Doc[Runbook], error) { return runbooks.All(tx, p.scope()) })
	for _, d := range own {
		out = append(out, d.Value)
	}
	return out, err
}

func (l *Library) lookup(name string) ([]byte, bool) {
	if l.published.Lookup == nil {
		return nil, false
	}
	return l.published.Lookup(name)
}

func (l *Library) isPublished(name string) bool {
	_, ok := l.lookup(name)
	return ok
}

// publishedAt is the date published documents show: they have no other.
var publishedAt = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func published(name string, content []byte) (Runbook, Version) {
	sum := sha256.Sum256(content)
	return Runbook{Name: name, Default: 1, Latest: 1, Created: publishedAt, Published: true},
		Version{Number: 1, Format: "YAML", Content: string(content), Hash: hex.EncodeToString(sum[:]), Created: publishedAt}
}
