package logfile

import (
	"testing"
	"time"
)

func TestKeys(t *testing.T) {
	at := time.Date(2024, 3, 5, 7, 9, 11, 0, time.UTC)
	minute := at.Truncate(time.Minute)
	here := Place{Account: "111122223333", Region: "eu-west-1"}
	org := Place{Prefix: "a/b", Organization: "o-abcdefghij", Account: "111122223333", Region: "us-gov-west-1"}
	for _, c := range []struct {
		name Name
		key  string
	}{
		{Name{Place: here, Folder: FolderLog, At: minute, Unique: "aB3dE6gH9jK2mN5p"}, "AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/05/111122223333_CloudTrail_eu-west-1_20240305T0709Z_aB3dE6gH9jK2mN5p.json.gz"},
		{Name{Place: here, Folder: FolderInsight, At: minute, Unique: "x"}, "AWSLogs/111122223333/CloudTrail-Insight/eu-west-1/2024/03/05/111122223333_CloudTrail-Insight_eu-west-1_20240305T0709Z_x.json.gz"},
		{Name{Place: org, Folder: FolderNetwork, At: minute, Unique: "x"}, "a/b/AWSLogs/o-abcdefghij/111122223333/CloudTrail-NetworkActivity/us-gov-west-1/2024/03/05/111122223333_CloudTrail-NetworkActivity_us-gov-west-1_20240305T0709Z_x.json.gz"},
		{Name{Place: here, Folder: FolderDigest, At: at, Trail: "my_trail.v1-x", Home: "us-east-1"}, "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2024/03/05/111122223333_CloudTrail-Digest_eu-west-1_my_trail.v1-x_us-east-1_20240305T070911Z.json.gz"},
		{Name{Place: org, Folder: FolderDigest, At: at, Trail: "t", Home: "us-east-1", Backfill: true}, "a/b/AWSLogs/o-abcdefghij/111122223333/CloudTrail-Digest/us-gov-west-1/2024/03/05/111122223333_CloudTrail-Digest_us-gov-west-1_t_us-east-1_20240305T070911Z_backfill.json.gz"},
	} {
		if got := c.name.Key(); got != c.key {
			t.Errorf("key\n%s, want\n%s", got, c.key)
		}
		if n, ok := ParseKey(c.key); !ok || n != c.name {
			t.Errorf("%s: %+v %v", c.key, n, ok)
		}
		if n, ok := ParseKey("/tmp/AWSLogs/copy/" + c.key); !ok || n.Prefix == c.name.Prefix || BelowPrefix("/tmp/AWSLogs/copy/"+c.key) != BelowPrefix(c.key) {
			t.Errorf("a copy of %s: %+v %v", c.key, n, ok)
		}
	}
}

func TestKeysRefused(t *testing.T) {
	for _, key := range []string{
		"", "AWSLogs", "AWSLogs/111122223333/CloudTrail/eu-west-1/x.json.gz",
		"AWSLogs/1111/CloudTrail/eu-west-1/2024/03/05/1111_CloudTrail_eu-west-1_20240305T0709Z_x.json.gz",
		"AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/06/111122223333_CloudTrail_eu-west-1_20240305T0709Z_x.json.gz",                 // another day
		"AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/05/111122223333_CloudTrail_eu-west-2_20240305T0709Z_x.json.gz",                 // another Region
		"AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/05/111122223333_CloudTrail_eu-west-1_20240305T0709Z_x.json",                    // not packed
		"AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/05/111122223333_CloudTrail_eu-west-1_20240305T0709Z.json.gz",                   // no unique part
		"AWSLogs/111122223333/Config/eu-west-1/2024/03/05/111122223333_Config_eu-west-1_20240305T0709Z_x.json.gz",                         // not ours
		"AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2024/03/05/111122223333_CloudTrail-Digest_eu-west-1_20240305T070911Z.json.gz",   // no trail
		"AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2024/03/05/111122223333_CloudTrail-Digest_eu-west-1_t_h_20240305T0709Z.json.gz", // a log's stamp
	} {
		if n, ok := ParseKey(key); ok {
			t.Errorf("%s is taken for %+v", key, n)
		}
	}
}
