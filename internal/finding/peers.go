package finding

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/finding/peer"
)

// document imports a file that is one document, which is read whole.
func (b *batch) document(read func([]byte, peer.Origin, func(json.RawMessage) error, func(where, why string)) error) error {
	b.text.whole()
	text, err := io.ReadAll(b.text)
	if err != nil {
		if errors.Is(err, errLong) {
			err = fmt.Errorf("the file has more than %d bytes", maxDocument)
		}
		b.r.reject(b.name, err.Error())
		return nil
	}
	err = read(text, b.im.Origin, b.add, func(where, why string) { b.r.reject(b.name+" "+where, why) })
	var stop stopError
	if errors.As(err, &stop) {
		return stop.err
	}
	if err != nil {
		b.r.reject(b.name, err.Error())
	}
	return b.flush()
}

// csv imports rows of Prowler's CSV one by one.
func (b *batch) csv() error {
	line, _, _ := strings.Cut(string(b.text.begins(peer.Sniffed)), "\n")
	in := csv.NewReader(b.text)
	in.Comma, in.LazyQuotes, in.FieldsPerRecord, in.ReuseRecord = ';', true, -1, true
	if strings.Count(line, ",") > strings.Count(line, ";") {
		in.Comma = ','
	}
	var names []string
	b.convert = nil
	for row := 1; ; row++ {
		b.text.next()
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return b.flush()
		}
		if err != nil {
			b.r.reject(fmt.Sprintf("%s row %d", b.name, row), err.Error())
			return b.flush()
		}
		if names == nil {
			for _, f := range fields {
				names = append(names, strings.ToUpper(strings.TrimSpace(strings.TrimPrefix(f, "\ufeff"))))
			}
			continue
		}
		if len(fields) != len(names) {
			b.r.reject(fmt.Sprintf("%s row %d", b.name, row), fmt.Sprintf("it has %d fields, the header has %d", len(fields), len(names)))
			continue
		}
		cells := make(map[string]string, len(names))
		for i, n := range names {
			cells[n] = strings.Clone(fields[i])
		}
		doc, err := peer.FromCSV(cells, b.im.Origin)
		if err != nil {
			b.r.reject(fmt.Sprintf("%s row %d", b.name, row), err.Error())
			continue
		}
		if err := b.add(doc); err != nil {
			var stop stopError
			if errors.As(err, &stop) {
				return stop.err
			}
			return err
		}
	}
}
