package delivery

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

const (
	fileTime = "20060102T150405Z"
	wireTime = "2006-01-02T15:04:05.000Z"
)

// Prefix is where a channel puts files.
func Prefix(at compliance.Place, c compliance.Channel) string {
	prefix := c.Prefix
	if prefix != "" {
		prefix += "/"
	}
	return prefix + "AWSLogs/" + at.Account + "/Config/"
}

// folder is the folder of a kind of file on a day; the parts of the date have no leading zeros.
func folder(at compliance.Place, c compliance.Channel, day time.Time, kind string) string {
	y, m, d := day.UTC().Date()
	return fmt.Sprintf("%s%s/%d/%d/%d/%s/", Prefix(at, c), at.Region, y, int(m), d, kind)
}

func snapshotKey(at compliance.Place, c compliance.Channel, s snapshot) string {
	return folder(at, c, s.At, "ConfigSnapshot") +
		fmt.Sprintf("%s_Config_%s_ConfigSnapshot_%s_%s.json.gz", at.Account, at.Region, s.At.UTC().Format(fileTime), s.ID)
}

func historyKey(at compliance.Place, c compliance.Channel, w *window, typ string, n int) string {
	return folder(at, c, w.To, "ConfigHistory") +
		fmt.Sprintf("%s_Config_%s_ConfigHistory_%s_%s_%s_%d.json.gz", at.Account, at.Region, segment(typ), w.From.UTC().Format(fileTime), w.To.UTC().Format(fileTime), n)
}

func oversizeKey(at compliance.Place, c compliance.Channel, it *inventory.Item) string {
	typ, id := segment(it.Type), segment(it.ID)
	return folder(at, c, it.Captured, "OversizedChangeNotification/"+typ+"/"+id) +
		fmt.Sprintf("%s_Config_%s_ChangeNotification_%s_%s_%s_%d.json.gz", at.Account, at.Region, typ, id, it.Captured.UTC().Format(fileTime), it.StateID)
}

// maxSegment keeps keys below the length that a bucket takes, with two types and two ids in one.
const maxSegment = 160

// segment is a type or an id as part of a key: `::` stays, a slash does not make a folder, and what is too long ends
// in its digest.
func segment(s string) string {
	if s = url.PathEscape(s); len(s) > maxSegment {
		sum := sha256.Sum256([]byte(s))
		s = s[:maxSegment-17] + "-" + hex.EncodeToString(sum[:8])
	}
	return s
}
