package cloudsim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// mark is the token that the proxy puts into pages.
const mark = "tickmark-next-page"

// paged answers a listing with a token that AWS has not given. A call that brings the token is the next page.
func (p *Proxy) paged(w http.ResponseWriter, r *http.Request, body []byte, c Call, kind Mishap) {
	page := c.Op.Page
	if page == nil || len(page.In) == 0 || len(page.Out) == 0 || strings.ContainsAny(page.Out[0], ".[| ") {
		p.pass(w, r, body, nil) // it has no pages
		return
	}
	again := strings.Contains(string(body), mark) || strings.Contains(r.URL.RawQuery, mark)
	if again && kind == HalfPages {
		f := &Failure{http.StatusInternalServerError, "InternalError", "An internal error has occurred"}
		f.write(w, c.Op.Service)
		return
	}
	if again {
		body = p.without(r, body, c.Op)
	}
	p.pass(w, r, body, func(answer []byte) ([]byte, bool) { return withToken(c.Op, answer), false })
}

// without takes the token out of a request.
func (p *Proxy) without(r *http.Request, body []byte, op *models.Operation) []byte {
	m := op.Input.Member(op.Page.In[0])
	switch op.Service.Protocol {
	case "json", "rest-json":
		if q := r.URL.Query(); q.Has(m.Wire()) {
			q.Del(m.Wire())
			r.URL.RawQuery = q.Encode()
			return body
		}
		var in map[string]json.RawMessage
		if json.Unmarshal(body, &in) != nil {
			return body
		}
		delete(in, m.Wire())
		b, _ := json.Marshal(in) // it was JSON
		return b
	case "rest-xml":
		q := r.URL.Query()
		q.Del(m.Wire())
		r.URL.RawQuery = q.Encode()
		return body
	}
	form, _ := url.ParseQuery(string(body)) // Identify has parsed it
	for k := range form {
		if strings.EqualFold(k, m.Wire()) || strings.EqualFold(k, m.Name) {
			form.Del(k)
		}
	}
	return []byte(form.Encode())
}

// withToken puts the token into an answer.
func withToken(op *models.Operation, answer []byte) []byte {
	name := op.Page.Out[0]
	m := op.Output.Member(name)
	if m == nil {
		return answer
	}
	switch op.Service.Protocol {
	case "json", "rest-json":
		var out map[string]any
		if json.Unmarshal(answer, &out) != nil {
			return answer
		}
		out[m.Wire()] = mark
		if more := op.Output.Member(op.Page.More); op.Page.More != "" && more != nil {
			out[more.Wire()] = true
		}
		b, _ := json.Marshal(out) // it was JSON
		return b
	}
	text, end := string(answer), "</"+op.ResultWrapper+">"
	if op.ResultWrapper == "" {
		end = text[strings.LastIndex(text, "</"):]
	}
	at := strings.LastIndex(text, end)
	if at < 0 {
		return answer
	}
	token := "<" + m.Wire() + ">" + mark + "</" + m.Wire() + ">"
	if more := op.Output.Member(op.Page.More); op.Page.More != "" && more != nil {
		tag := more.Wire()
		text = strings.Replace(text, "<"+tag+">false</"+tag+">", "", 1)
		token += "<" + tag + ">true</" + tag + ">"
		at = strings.LastIndex(text, end)
	}
	return []byte(text[:at] + token + text[at:])
}
