package cloudsim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// input is what a call asks for, as far as listings and detail calls need it.
type input struct {
	Call
	Account string
	body    Object
	form    url.Values
	query   url.Values
}

func read(c Call, r *http.Request, body []byte) input {
	in := input{Call: c, query: r.URL.Query()}
	switch c.Op.Service.Protocol {
	case "json", "rest-json":
		_ = json.Unmarshal(body, &in.body) // a body that is none has no members
	case "query", "ec2":
		in.form, _ = url.ParseQuery(string(body)) // Identify has parsed it
	}
	return in
}

// text is a scalar of the input.
func (in input) text(member string) string {
	if member == "" {
		return ""
	}
	if v, ok := in.Labels[member]; ok {
		return v
	}
	wire := member
	if in.Op.Input != nil {
		if m := in.Op.Input.Member(member); m != nil {
			wire = m.Wire()
		}
	}
	for _, k := range []string{wire, member} {
		if v, ok := in.Labels[k]; ok {
			return v
		}
		switch v := in.body[k].(type) {
		case string:
			return v
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		if v := in.form.Get(strings.ToUpper(k[:1]) + k[1:]); v != "" {
			return v
		}
		if v := in.form.Get(k); v != "" {
			return v
		}
		if v := in.query.Get(k); v != "" {
			return v
		}
	}
	return ""
}

// list is a list of scalars of the input.
func (in input) list(member string) (all []string) {
	if l, ok := in.body[member].([]any); ok {
		for _, v := range l {
			if s, ok := v.(string); ok {
				all = append(all, s)
			}
		}
	}
	for _, stem := range []string{member + ".member.", member + "."} {
		for i := 1; in.form.Has(stem + strconv.Itoa(i)); i++ {
			all = append(all, in.form.Get(stem+strconv.Itoa(i)))
		}
	}
	return all
}

// number is the trailing number of an id, an ARN or an address: simulated resources are numbered.
func number(id string) (int, bool) {
	end := len(id)
	for end > 0 && id[end-1] >= '0' && id[end-1] <= '9' {
		end--
	}
	n, err := strconv.Atoi(id[end:])
	return n, err == nil
}
