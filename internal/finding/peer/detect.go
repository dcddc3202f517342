package peer

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Sniffed is how many bytes of a file Detect looks at.
const Sniffed = 32 << 10

// Detect recognises the format of a file by how it begins; ASFF when it is none of the others.
func Detect(head []byte) string {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(head) == 0 {
		return ASFF
	}
	if head[0] != '{' && head[0] != '[' {
		line, _, _ := bytes.Cut(head, []byte("\n"))
		names := strings.ToUpper(string(line))
		if strings.Contains(names, "CHECK_ID") && strings.Contains(names, "STATUS") && strings.ContainsAny(names, ";,") {
			return CSV
		}
		return ASFF
	}
	keys := firstKeys(head)
	switch {
	case keys["runs"] || keys["$schema"] && bytes.Contains(bytes.ToLower(head[:min(len(head), 512)]), []byte("sarif")):
		return SARIF
	case keys["profiles"] || keys["platform"] && keys["statistics"]:
		return InSpec
	case keys["SchemaVersion"] || keys["Findings"]:
		return ASFF
	case keys["class_uid"] || keys["finding_info"] || keys["category_uid"] || keys["type_uid"] || keys["activity_id"] || keys["metadata"] && (keys["severity_id"] || keys["status_id"]):
		return OCSF
	}
	return ASFF
}

// firstKeys are the keys of the first object of a text, as far as it goes.
func firstKeys(head []byte) map[string]bool {
	keys := map[string]bool{}
	d := json.NewDecoder(bytes.NewReader(head))
	depth, key := 0, true
	for {
		tok, err := d.Token()
		if err != nil {
			return keys
		}
		switch tok {
		case json.Delim('['):
			if depth > 0 {
				depth++
			}
			continue
		case json.Delim('{'):
			depth++
			key = depth == 1
			continue
		case json.Delim('}'), json.Delim(']'):
			if depth--; depth <= 0 {
				return keys
			}
			key = depth == 1
			continue
		}
		if depth != 1 {
			continue
		}
		if name, ok := tok.(string); ok && key {
			keys[name] = true
		}
		key = !key
	}
}
