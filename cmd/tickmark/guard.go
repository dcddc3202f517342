package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/guard"
)

// Exit codes of the original, which scripts and CI jobs rely on.
const (
	exitGuardUnread = 5  // validate: rules or data cannot be read
	exitGuardTests  = 7  // test: an expectation does not hold
	exitGuardFailed = 19 // validate: a rule failed
	exitGuardError  = 255
)

// maxGuardFile bounds one file of rules, data or tests.
const maxGuardFile = 64 << 20

func (p *program) guardCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "guard",
		Short: "Judge documents by rules in the Guard language, and test such rules",
		Long: `Guard judges JSON and YAML documents, such as templates, plans and configuration items, by rules in the Guard policy
language. The engine is Tickmark's own; the exit codes are those of cfn-guard. Regular expressions are RE2: look-ahead,
look-behind and back-references are refused when the rules are read.`,
		Example: "  tickmark guard validate --rules rules/ --data template.yaml\n  tickmark guard test --rules-file s3.guard --test-data s3-tests.yaml",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.guardValidate(), p.guardTest())
	return cmd
}

// guardFiles are the files named, and those below the directories named that end in one of the extensions.
func guardFiles(names []string, extensions ...string) ([]string, error) {
	var files []string
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, name)
			continue
		}
		err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && slices.Contains(extensions, strings.ToLower(filepath.Ext(path))) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no file ending in %s in %s", strings.Join(extensions, ", "), strings.Join(names, ", "))
	}
	return files, nil
}

func guardRead(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	if info.Size() > maxGuardFile {
		return "", fmt.Errorf("%s has %d bytes; at most %d are read", name, info.Size(), maxGuardFile)
	}
	text, err := os.ReadFile(name)
	return string(text), err
}

func guardRules(names []string, order guardOrder) ([]*guard.File, error) {
	files, err := guardFiles(names, ".guard", ".ruleset")
	if err != nil {
		return nil, err
	}
	if err := order.sort(files); err != nil {
		return nil, err
	}
	var rules []*guard.File
	var all error
	for _, name := range files {
		text, err := guardRead(name)
		if err != nil {
			return nil, err
		}
		f, err := guard.Parse(name, text)
		if err != nil {
			all = errors.Join(all, err)
			continue
		}
		rules = append(rules, f)
	}
	return rules, all
}
