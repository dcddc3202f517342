package anchor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/stamp"
)

// maxAnswer bounds what a place may answer.
const maxAnswer = 1 << 20

// post sends a body and reads the answer whole.
func post(ctx context.Context, client *http.Client, to, contentType string, body []byte) (http.Header, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, nil, err
	}
	if resp.StatusCode/100 != 2 {
		return nil, nil, fmt.Errorf("it answers %s", resp.Status)
	}
	return resp.Header, answer, nil
}

// hook posts the signed checkpoint as text; what the receiver calls it by is the answer's Location.
type hook struct {
	url    string
	clock  stamp.Source
	client *http.Client
}

func (h hook) Name() (kind, where string) { return Webhook, h.url }

func (h hook) Keep(ctx context.Context, c ledger.Checkpoint) (Receipt, error) {
	header, _, err := post(ctx, h.client, h.url, "text/plain; charset=utf-8", c.Note)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{At: h.clock.Now().UTC(), Reference: header.Get("Location")}, nil
}

// folder writes a file for each checkpoint, and never over another.
type folder struct {
	path  string
	clock stamp.Source
}

func (f folder) Name() (kind, where string) { return Directory, f.path }

func (f folder) Keep(_ context.Context, c ledger.Checkpoint) (Receipt, error) {
	name := fmt.Sprintf("%s-%012d.checkpoint", strings.ReplaceAll(c.Origin, "/", "-"), c.Size)
	err := writeNew(filepath.Join(f.path, name), c.Note)
	if errors.Is(err, fs.ErrExist) {
		if have, readErr := os.ReadFile(filepath.Join(f.path, name)); readErr != nil || !bytes.Equal(have, c.Note) {
			return Receipt{}, fmt.Errorf("%s is there with another checkpoint of the same size", name)
		}
		err = nil
	}
	return Receipt{At: f.clock.Now().UTC(), Reference: name}, err
}

func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o444)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}
