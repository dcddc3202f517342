package cloudsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// Recorded are answers that somebody has written down, for calls that a simulator lacks.
type Recorded struct{ answers []recording }

// recording is one file: an array of these.
type recording struct {
	// API and Region choose the calls; Input are members that must be as given.
	API    string `json:"api"`
	Region string `json:"region"`
	Input  Object `json:"input"`
	// Output is the answer, or Error its code.
	Output  Object `json:"output"`
	Error   string `json:"error"`
	Message string `json:"message"`
}

// ReadRecorded reads the files of a directory.
func ReadRecorded(dir string) (*Recorded, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	r := &Recorded{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var all []recording
		if err := json.Unmarshal(b, &all); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, a := range all {
			service, operation, _ := strings.Cut(a.API, ":")
			op := models.Find(service, operation)
			if op == nil {
				return nil, fmt.Errorf("%s: %s is no operation of the models", name, a.API)
			}
			if op.Output != nil && a.Output != nil {
				if err := known(op.Output, a.Output, a.API); err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
			}
		}
		r.answers = append(r.answers, all...)
	}
	return r, nil
}

// answer gives the recorded answer of a call, if there is one.
func (r *Recorded) answer(w http.ResponseWriter, c Call, body []byte) bool {
	if r == nil {
		return false
	}
	for _, a := range r.answers {
		if a.API != c.API() || !glob(a.Region, c.Region) || !a.fits(c, body) {
			continue
		}
		if a.Error != "" {
			Fail(a.Error, "%s", a.Message).write(w, c.Op.Service)
			return true
		}
		if err := encode(w, c.Op, a.Output); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
		return true
	}
	return false
}

func (a recording) fits(c Call, body []byte) bool {
	for k, v := range a.Input {
		if c.Labels[k] != fmt.Sprint(v) && !strings.Contains(string(body), fmt.Sprint(v)) {
			return false
		}
	}
	return true
}
