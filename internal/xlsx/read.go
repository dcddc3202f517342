package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// Limits of what a workbook may unpack to, and of the columns that are read.
const (
	maxUnpacked = 128 << 20
	maxPart     = 16 << 20
	maxColumns  = 1_000
)

// Reader is a workbook being read: the texts that cells keep, no styles, no formulas.
type Reader struct {
	zip *zip.Reader
	// Sheets are the names, in order.
	Sheets []string
	parts  map[string]string // their files
	shared []string
	read   int64 // bytes unpacked so far
}

// Open reads what a workbook says of its sheets.
func Open(body []byte) (*Reader, error) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, err
	}
	b := &Reader{zip: z, parts: map[string]string{}}
	var list struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	if err := errors.Join(b.decode("xl/workbook.xml", &list), b.decode("xl/_rels/workbook.xml.rels", &links)); err != nil {
		return nil, err
	}
	for _, s := range list.Sheets {
		for _, l := range links.Relationship {
			if l.ID == s.ID {
				b.Sheets = append(b.Sheets, s.Name)
				b.parts[s.Name] = partName(l.Target)
			}
		}
	}
	if len(b.Sheets) == 0 {
		return nil, errors.New("it has no sheets")
	}
	return b, b.strings()
}

// partName is the file of a target, which is relative to xl unless it begins with a slash.
func partName(target string) string {
	if whole, ok := strings.CutPrefix(target, "/"); ok {
		return whole
	}
	return path.Join("xl", target)
}

// open opens a part, bounded.
func (b *Reader) open(name string) (io.ReadCloser, error) {
	f, err := b.zip.Open(name)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{&bounded{f, b, maxPart}, f}, nil
}

// bounded ends with an error where a part, or all parts together, are too large.
type bounded struct {
	r    io.Reader
	b    *Reader
	left int64
}

func (x *bounded) Read(p []byte) (int, error) {
	n, err := x.r.Read(p)
	x.left -= int64(n)
	x.b.read += int64(n)
	if x.left < 0 || x.b.read > maxUnpacked {
		return 0, fmt.Errorf("it unpacks to more than %d MB a part, or %d MB in all", maxPart>>20, maxUnpacked>>20)
	}
	return n, err
}

func (b *Reader) decode(name string, v any) error {
	r, err := b.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	return xml.NewDecoder(r).Decode(v)
}

// text is a string that may be made of runs.
type text struct {
	Plain string `xml:"t"`
	Runs  []struct {
		Plain string `xml:"t"`
	} `xml:"r"`
}

func (t text) String() string {
	s := t.Plain
	for _, r := range t.Runs {
		s += r.Plain
	}
	return s
}

// strings reads the table of shared strings, which a workbook without any lacks.
func (b *Reader) strings() error {
	const name = "xl/sharedStrings.xml"
	if _, err := b.zip.Open(name); err != nil {
		return nil
	}
	var table struct {
		SI []text `xml:"si"`
	}
	err := b.decode(name, &table)
	for _, t := range table.SI {
		b.shared = append(b.shared, t.String())
	}
	return err
}

// cell is one of a sheet.
type cell struct {
	Ref    string `xml:"r,attr"`
	Type   string `xml:"t,attr"`
	Value  string `xml:"v"`
	Inline text   `xml:"is"`
}

// Rows calls yield for the rows of a sheet, as far as they are there, until it says no.
func (b *Reader) Rows(sheet string, yield func(n int, row []string) (bool, error)) error {
	r, err := b.open(b.parts[sheet])
	if err != nil {
		return err
	}
	defer r.Close()
	dec := xml.NewDecoder(r)
	for n := 0; ; {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "row" {
			continue
		}
		var row struct {
			Number int    `xml:"r,attr"`
			Cells  []cell `xml:"c"`
		}
		if err := dec.DecodeElement(&row, &start); err != nil {
			return err
		}
		if n++; row.Number > 0 {
			n = row.Number
		}
		values, err := b.values(row.Cells)
		if err != nil {
			return err
		}
		if more, err := yield(n, values); err != nil || !more {
			return err
		}
	}
}

// values are the texts of a row at their columns.
func (b *Reader) values(cells []cell) ([]string, error) {
	var out []string
	for _, c := range cells {
		at := len(out)
		if c.Ref != "" {
			at = place(c.Ref)
		}
		if at < 0 || at >= maxColumns {
			return nil, fmt.Errorf("the cell %q is beyond the %d columns that are read", c.Ref, maxColumns)
		}
		for len(out) <= at {
			out = append(out, "")
		}
		v, err := b.value(c)
		if err != nil {
			return nil, err
		}
		out[at] = v
	}
	return out, nil
}

func (b *Reader) value(c cell) (string, error) {
	switch c.Type {
	case "s":
		i, err := strconv.Atoi(c.Value)
		if err != nil || i < 0 || i >= len(b.shared) {
			return "", fmt.Errorf("the cell %s names a text that is not there", c.Ref)
		}
		return b.shared[i], nil
	case "inlineStr":
		return c.Inline.String(), nil
	}
	return c.Value, nil
}

// place is the number of the letters of a reference such as AB12, from 0.
func place(ref string) int {
	n := 0
	for _, r := range ref {
		if r < 'A' || r > 'Z' {
			break
		}
		if n = n*26 + int(r-'A') + 1; n > maxColumns {
			return -1
		}
	}
	return n - 1
}
