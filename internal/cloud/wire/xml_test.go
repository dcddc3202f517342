package wire

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// events are the parts of a document in a row: "+a -a text".
func events(doc string) (string, error) {
	s := scanner{b: []byte(doc)}
	var out strings.Builder
	for {
		t, err := s.next()
		if err == io.EOF {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch t.kind {
		case startTag:
			out.WriteString("\x00+" + string(t.name))
			all, err := t.attributes()
			if err != nil {
				return "", err
			}
			for _, a := range all {
				out.WriteString("\x00@" + a.name + "=" + a.value)
			}
			out.WriteString("\x00")
		case endTag:
			out.WriteString("\x00-" + string(t.name) + "\x00")
		default:
			text, err := t.String()
			if err != nil {
				return "", err
			}
			out.WriteString(text)
		}
	}
}

// theirs are the same by encoding/xml, for documents that it finds in order.
func theirs(doc string) (string, error) {
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		t, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		if _, ok := t.(xml.Directive); ok {
			return "", errors.New("it declares types")
		}
	}
	name := func(n xml.Name) string {
		if n.Space != "" {
			return n.Space + ":" + n.Local
		}
		return n.Local
	}
	var out strings.Builder
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		t, err := d.RawToken()
		if err == io.EOF {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			out.WriteString("\x00+" + name(t.Name))
			for _, a := range t.Attr {
				out.WriteString("\x00@" + name(a.Name) + "=" + a.Value)
			}
			out.WriteString("\x00")
		case xml.EndElement:
			out.WriteString("\x00-" + name(t.Name) + "\x00")
		case xml.CharData:
			out.Write(t)
		}
	}
}

func TestScanner(t *testing.T) {
	for _, c := range []struct{ doc, want string }{
		{`<a>b</a>`, "+a b -a"},
		{`<?xml version="1.0" encoding="UTF-8"?><!-- c > --><a x:y="1 &gt; 0" z='"'><b/>t<![CDATA[<&]]>u</a >`, "+a @x:y=1 > 0 @z=\" +b -b t<&u -a"},
		{`<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</a>`, "+a <>&\"'AB -a"},
		{"<a>\r\n1\r2</a>", "+a \n1\n2 -a"},
		{`<a b=">"/>`, "+a @b=> -a"},
	} {
		got, err := events(c.doc)
		if plain := strings.Join(strings.FieldsFunc(got, func(r rune) bool { return r == 0 }), " "); err != nil || plain != c.want {
			t.Errorf("%s: %q, %v", c.doc, plain, err)
		}
		if want, err := theirs(c.doc); err != nil || got != want {
			t.Errorf("%s: %q, encoding/xml %q, %v", c.doc, got, want, err)
		}
	}
	for _, doc := range []string{`<a>`, `<a></b>`, `</a>`, `<a`, `<a>&b;</a>`, `<a>&#1114112;</a>`, `<!DOCTYPE a><a/>`, `<a b></a>`, `<a b=1/>`, `<a><</a>`, `<>`, "<a>\xff</a>", `<![CDATA[`, `<!--`, `<?`, `<!`} {
		if got, err := events(doc); err == nil {
			t.Errorf("%s: %q, want an error", doc, got)
		}
	}
}

// FuzzXML: a document that encoding/xml finds in order has the same parts here; no document does harm.
func FuzzXML(f *testing.F) {
	for _, s := range []string{`<a>b</a>`, `<a x="1"><b/>t<![CDATA[<]]></a>`, `<?xml version="1.0"?><a>&amp;&#x41;</a>`, "<a>\r\n</a><!-- -->", `<x:a xmlns:x="y" x:b='c'/>`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		got, err := events(doc)
		want, theirErr := theirs(doc)
		if theirErr == nil && (err != nil || got != want) {
			t.Fatalf("%q, %v; encoding/xml %q", got, err, want)
		}
	})
}
