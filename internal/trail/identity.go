package trail

import "strings"

// caller is what a userIdentity says of who acted.
type caller struct {
	typ, account, principalID, arn, userName, accessKey string
}

// identity reads the userIdentity at v: a checked object, or null, or nothing.
func identity(ev *Event, b []byte, v span) {
	var c caller
	walk(b, v, func(depth int, k, val span) {
		if depth != 1 {
			return
		}
		switch string(b[k.start:k.end]) {
		case "type":
			set(&c.typ, b, val)
		case "accountId":
			set(&c.account, b, val)
		case "principalId":
			set(&c.principalID, b, val)
		case "arn":
			set(&c.arn, b, val)
		case "userName":
			set(&c.userName, b, val)
		case "accessKeyId":
			set(&c.accessKey, b, val)
		}
	})
	if ev.Account == "" {
		ev.Account = c.account
	}
	ev.AccessKeyID, ev.Principal, ev.User = c.accessKey, c.arn, c.name()
}

// name is the user name LookupEvents finds an event by. AWS does not publish the rule; ours: the record's userName;
// for an assumed role its session name; `root` for the root user; none for services.
func (c *caller) name() string {
	switch {
	case c.userName != "":
		return c.userName
	case c.typ == "Root":
		return "root"
	case c.typ == "AssumedRole":
		if _, session, ok := strings.Cut(c.principalID, ":"); ok && session != "" {
			return session
		}
		return c.arn[strings.LastIndexByte(c.arn, '/')+1:]
	}
	return ""
}

// outside reads the eventData of an event from outside of AWS, which tells what other records tell themselves. Who acted
// is known there by the principal's id alone.
func outside(ev *Event, b []byte, v span) {
	if v.empty() || v.str {
		return
	}
	data := b[v.start:v.end]
	for _, m := range []struct {
		to   *string
		path []string
	}{
		{&ev.Name, []string{"eventName"}},
		{&ev.Source, []string{"eventSource"}},
		{&ev.ErrorCode, []string{"errorCode"}},
		{&ev.SourceIP, []string{"sourceIPAddress"}},
		{&ev.User, []string{"userIdentity", "principalId"}},
	} {
		if *m.to == "" {
			*m.to = MemberText(data, m.path...)
		}
	}
}
