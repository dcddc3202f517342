package oscal

import (
	"fmt"
	"path"
	"strings"
)

// maxImports is how many documents a profile may lead to.
const maxImports = 100

// Open reads a file by its path below the folder of the first profile; slashes separate.
type Open func(name string) ([]byte, error)

// Resolve reads a catalog, or a profile and resolves it: select, merge, modify. Sources are only files at or below the
// profile: of an address on the network the file of its name is taken. What cannot be found, or leads back to itself,
// is a fault: a baseline must not lose controls silently. Warnings tell of directives that had nothing to work on.
func Resolve(name string, open Open) (c *Catalog, warnings []string, err error) {
	r := &resolver{open: open}
	c, err = r.document(path.Clean(name))
	return c, r.warnings, err
}

type resolver struct {
	open     Open
	path     []string // documents being resolved
	read     int
	warnings []string
}

func (r *resolver) warn(file, format string, args ...any) {
	r.warnings = append(r.warnings, file+": "+fmt.Sprintf(format, args...))
}

func (r *resolver) document(name string) (*Catalog, error) {
	for _, above := range r.path {
		if above == name {
			return nil, wrong(name, "the import is circular: %s -> %s", strings.Join(r.path, " -> "), name)
		}
	}
	if r.read++; r.read > maxImports {
		return nil, wrong(name, "the profile leads to more than %d documents", maxImports)
	}
	body, err := r.open(name)
	if err != nil {
		return nil, wrong(name, "the document cannot be read: %v", err)
	}
	doc, err := Read(name, body)
	if err != nil {
		return nil, err
	}
	if doc.Catalog != nil {
		return doc.Catalog, nil
	}
	r.path = append(r.path, name)
	defer func() { r.path = r.path[:len(r.path)-1] }()
	return r.profile(name, doc.Profile)
}

func (r *resolver) profile(name string, p *Profile) (*Catalog, error) {
	var selections []*Catalog
	loose := map[string]Param{}
	for i := range p.Imports {
		im := &p.Imports[i]
		source, err := r.imported(name, p, im)
		if err != nil {
			return nil, err
		}
		allParams(source, loose)
		chosen, err := im.choose(source)
		if err != nil {
			return nil, wrong(name, "imports[%d]: %v", i, err)
		}
		for _, id := range chosen.missing {
			r.warn(name, "import of %s: there is no control %q", im.Href, id)
		}
		selections = append(selections, prune(source, chosen.ids))
	}
	out := p.merge(selections, func(format string, args ...any) { r.warn(name, format, args...) })
	out.UUID, out.Metadata = p.UUID, p.Metadata
	if p.Modify != nil {
		p.Modify.apply(out, loose, func(format string, args ...any) { r.warn(name, format, args...) })
	}
	settleParams(out, loose)
	return out, nil
}

// imported is the source of an import, resolved when it is a profile.
func (r *resolver) imported(name string, p *Profile, im *Import) (*Catalog, error) {
	hrefs := []string{im.Href}
	if id, ok := strings.CutPrefix(im.Href, "#"); ok {
		if hrefs = p.places(id); len(hrefs) == 0 {
			return nil, wrong(name, "the import %s refers to no resource of the back matter that has an address", im.Href)
		}
	}
	var first error
	for _, h := range hrefs {
		for _, file := range candidates(name, h) {
			body, err := r.open(file)
			if err == nil && !isXML(body) {
				return r.document(file)
			}
			if err == nil {
				err = fmt.Errorf("it is XML")
			}
			if first == nil {
				first = err
			}
		}
	}
	return nil, wrong(name, "the import %s is not found beside the profile as JSON or YAML (%s): put the file there, nothing is fetched from the network (%v)", im.Href, strings.Join(hrefs, ", "), first)
}

func isXML(body []byte) bool {
	return strings.HasPrefix(strings.TrimSpace(string(body[:min(len(body), 200)])), "<")
}

// places are the addresses of a resource, JSON and YAML before others.
func (p *Profile) places(id string) (out []string) {
	var others []string
	for _, res := range p.Back.Resources {
		if !strings.EqualFold(res.UUID, id) {
			continue
		}
		for _, l := range res.RLinks {
			if strings.Contains(l.MediaType, "json") || strings.Contains(l.MediaType, "yaml") || readable(l.Href) {
				out = append(out, l.Href)
			} else {
				others = append(others, l.Href)
			}
		}
	}
	return append(out, others...)
}

func readable(href string) bool {
	switch path.Ext(href) {
	case ".json", ".yaml", ".yml":
		return true
	}
	return false
}

// candidates are the files that an address may mean: as it says, when that is at or below the profile, and the file of
// its name beside the profile; for one in XML, its JSON too.
func candidates(from, href string) (out []string) {
	href, _, _ = strings.Cut(href, "#")
	href, _, _ = strings.Cut(href, "?")
	dir := path.Dir(from)
	add := func(name string) {
		if name != "." && name != ".." && !strings.HasPrefix(name, "../") && !path.IsAbs(name) {
			out = append(out, name)
			if base, ok := strings.CutSuffix(name, ".xml"); ok {
				out = append(out, base+".json")
			}
		}
	}
	if !strings.Contains(href, ":") && !path.IsAbs(href) {
		add(path.Join(dir, href))
	}
	if beside := path.Join(dir, path.Base(href)); len(out) == 0 || out[0] != beside {
		add(beside)
	}
	return out
}
