package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/fault"
)

// UserSpec is a user to be made.
type UserSpec struct {
	Name string `json:"name"`
	// Account it belongs to; empty is the management account.
	Account string `json:"account,omitempty"`
	Policy  string `json:"policy,omitempty"`
	// In is the account the policy is granted in, "*" for all; empty is the user's own.
	In string `json:"in,omitempty"`
	// Assessments limits the grant; empty means no limit.
	Assessments []string `json:"assessments,omitempty"`
}

// UserInfo is a user as administrators see it.
type UserInfo struct {
	Account string        `json:"account"`
	Name    string        `json:"name"`
	ARN     string        `json:"arn"`
	Grants  []authz.Grant `json:"grants"`
	// Credentials are given once, when the user is made.
	Credentials *authz.Credentials `json:"credentials,omitempty"`
}

// AddUser makes a user with one built-in policy and an access key.
func (s *Server) AddUser(ctx context.Context, u UserSpec) (UserInfo, error) {
	if u.Account == "" {
		u.Account = s.cfg.Account
	}
	if u.In == "" {
		u.In = u.Account
	}
	if !slices.Contains(authz.PolicyNames(), u.Policy) {
		return UserInfo{}, fault.Invalidf("policy", "%q is not a policy: it must be one of %v.", u.Policy, authz.PolicyNames())
	}
	if !arn.ValidAccount(u.Account) || u.In != "*" && !arn.ValidAccount(u.In) {
		return UserInfo{}, fault.Invalidf("account", "An account id has 12 digits.")
	}
	grant := authz.Grant{Policy: u.Policy, Account: u.In, Assessments: u.Assessments}
	if _, err := s.access.CreateUser(ctx, u.Account, u.Name, grant); err != nil {
		return UserInfo{}, err
	}
	keys, err := s.access.CreateKey(ctx, u.Account, authz.User, u.Name)
	return UserInfo{Account: u.Account, Name: u.Name, ARN: arn.New("iam", "", u.Account, "user/"+u.Name), Grants: []authz.Grant{grant}, Credentials: &keys}, err
}

// Users lists the users of every account.
func (s *Server) Users(ctx context.Context) ([]UserInfo, error) {
	list, err := s.access.List(ctx, arn.Everything())
	users := []UserInfo{}
	for _, p := range list {
		if p.Value.Kind != authz.User {
			continue
		}
		users = append(users, UserInfo{Account: p.Account, Name: p.Value.Name, ARN: arn.New("iam", "", p.Account, "user/"+p.Value.Name), Grants: p.Value.Grants})
	}
	return users, err
}

// RemoveUser removes a user with its keys and sessions.
func (s *Server) RemoveUser(ctx context.Context, account, name string) error {
	if account == "" {
		account = s.cfg.Account
	}
	return s.access.Delete(ctx, account, authz.User, name)
}

func (s *Server) adminUsers(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/users/add", func(w http.ResponseWriter, req *http.Request) {
		var u UserSpec
		s.answer(w, req, &u, func() (any, error) { return s.AddUser(req.Context(), u) })
	})
	mux.HandleFunc("POST /-/v1/users/list", func(w http.ResponseWriter, req *http.Request) {
		s.answer(w, req, &struct{}{}, func() (any, error) { return s.Users(req.Context()) })
	})
	mux.HandleFunc("POST /-/v1/users/remove", func(w http.ResponseWriter, req *http.Request) {
		var u UserSpec
		s.answer(w, req, &u, func() (any, error) { return struct{}{}, s.RemoveUser(req.Context(), u.Account, u.Name) })
	})
}

// answer decodes an admin call, runs it and writes its one line.
func (s *Server) answer(w http.ResponseWriter, req *http.Request, in any, run func() (any, error)) {
	if err := json.NewDecoder(req.Body).Decode(in); err != nil {
		writeJSON(w, http.StatusBadRequest, adminLine{Error: "The body is not the JSON object of this call."})
		return
	}
	result, err := run()
	raw, encoding := json.Marshal(result)
	if err == nil {
		err = encoding
	}
	if err != nil {
		writeJSON(w, http.StatusOK, adminLine{Error: s.adminError(err)})
		return
	}
	writeJSON(w, http.StatusOK, adminLine{Result: raw})
}

// AddUser is Server.AddUser over HTTP.
func (r Remote) AddUser(ctx context.Context, u UserSpec) (info UserInfo, err error) {
	return info, r.ask(ctx, "users/add", u, &info)
}

// Users is Server.Users over HTTP.
func (r Remote) Users(ctx context.Context) (users []UserInfo, err error) {
	return users, r.ask(ctx, "users/list", struct{}{}, &users)
}

// RemoveUser is Server.RemoveUser over HTTP.
func (r Remote) RemoveUser(ctx context.Context, account, name string) error {
	return r.ask(ctx, "users/remove", UserSpec{Account: account, Name: name}, &struct{}{})
}

// ask makes an admin call that answers with one line.
func (r Remote) ask(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	answered := false
	err = r.call(ctx, path, body, func(l adminLine) error {
		answered = true
		if l.Error != "" {
			return fault.New(fault.Invalid, "%s", l.Error)
		}
		return json.Unmarshal(l.Result, out)
	})
	if err == nil && !answered {
		err = fmt.Errorf("the server at %s gave no answer", r.Address)
	}
	return err
}
