package connecttest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// query answers the services of the query protocols; false when the call is another's.
func (o *Organization) query(w http.ResponseWriter, req *http.Request, from Caller) bool {
	if !slices.Contains([]string{"sts", "iam", "ec2"}, from.Service) || !strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return false
	}
	if req.ParseForm() != nil {
		return false
	}
	action := req.Form.Get("Action")
	answer := map[string]func(http.ResponseWriter, *http.Request, Caller){
		"sts:AssumeRole": o.assumeRole, "sts:GetCallerIdentity": o.identity, "iam:SimulatePrincipalPolicy": o.simulate, "ec2:DescribeRegions": o.describeRegions,
	}[from.Service+":"+action]
	if answer == nil {
		return false
	}
	o.count(from.Service + ":" + action)
	answer(w, req, from)
	return true
}

func (o *Organization) assumeRole(w http.ResponseWriter, req *http.Request, from Caller) {
	arn := req.Form.Get("RoleArn")
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		refuse(w, 400, "ValidationError", "RoleArn")
		return
	}
	account, role := parts[4], strings.TrimPrefix(parts[5], "role/")
	m := o.member(account)
	message := fmt.Sprintf("User: arn:aws:iam::%s:user/operator is not authorized to perform: sts:AssumeRole on resource: %s", from.Account, arn)
	if m == nil || !m.trusts(role, req.Form.Get("ExternalId")) {
		if m != nil && m.Refusal != "" {
			message += m.Refusal
		}
		refuse(w, 403, "AccessDenied", message)
		return
	}
	o.mu.Lock()
	if o.sessions == nil {
		o.sessions = map[string]Caller{}
	}
	key := fmt.Sprintf("ASIA%s%04d", account, len(o.sessions))
	o.sessions[key] = Caller{Account: account, Role: role}
	o.mu.Unlock()
	xml(w, "https://sts.amazonaws.com/doc/2011-06-15/", "AssumeRole", fmt.Sprintf(
		`<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>%s</Expiration></Credentials>
		<AssumedRoleUser><Arn>arn:aws:sts::%s:assumed-role/%s/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>`,
		key, time.Now().Add(time.Hour).UTC().Format(time.RFC3339), account, role))
}

func (m *Member) trusts(role, externalID string) bool {
	for _, r := range m.Roles {
		name, id, _ := strings.Cut(r, "=")
		if name == role && id == externalID {
			return true
		}
	}
	return false
}

func (o *Organization) identity(w http.ResponseWriter, _ *http.Request, from Caller) {
	arn := "arn:aws:iam::" + from.Account + ":user/operator"
	if from.Role != "" {
		arn = "arn:aws:sts::" + from.Account + ":assumed-role/" + from.Role + "/s"
	}
	xml(w, "https://sts.amazonaws.com/doc/2011-06-15/", "GetCallerIdentity", "<Arn>"+arn+"</Arn><UserId>U</UserId><Account>"+from.Account+"</Account>")
}

func (o *Organization) simulate(w http.ResponseWriter, req *http.Request, from Caller) {
	if o.Closed {
		refuse(w, 403, "AccessDenied", "not authorized to perform: iam:SimulatePrincipalPolicy")
		return
	}
	var b strings.Builder
	m := o.member(from.Account)
	for i := 1; ; i++ {
		a := req.Form.Get("ActionNames.member." + strconv.Itoa(i))
		if a == "" {
			break
		}
		if strings.HasPrefix(a, "unknown:") {
			refuse(w, 400, "InvalidInput", "Invalid Input: Actions: "+a)
			return
		}
		decision := "allowed"
		if m != nil && slices.Contains(m.Missing, a) {
			decision = "implicitDeny"
		}
		fmt.Fprintf(&b, "<member><EvalActionName>%s</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>%s</EvalDecision></member>", a, decision)
	}
	xml(w, "https://iam.amazonaws.com/doc/2010-05-08/", "SimulatePrincipalPolicy", "<IsTruncated>false</IsTruncated><EvaluationResults>"+b.String()+"</EvaluationResults>")
}

func (m *Member) regions() []string {
	all := []string{"eu-central-1", "us-east-1"}
	if m != nil {
		all = append(all, m.Regions...)
	}
	slices.Sort(all)
	return all
}

func (o *Organization) describeRegions(w http.ResponseWriter, _ *http.Request, from Caller) {
	if m := o.member(from.Account); m != nil && slices.Contains(m.Missing, "ec2:DescribeRegions") {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(403)
		fmt.Fprint(w, `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation.</Message></Error></Errors><RequestID>r</RequestID></Response>`)
		return
	}
	var b strings.Builder
	for _, r := range o.member(from.Account).regions() {
		fmt.Fprintf(&b, "<item><regionName>%s</regionName><regionEndpoint>ec2.%s.amazonaws.com</regionEndpoint><optInStatus>opt-in-not-required</optInStatus></item>", r, r)
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><regionInfo>%s</regionInfo></DescribeRegionsResponse>`, b.String())
}

func xml(w http.ResponseWriter, space, operation, result string) {
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<%[2]sResponse xmlns="%[1]s"><%[2]sResult>%[3]s</%[2]sResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></%[2]sResponse>`, space, operation, result)
}

func (o *Organization) listRegions(w http.ResponseWriter, from Caller) {
	var list []map[string]string
	for _, r := range o.member(from.Account).regions() {
		list = append(list, map[string]string{"RegionName": r, "RegionOptStatus": "ENABLED_BY_DEFAULT"})
	}
	answer(w, map[string]any{"Regions": list})
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(v)
}

// pageSize is that of the listings, so that tests turn pages.
const pageSize = 20

func (o *Organization) organizations(w http.ResponseWriter, req *http.Request, from Caller, operation string) {
	fail := func(code, message string) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "Message": message})
	}
	if from.Account != o.Management {
		fail("AccessDeniedException", "You don't have permissions to access this resource.")
		return
	}
	if len(o.Members) == 0 {
		fail("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
		return
	}
	var in struct{ ParentId, NextToken string }
	_ = json.NewDecoder(req.Body).Decode(&in)
	var list []map[string]any
	name := "Accounts"
	switch operation {
	case "DescribeOrganization":
		answer(w, map[string]any{"Organization": map[string]any{"Id": "o-abc", "MasterAccountId": o.Management}})
		return
	case "ListAccounts", "ListAccountsForParent":
		for _, m := range o.Members {
			if operation == "ListAccounts" || in.ParentId == or(m.Unit, "r-root") {
				list = append(list, map[string]any{"Id": m.ID, "Name": m.Name, "Status": or(m.State, "ACTIVE"), "State": or(m.State, "ACTIVE")})
			}
		}
	case "ListOrganizationalUnitsForParent":
		name = "OrganizationalUnits"
		for _, u := range o.Units[in.ParentId] {
			list = append(list, map[string]any{"Id": u, "Name": u})
		}
	default:
		fail("UnknownOperationException", operation)
		return
	}
	start, _ := strconv.Atoi(in.NextToken)
	end := min(len(list), start+pageSize)
	out := map[string]any{name: list[min(start, end):end]}
	if end < len(list) {
		out["NextToken"] = strconv.Itoa(end)
	}
	answer(w, out)
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
