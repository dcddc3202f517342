package catalog

import (
	"fmt"
	"strings"
)

// Problem is why a mapping source will collect nothing, or less than it seems to promise.
type Problem struct {
	// Source is the name of the mapping source.
	Source  string     `json:"source"`
	Type    SourceType `json:"type"`
	Keyword string     `json:"keyword,omitempty"`
	// Code is one of the problem codes.
	Code string `json:"code"`
	// Message tells a reader what is wrong and what to do.
	Message string `json:"message"`
}

// The problem codes.
const (
	UnknownKeyword = "unknown-keyword"
	WrongCase      = "wrong-case"
	NotRecorded    = "not-recorded"
	ReadOnlyEvent  = "read-only-event"
	// ManualControl: a common control that groups nothing automated.
	ManualControl = "manual-common-control"
)

// Silences reports whether the source collects nothing at all because of the problem; other problems only warn.
func (p Problem) Silences() bool {
	switch p.Code {
	case NotRecorded, ManualControl:
		return true
	case UnknownKeyword:
		_, _, named := Event(p.Keyword)
		return p.Type == Config || p.Type == APICall || p.Type == CommonControl || p.Type == CoreControl || p.Type == CloudTrail && !named
	case WrongCase:
		return p.Type != SecurityHub
	}
	return false
}

// Lint checks the mapping sources of a control. AWS accepts any keyword and then collects nothing without a word;
// here the keyword is accepted too, but said to be wrong.
func Lint(list []Source) []Problem {
	var out []Problem
	for _, s := range list {
		if code, msg := lint(s); code != "" {
			if code == UnknownKeyword {
				msg = strings.TrimSuffix(msg, ".") + closing(DidYouMean(s.Keyword, Keywords(s.Type)))
			}
			out = append(out, Problem{Source: s.Name, Type: s.Type, Keyword: s.Keyword, Code: code, Message: msg})
		}
	}
	return out
}

// closing ends a sentence, with a suggestion when there is one.
func closing(suggestion string) string {
	if suggestion == "" {
		return "."
	}
	return suggestion
}

func lint(s Source) (code, message string) {
	x := keywords()
	switch s.Type {
	case Config:
		if strings.HasPrefix(s.Keyword, CustomPrefix) && len(s.Keyword) > len(CustomPrefix) || x.rule[s.Keyword] {
			return "", ""
		}
		if up := strings.ToUpper(strings.ReplaceAll(s.Keyword, "-", "_")); x.rule[up] {
			return WrongCase, fmt.Sprintf("%q is no rule identifier; write %s.", s.Keyword, up)
		}
		return UnknownKeyword, fmt.Sprintf("No managed rule is called %q. Write the identifier of a managed rule, or %s and the name of a custom rule.", s.Keyword, CustomPrefix)
	case SecurityHub:
		if x.hubSet[s.Keyword] {
			return "", ""
		}
		for _, k := range x.hub {
			if strings.EqualFold(k, s.Keyword) {
				return WrongCase, fmt.Sprintf("%q is written %s; findings of the id as written are still collected.", s.Keyword, k)
			}
		}
		return UnknownKeyword, fmt.Sprintf("No Security Hub control %q is known; findings that carry this id are still collected.", s.Keyword)
	case APICall:
		return lintCall(x, s.Keyword)
	case CloudTrail:
		return lintEvent(x, s.Keyword)
	case CommonControl, CoreControl:
		return lintGrouping(s)
	}
	return "", ""
}

func lintGrouping(s Source) (code, message string) {
	noun := "common"
	if s.Type == CoreControl {
		noun = "core"
		if _, ok := Catalog().Core(s.Keyword); ok {
			return "", ""
		}
	} else if c, ok := Catalog().Common(s.Keyword); ok {
		if c.Manual() {
			return ManualControl, fmt.Sprintf("%q is a manual common control: nothing is grouped under it, and nothing is collected. Bring its evidence by hand.", c.Name)
		}
		return "", ""
	}
	return UnknownKeyword, fmt.Sprintf("No %s control is called %q; nothing is collected. Write its ARN or id as Control Catalog and ListControls give it.", noun, s.Keyword)
}

func lintCall(x *index, keyword string) (code, message string) {
	c, ok := x.calls[keyword]
	switch {
	case !ok:
		for _, k := range x.names {
			if strings.EqualFold(k, keyword) {
				return WrongCase, fmt.Sprintf("%q is written %s; as it stands nothing is collected.", keyword, k)
			}
		}
		return UnknownKeyword, fmt.Sprintf("%q is no API call that evidence can come from; nothing is collected.", keyword)
	case c.Type == "":
		return NotRecorded, fmt.Sprintf("Nothing that is recorded answers %s; nothing is collected.", keyword)
	}
	return "", ""
}

func lintEvent(x *index, keyword string) (code, message string) {
	source, name, ok := Event(keyword)
	if !ok {
		return UnknownKeyword, fmt.Sprintf("%q is no CloudTrail keyword; write the service prefix, an underscore and the event's name, as in signin_ConsoleLogin.", keyword)
	}
	prefix := strings.TrimSuffix(source, ".amazonaws.com")
	names, ok := x.events[prefix]
	switch {
	case !ok:
		return UnknownKeyword, fmt.Sprintf("No service prefix %q is known; events of the source %s are still collected.", prefix, source)
	case names[name]:
		return "", ""
	}
	for n := range names {
		if strings.EqualFold(n, name) {
			return WrongCase, fmt.Sprintf("%q is written %s_%s; as it stands nothing is collected.", keyword, prefix, n)
		}
	}
	for _, p := range []string{"List", "Describe", "Get", "BatchGet", "Head"} {
		if strings.HasPrefix(name, p) {
			return ReadOnlyEvent, fmt.Sprintf("%s only reads; Audit Manager withdrew such keywords. Events in the trail are still collected.", keyword)
		}
	}
	return UnknownKeyword, fmt.Sprintf("No event %s of %s is known; events of that name are still collected.", name, source)
}
