package intake

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
)

// The kinds of lists.
const (
	AWS         = "aws"
	CSV         = "csv"
	XLSX        = "xlsx"
	Pack        = "conformance-pack"
	SecurityHub = "security-hub"
	Prowler     = "prowler"
	OSCAL       = "oscal"
)

// Kinds are the kinds of lists that are read.
func Kinds() []string { return []string{AWS, CSV, XLSX, Pack, SecurityHub, Prowler, OSCAL} }

// MaxBytes is how long a file may be.
const MaxBytes = 48 << 20

// Input is one file.
type Input struct {
	Name string
	Body []byte
}

// Options say how lists are read.
type Options struct {
	// Name is the framework's name; empty takes the list's own, or the name of the file.
	Name string
	// Like is a standard framework: a control gets the sources of the requirement whose id it has.
	Like *catalog.Framework
	// ByControl groups a conformance pack by the control ids that its template names; otherwise each rule is a control.
	ByControl bool
	// Sheet is the sheet of a workbook; empty takes the first that has a header that is known.
	Sheet string
	// Beside are the files beside the first, for the imports of a profile.
	Beside fs.FS
}

// Note is something that the framework does not have as the list has it.
type Note struct {
	// Where is a file with a line, a field or an id; What is the thing, Why tells what became of it.
	Where string `json:"where"`
	What  string `json:"what"`
	Why   string `json:"why"`
}

func (n Note) String() string { return n.Where + ": " + n.What + ": " + n.Why }

// Result is what a list comes to.
type Result struct {
	File *authoring.File `json:"-"`
	// Taken counts controls, Automated those with more than manual sources, LeftOut entries that became none.
	Taken     int    `json:"taken"`
	Automated int    `json:"automated"`
	LeftOut   int    `json:"leftOut"`
	Notes     []Note `json:"notes"`
}

// Read makes a file of the lists of a kind.
func Read(kind string, inputs []Input, o Options) (*Result, error) {
	if len(inputs) == 0 {
		return nil, fmt.Errorf("there is no file to read")
	}
	for _, in := range inputs {
		if len(in.Body) > MaxBytes {
			return nil, fmt.Errorf("%s has %d bytes; a list may have %d", in.Name, len(in.Body), MaxBytes)
		}
	}
	b := newBuilder(o)
	read, ok := map[string]func(*builder, []Input) error{
		AWS: readAWS, CSV: readCSV, XLSX: readXLSX, Pack: readPacks, SecurityHub: readSecurityHub, Prowler: readProwler, OSCAL: readOSCAL,
	}[kind]
	if !ok {
		return nil, fmt.Errorf("%q is no kind of list; there are %s", kind, strings.Join(Kinds(), ", "))
	}
	if err := read(b, inputs); err != nil {
		return nil, err
	}
	return b.done()
}

// fault is a fault of a file at a line, a field or an id.
func fault(file, place, format string, args ...any) error {
	if place != "" {
		file += ": " + place
	}
	return fmt.Errorf("%s: %s", file, fmt.Sprintf(format, args...))
}

// stem is a file's name without folder and extension.
func stem(name string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if s := strings.TrimSuffix(base, path.Ext(base)); s != "" && s != "-" {
		return s
	}
	return "Imported"
}

func sources(t catalog.SourceType, keywords ...string) []authoring.Source {
	var out []authoring.Source
	for _, k := range keywords {
		s := authoring.Source{Type: string(t), Keyword: k}
		if t == catalog.APICall {
			s.Frequency = catalog.Daily
		}
		out = append(out, s)
	}
	return out
}

func automated(list []authoring.Source) bool {
	return slices.ContainsFunc(list, func(s authoring.Source) bool { return s.Type != string(catalog.Manual) })
}
