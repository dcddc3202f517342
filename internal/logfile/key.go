package logfile

import (
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
)

// The folders of an account below AWSLogs.
const (
	FolderLog        = "CloudTrail"
	FolderInsight    = "CloudTrail-Insight"
	FolderNetwork    = "CloudTrail-NetworkActivity"
	FolderAggregated = "CloudTrail-Aggregated"
	FolderDigest     = "CloudTrail-Digest"
)

// The stamps in the names of files.
const (
	logStamp    = "20060102T1504Z"
	digestStamp = "20060102T150405Z"
)

const (
	ending         = ".json.gz"
	backfillEnding = "_backfill" + ending
)

// Place is where the files of an account and Region lie in a bucket.
type Place struct {
	// Prefix comes before AWSLogs, without the slash; Organization is the id in the keys of organization trails. Both
	// may be empty.
	Prefix, Organization string
	Account, Region      string
}

// Folder is the key prefix of a folder of the place, with the slash at its end.
func (p Place) Folder(folder string) string {
	var b strings.Builder
	if p.Prefix != "" {
		b.WriteString(p.Prefix + "/")
	}
	b.WriteString("AWSLogs/")
	if p.Organization != "" {
		b.WriteString(p.Organization + "/")
	}
	b.WriteString(p.Account + "/" + folder + "/" + p.Region + "/")
	return b.String()
}

// Name is what the key of a file tells. Of a log file it never tells when its events happened: At is its delivery.
type Name struct {
	Place
	// Folder is one of the Folder constants.
	Folder string
	// At is the minute of a log file's delivery, or a digest's end.
	At time.Time
	// Unique are the 16 letters and digits that tell log files of a minute apart.
	Unique string
	// Trail and Home are the trail of a digest and the trail's home Region.
	Trail, Home string
	// Backfill marks a digest of log files that a regular digest left out.
	Backfill bool
}

// Key is the file's key in its bucket.
func (n Name) Key() string {
	at := n.At.UTC()
	file := n.Account + "_" + n.Folder + "_" + n.Region + "_"
	switch {
	case n.Folder == FolderDigest && n.Backfill:
		file += n.Trail + "_" + n.Home + "_" + at.Format(digestStamp) + backfillEnding
	case n.Folder == FolderDigest:
		file += n.Trail + "_" + n.Home + "_" + at.Format(digestStamp) + ending
	default:
		file += at.Format(logStamp) + "_" + n.Unique + ending
	}
	return n.Place.Folder(n.Folder) + at.Format("2006/01/02/") + file
}

// ParseKey reads the key of a log or digest file, or a path that ends in one; false for all others. Key of the result
// is the key again.
func ParseKey(key string) (Name, bool) {
	parts := strings.Split(key, "/")
	for i, p := range parts {
		if p != "AWSLogs" {
			continue
		}
		if n, ok := parseBelow(parts[i+1:]); ok {
			n.Prefix = strings.Join(parts[:i], "/")
			return n, true
		}
	}
	return Name{}, false
}

// parseBelow reads what follows AWSLogs: [organization/]account/folder/region/YYYY/MM/DD/file.
func parseBelow(parts []string) (n Name, ok bool) {
	if len(parts) == 8 && strings.HasPrefix(parts[0], "o-") {
		n.Organization, parts = parts[0], parts[1:]
	}
	if len(parts) != 7 || !arn.ValidAccount(parts[0]) {
		return n, false
	}
	n.Account, n.Folder, n.Region = parts[0], parts[1], parts[2]
	rest, ok := strings.CutPrefix(parts[6], n.Account+"_"+n.Folder+"_"+n.Region+"_")
	if !ok {
		return n, false
	}
	switch n.Folder {
	case FolderDigest:
		ok = n.parseDigest(rest)
	case FolderLog, FolderInsight, FolderNetwork, FolderAggregated:
		ok = n.parseLog(rest)
	default:
		ok = false
	}
	return n, ok && strings.Join(parts[3:6], "/") == n.At.Format("2006/01/02")
}

func (n *Name) parseLog(rest string) bool {
	rest, ok := strings.CutSuffix(rest, ending)
	if !ok {
		return false
	}
	stamp, unique, ok := strings.Cut(rest, "_")
	at, err := time.Parse(logStamp, stamp)
	n.At, n.Unique = at, unique
	return ok && err == nil && unique != ""
}

func (n *Name) parseDigest(rest string) bool {
	rest, n.Backfill = strings.CutSuffix(rest, backfillEnding)
	if !n.Backfill {
		var ok bool
		if rest, ok = strings.CutSuffix(rest, ending); !ok {
			return false
		}
	}
	rest, stamp, ok := cutLast(rest)
	if !ok {
		return false
	}
	n.Trail, n.Home, ok = cutLast(rest)
	at, err := time.Parse(digestStamp, stamp)
	n.At = at
	return ok && err == nil && n.Trail != "" && n.Home != ""
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '_')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// BelowPrefix is a key from AWSLogs on, which is the same wherever the bucket was copied to; "" for other names.
func BelowPrefix(key string) string {
	if i := strings.LastIndex("/"+key, "/AWSLogs/"); i >= 0 {
		return key[i:]
	}
	return ""
}
