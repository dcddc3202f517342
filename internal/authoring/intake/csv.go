package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// readCSV reads tables: columns are found by their header, the delimiter is a comma, a semicolon or a tab. Each file is
// a framework.
func readCSV(b *builder, inputs []Input) error {
	for _, in := range inputs {
		body := bytes.TrimPrefix(in.Body, []byte("\xef\xbb\xbf"))
		if bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) || !utf8.Valid(body) {
			return fault(in.Name, "", "the file is not UTF-8: save it as CSV UTF-8")
		}
		b.framework(in.Name, stem(in.Name), "", "")
		r := csv.NewReader(bytes.NewReader(body))
		r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = delimiter(body), -1, true, true
		t := tableReader{b: b, file: in.Name}
		for {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return fault(in.Name, "", "%v", err)
			}
			line, _ := r.FieldPos(0)
			if err := t.row(fmt.Sprintf("line %d", line), row); err != nil {
				return err
			}
		}
		if err := t.finish(); err != nil {
			return err
		}
	}
	return nil
}

// delimiter is the one of the three that is most frequent in the first lines.
func delimiter(body []byte) rune {
	head := string(body[:min(len(body), 4096)])
	best, count := ',', strings.Count(head, ",")
	for _, d := range ";\t" {
		if n := strings.Count(head, string(d)); n > count {
			best, count = d, n
		}
	}
	return best
}
