package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/logfile"
)

// VerifyFiles checks the files of results in a folder by their manifest, as `aws cloudtrail verify-query-results` does.
func VerifyFiles(folder fs.FS, manifest []byte, keys logfile.Keys) error {
	files, err := Verify(manifest, keys)
	if err != nil {
		return err
	}
	for _, f := range files {
		hash, err := hashFile(folder, f.Name)
		if err != nil {
			return &fault.Error{Kind: fault.Invalid, Field: f.Name, Message: "The file " + f.Name + " of the results cannot be read.", Err: err}
		}
		if hash != f.Hash {
			return fault.Invalidf(f.Name, "The file %s of the results was changed: its hash is not that of the manifest.", f.Name)
		}
	}
	return nil
}

func hashFile(folder fs.FS, name string) (string, error) {
	f, err := folder.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}
