package server

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/fault"
)

// Reach tells the URL of the server of a data directory (where it would serve by default when none runs) and the root
// credentials.
func Reach(data string) (url string, keys authz.Credentials, err error) {
	address := DefaultListen
	if r, err := FindRunning(data); err == nil {
		address = r.Address
	} else if fault.KindOf(err) != fault.NotFound {
		return "", keys, err
	}
	keys, err = readProfile(filepath.Join(data, "credentials"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", keys, fault.New(fault.NotFound, "There are no credentials in %s. Start 'tickmark serve --data %s' first.", data, data)
	}
	return "http://" + address, keys, err
}

func readProfile(path string) (c authz.Credentials, err error) {
	f, err := os.Open(path)
	if err != nil {
		return c, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "=")
		switch strings.TrimSpace(name) {
		case "aws_access_key_id":
			c.AccessKeyID = strings.TrimSpace(value)
		case "aws_secret_access_key":
			c.Secret = strings.TrimSpace(value)
		}
	}
	if c.AccessKeyID == "" || c.Secret == "" {
		return c, fmt.Errorf("%s holds no keys", path)
	}
	return c, nil
}
