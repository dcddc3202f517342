package models

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed data/*.json
var files embed.FS

var (
	mu     sync.Mutex
	loaded = map[string]*Service{}
)

// names of all services, sorted.
var names = sync.OnceValue(func() []string {
	entries, err := files.ReadDir("data")
	if err != nil {
		panic(err) // the embedded directory is there, or the build fails
	}
	var all []string
	for _, e := range entries {
		all = append(all, strings.TrimSuffix(e.Name(), ".json"))
	}
	slices.Sort(all)
	return all
})

// Names lists the services.
func Names() []string { return slices.Clone(names()) }

// Load reads the model of a service; it is nil when there is none.
func Load(name string) *Service {
	mu.Lock()
	defer mu.Unlock()
	if s := loaded[name]; s != nil {
		return s
	}
	if _, ok := slices.BinarySearch(names(), name); !ok {
		return nil
	}
	b, err := files.ReadFile("data/" + name + ".json")
	if err != nil {
		panic(err) // names are those of the embedded files
	}
	s, err := Read(name, b)
	if err != nil {
		panic(err) // a test reads every model
	}
	loaded[name] = s
	return s
}

// Find is the operation of a service; it is nil when either is not there.
func Find(service, operation string) *Operation {
	s := Load(service)
	if s == nil {
		return nil
	}
	return s.Operations[operation]
}

// Read reads a model and joins uses of shapes to them.
func Read(name string, b []byte) (*Service, error) {
	s := &Service{Name: name}
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("model of %s: %w", name, err)
	}
	l := linker{s}
	for n, o := range s.Operations {
		o.Name, o.Service = n, s
		if err := l.link(o.Input, o.Output); err != nil {
			return nil, err
		}
	}
	for n, shape := range s.Shapes {
		shape.Name = n
		if err := l.link(append(shape.Members, shape.Element, shape.Key)...); err != nil {
			return nil, err
		}
	}
	for _, shape := range s.Shapes {
		shape.index()
	}
	return s, nil
}

func (s *Shape) index() {
	s.byName, s.byWire, s.byTag = make(map[string]*Member, len(s.Members)), map[string]*Member{}, map[string]*Member{}
	for _, m := range s.Members {
		s.byName[m.Name] = m
		s.attributes = s.attributes || m.XMLAttribute
		if m.Location == "" {
			s.byWire[m.Wire()], s.byTag[m.tag()] = m, m
		}
	}
}

// plain are the shapes without any trait; models name them by their type alone.
var plain = func() map[string]*Shape {
	all := map[string]*Shape{}
	for _, t := range []string{"string", "boolean", "integer", "long", "float", "double", "timestamp", "blob"} {
		all[t] = &Shape{Name: t, Type: t}
	}
	return all
}()

type linker struct{ service *Service }

func (l linker) link(members ...*Member) error {
	for _, m := range members {
		if m == nil {
			continue
		}
		if m.Shape = plain[m.ShapeName]; m.Shape == nil {
			m.Shape = l.service.Shapes[m.ShapeName]
		}
		if m.Shape == nil {
			return fmt.Errorf("model of %s: the shape %s is missing", l.service.Name, m.ShapeName)
		}
	}
	return nil
}
