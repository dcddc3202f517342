package report

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/ledger"
)

// Lengths in characters. A whole path stays below 200, so that the bundle can be unpacked below a folder of 59
// characters where paths end at 259.
const (
	nameLength  = 18 // of an assessment, report or control
	eventLength = 20
	fileLength  = 10 // of the name of an uploaded file
	idLength    = 12
	maxPath     = 200
)

// windowsDevices cannot be the name of a file on Windows, with any extension.
var windowsDevices = map[string]bool{
	"con": true, "prn": true, "aux": true, "nul": true,
	"com0": true, "com1": true, "com2": true, "com3": true, "com4": true, "com5": true, "com6": true, "com7": true, "com8": true, "com9": true,
	"lpt0": true, "lpt1": true, "lpt2": true, "lpt3": true, "lpt4": true, "lpt5": true, "lpt6": true, "lpt7": true, "lpt8": true, "lpt9": true,
}

// clean makes any text a harmless part of a file name: letters, digits and a few signs, the rest a hyphen.
func clean(s string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == limit {
			break
		}
		switch {
		case r == utf8.RuneError, !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._ ", r):
			r = '-'
		case r == ' ':
			r = '_'
		}
		if last := b.String(); (r == '-' || r == '_') && last != "" && strings.ContainsRune("-_", rune(last[len(last)-1])) {
			continue // one sign for a run of them
		}
		b.WriteRune(r)
		n++
	}
	out := strings.Trim(b.String(), "._-")
	if out == "" {
		return "x"
	}
	stem, _, _ := strings.Cut(strings.ToLower(out), ".")
	if windowsDevices[stem] {
		out = "x" + out
	}
	return out
}

// shortID is the end of an id; the beginning of a time-ordered id is not distinctive.
func shortID(id string) string {
	id = strings.ReplaceAll(id, "-", "")
	r := []rune(clean(id, len(id)+1))
	return string(r[max(0, len(r)-idLength):])
}

// folderName is <name>-<id>.
func folderName(name, id string) string { return clean(name, nameLength) + "-" + shortID(id) }

// sourceFolder is the data source as a folder.
func sourceFolder(source string) string {
	return strings.ReplaceAll(clean(source, nameLength), "_", " ")
}

// evidenceStem is the path of an item inside its control's folder, without extension.
func evidenceStem(o ledger.Occurrence, b ledger.Body, id string) string {
	parts := []string{o.ObservedAt.UTC().Format("15-04-05")}
	if o.Source == "Manual" {
		parts = append(parts, "manual")
	} else {
		parts = append(parts, serviceName(b), clean(b.Event, eventLength))
	}
	account := o.Account
	if account == "" {
		account = o.Owner
	}
	parts = append(parts, clean(account, idLength), shortID(id))
	return path.Join(sourceFolder(o.Source), o.Day, strings.Join(parts, "_"))
}

// serviceName is the service that an item speaks of, in short.
func serviceName(b ledger.Body) string {
	s, _, _ := strings.Cut(b.Service, ".")
	if s == "" {
		s = strings.ReplaceAll(strings.TrimPrefix(b.Source, "AWS "), " ", "")
	}
	return clean(s, nameLength)
}

// uploadName is the path of an uploaded file.
func uploadName(stem, fileName string) string {
	ext := path.Ext(fileName)
	base := clean(strings.TrimSuffix(path.Base(strings.ReplaceAll(fileName, "\\", "/")), ext), fileLength)
	if ext = clean(ext, 6); ext == "x" {
		return stem + "_" + base
	}
	return stem + "_" + base + "." + ext
}
