package local

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
)

// ManifestFile says what a folder's function is.
const ManifestFile = "function.yaml"

const maxManifest = 64 << 10

// Function is one function of the functions' folder.
type Function struct {
	// Name is the folder's name when function.yaml gives none; an ARN limits it to that account and region.
	Name function.Name
	// Runtime is nodejs, python or provided.
	Runtime Runtime
	// Handler is file.export; functions of the runtime provided read it as they like.
	Handler string
	Timeout time.Duration
	// Memory is in MB, as Lambda counts it.
	Memory int
	// Environment are variables of its own; Inherit names those it gets from ours.
	Environment map[string]string
	Inherit     []string
	// Interpreter is the program that runs Node.js or Python code; empty finds it.
	Interpreter string
	// Dir is the folder.
	Dir string
}

// Runtime is a family of Lambda's runtimes. Which version runs is what is installed here.
type Runtime string

// The runtimes.
const (
	Node     Runtime = "nodejs"
	Python   Runtime = "python"
	Provided Runtime = "provided"
)

// What function.yaml may say, and what holds when it does not.
const (
	defaultTimeout = 60 * time.Second
	maxTimeout     = 900 * time.Second
	defaultMemory  = 256
	minMemory      = 128
	maxMemory      = 10240
	maxVariables   = 100
	maxEnvironment = 4 << 10
)

type manifest struct {
	Name        string            `yaml:"name"`
	Runtime     string            `yaml:"runtime"`
	Handler     string            `yaml:"handler"`
	Timeout     *int              `yaml:"timeout"`
	Memory      *int              `yaml:"memory"`
	Environment map[string]string `yaml:"environment"`
	Inherit     []string          `yaml:"inherit"`
	Interpreter string            `yaml:"interpreter"`
}

// ParseManifest reads a function.yaml of the folder dir.
func ParseManifest(dir string, text []byte) (Function, error) {
	var m manifest
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		return Function{}, fault.Invalidf(ManifestFile, "It is not a description of a function: %v.", err)
	}
	f := Function{
		Dir: dir, Handler: m.Handler, Environment: m.Environment, Inherit: m.Inherit, Interpreter: m.Interpreter,
		Timeout: defaultTimeout, Memory: defaultMemory,
	}
	if m.Name == "" {
		m.Name = filepath.Base(dir)
	}
	var err error
	if f.Name, err = function.ParseName(m.Name); err != nil {
		return f, err
	}
	if m.Timeout != nil {
		f.Timeout = time.Duration(*m.Timeout) * time.Second
	}
	if m.Memory != nil {
		f.Memory = *m.Memory
	}
	if f.Runtime, err = parseRuntime(m.Runtime); err != nil {
		return f, err
	}
	return f, f.check()
}

var runtimePattern = regexp.MustCompile(`^(nodejs|python|provided)(\d+(\.(x|\d+))?|\.al\d+)?$`)

func parseRuntime(s string) (Runtime, error) {
	m := runtimePattern.FindStringSubmatch(s)
	if m == nil {
		return "", fault.Invalidf("runtime", "runtime %.100q is unknown: give nodejs, python or provided, perhaps with a version as in nodejs22.x or provided.al2023.", s)
	}
	return Runtime(m[1]), nil
}

var (
	handlerPattern  = regexp.MustCompile(`^[^\s.][^\s]*\.[^\s.]+$`)
	variablePattern = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

func (f Function) check() error {
	if f.Runtime != Provided && (!handlerPattern.MatchString(f.Handler) || slices.Contains(strings.Split(f.Handler, "/"), "..")) {
		return fault.Invalidf("handler", "handler %.100q must be file.export, as in index.handler, in the function's own folder.", f.Handler)
	}
	if f.Timeout < time.Second || f.Timeout > maxTimeout {
		return fault.Invalidf("timeout", "timeout must be from 1 to %d seconds.", maxTimeout/time.Second)
	}
	if f.Memory < minMemory || f.Memory > maxMemory {
		return fault.Invalidf("memory", "memory must be from %d to %d (MB).", minMemory, maxMemory)
	}
	if f.Interpreter != "" && f.Runtime == Provided {
		return fault.Invalidf("interpreter", "interpreter is for nodejs and python; the runtime provided starts the program 'bootstrap' itself.")
	}
	return f.checkEnvironment()
}

func (f Function) checkEnvironment() error {
	size := 0
	for name, value := range f.Environment {
		size += len(name) + len(value)
		if strings.ContainsRune(value, 0) {
			return fault.Invalidf("environment", "environment: the value of %.100q must not have a zero byte.", name)
		}
	}
	if size > maxEnvironment || len(f.Environment)+len(f.Inherit) > maxVariables {
		return fault.Invalidf("environment", "environment must have at most %d variables and %d bytes in all.", maxVariables, maxEnvironment)
	}
	for name := range f.Environment {
		if err := checkVariable("environment", name); err != nil {
			return err
		}
	}
	for _, name := range f.Inherit {
		if err := checkVariable("inherit", name); err != nil {
			return err
		}
	}
	return nil
}

func checkVariable(field, name string) error {
	if !variablePattern.MatchString(name) {
		return fault.Invalidf(field, "%s: %.100q is not the name of a variable.", field, name)
	}
	if reserved(name) {
		return fault.Invalidf(field, "%s: %s is set by the runtime and cannot be set here.", field, name)
	}
	return nil
}

// ReadFolder reads the functions of a folder: one for each sub-folder with a function.yaml, ordered by name.
func ReadFolder(dir string) ([]Function, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fault.New(fault.NotFound, "The folder of functions cannot be read: %v.", err)
	}
	var list []Function
	for _, e := range entries {
		f, err := readFunction(filepath.Join(dir, e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // no function: modules, tests
		}
		if err != nil {
			return nil, err
		}
		for _, other := range list {
			if other.Name == f.Name {
				return nil, fault.Invalidf("name", "The folders %s and %s both hold a function %q. Name one of them in its %s.", other.Dir, f.Dir, f.Name.Name, ManifestFile)
			}
		}
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b Function) int { return strings.Compare(a.Name.String(), b.Name.String()) })
	return list, nil
}

func readFunction(dir string) (Function, error) {
	path := filepath.Join(dir, ManifestFile)
	info, err := os.Stat(path)
	if err != nil {
		return Function{}, fs.ErrNotExist
	}
	if info.Size() > maxManifest {
		return Function{}, fault.Invalidf(ManifestFile, "%s is larger than %d bytes.", path, maxManifest)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Function{}, fault.New(fault.Invalid, "%s cannot be read: %v.", path, err)
	}
	f, err := ParseManifest(dir, text)
	var known *fault.Error
	if errors.As(err, &known) {
		named := *known
		named.Message = fmt.Sprintf("%s: %s", path, known.Message)
		return f, &named
	}
	return f, err
}
