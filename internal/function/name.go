package function

import (
	"regexp"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Name is a function's name in all its parts; of a plain name only Name is set.
type Name struct {
	Partition, Region, Account string
	Name, Qualifier            string
}

var (
	namePattern      = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`)
	qualifierPattern = regexp.MustCompile(`^([a-zA-Z0-9-_]{1,128}|\$LATEST)$`)
)

// ParseName reads a function's ARN or plain name.
func ParseName(s string) (Name, error) {
	if namePattern.MatchString(s) {
		return Name{Name: s}, nil
	}
	wrong := fault.Invalidf("FunctionName", "%.200q is not a function: give arn:aws:lambda:REGION:ACCOUNT:function:NAME, or a name of 1 to 64 letters, digits, - and _.", s)
	a, err := arn.Parse(s)
	rest, isFunction := strings.CutPrefix(a.Resource, "function:")
	if err != nil || !isFunction || a.Service != "lambda" || a.Region == "" || !arn.ValidAccount(a.Account) {
		return Name{}, wrong
	}
	n := Name{Partition: a.Partition, Region: a.Region, Account: a.Account}
	qualified := false
	n.Name, n.Qualifier, qualified = strings.Cut(rest, ":")
	if !namePattern.MatchString(n.Name) || qualified && !qualifierPattern.MatchString(n.Qualifier) {
		return Name{}, wrong
	}
	return n, nil
}

// Fits tells whether what is asked for is the function n: every part that n has must be the same. A qualifier does
// not count where n has none.
func (n Name) Fits(asked Name) bool {
	same := func(own, other string) bool { return own == "" || own == other }
	return n.Name == asked.Name && same(n.Partition, asked.Partition) && same(n.Region, asked.Region) &&
		same(n.Account, asked.Account) && same(n.Qualifier, asked.Qualifier)
}

// String is the name as it was given: an ARN, or plain.
func (n Name) String() string {
	resource := n.Name
	if n.Qualifier != "" {
		resource += ":" + n.Qualifier
	}
	if n.Account == "" {
		return resource
	}
	return arn.ARN{Partition: n.Partition, Service: "lambda", Region: n.Region, Account: n.Account, Resource: "function:" + resource}.String()
}
