package logfile

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestRecordsKeepTheirBytes(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	at := time.Date(2024, 3, 5, 0, 0, 9, 0, time.UTC)
	for i, raw := range []string{`{"b":1.50, "a":"\u00e9"}`, `{ }`} {
		if err := w.Add([]byte(raw), at.Add(-time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	text, err := Unpack(bytes.NewReader(b.Bytes()), 1<<20)
	if want := `{"Records":[{"b":1.50, "a":"\u00e9"},{ }]}`; err != nil || string(text) != want {
		t.Errorf("%q %v", text, err)
	}
	if f.Hash != hashOf(text) || *f.Newest != "2024-03-05T00:00:09Z" || *f.Oldest != "2024-03-05T00:00:08Z" {
		t.Errorf("%+v", f)
	}
	if sum, err := Sum(iotest.OneByteReader(bytes.NewReader(b.Bytes())), 1<<20); err != nil || sum != f.Hash {
		t.Errorf("sum %s %v", sum, err)
	}
}

func TestEmptyLog(t *testing.T) {
	var b bytes.Buffer
	f, err := NewWriter(&b).Close()
	if text, uerr := Unpack(&b, 100); err != nil || uerr != nil || string(text) != `{"Records":[]}` || f.Newest != nil {
		t.Errorf("%q %v %v %+v", text, err, uerr, f)
	}
}

func TestUnpackRefuses(t *testing.T) {
	good := Pack([]byte(strings.Repeat("text ", 100)))
	broken := bytes.Clone(good)
	broken[len(broken)-6]++ // its checksum
	for _, c := range []struct {
		name   string
		packed []byte
		limit  int64
		want   string
	}{
		{"good", good, 500, ""},
		{"too long", good, 499, ErrTooLong.Error()},
		{"trailing byte", append(bytes.Clone(good), 0), 500, ErrTrailing.Error()},
		{"trailing member", append(bytes.Clone(good), Pack(nil)...), 500, ErrTrailing.Error()},
		{"cut", good[:len(good)-1], 500, "broken gzip"},
		{"changed", broken, 500, "broken gzip"},
		{"plain", []byte(`{"Records":[]}`), 500, "broken gzip"},
		{"empty", nil, 500, "broken gzip"},
	} {
		_, err := Sum(bytes.NewReader(c.packed), c.limit)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := Sum(iotest.ErrReader(errors.New("disk")), 10); err == nil {
		t.Error("an error of the reader is lost")
	}
}
