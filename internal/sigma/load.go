package sigma

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// Set is rules that are matched together.
type Set []*Rule

// Mistake is a file that is no rule, and why.
type Mistake struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// maxRules is how many rules a set has at most.
const maxRules = 5000

// Load reads rules from files, and from directories with all that lies below them (.yml and .yaml). Files that are no
// rules are told; a path that is not there is the caller's mistake.
func Load(paths ...string) (Set, []Mistake, error) {
	var set Set
	var bad []Mistake
	ids := map[string]string{}
	add := func(file string) error {
		r, err := read(file)
		if err != nil {
			bad = append(bad, Mistake{file, err.Error()})
			return nil
		}
		if before, taken := ids[r.ID]; taken {
			bad = append(bad, Mistake{file, fmt.Sprintf("the id %s is that of %s, too", r.ID, before)})
			return nil
		}
		if len(set) == maxRules {
			return fault.New(fault.Quota, "There are more than %d Sigma rules. Give fewer.", maxRules)
		}
		ids[r.ID] = file
		set = append(set, r)
		return nil
	}
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, nil, &fault.Error{Kind: fault.Invalid, Field: "PATH", Err: err, Message: "The Sigma rules " + p + " cannot be read. Give a rule, or a directory of rules"}
		}
		if !info.IsDir() {
			if err := add(p); err != nil {
				return nil, nil, err
			}
			continue
		}
		err = filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !slices.Contains([]string{".yml", ".yaml"}, strings.ToLower(filepath.Ext(name))) {
				return err
			}
			return add(name)
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return set, bad, nil
}

func read(file string) (*Rule, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxRule {
		return nil, fmt.Errorf("the rule is larger than %d bytes", MaxRule)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(text)
}
