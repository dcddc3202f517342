package cloudsim

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// people answers what is asked about accounts: STS, Organizations, regions.
var people map[string]func(c *Cloud, in input) (Object, *Failure)

func init() { // the functions read what would otherwise be a cycle
	people = map[string]func(c *Cloud, in input) (Object, *Failure){
		"sts:GetCallerIdentity":               identity,
		"sts:AssumeRole":                      assume,
		"organizations:DescribeOrganization":  organization,
		"organizations:ListAccounts":          accounts,
		"organizations:ListRoots":             roots,
		"organizations:ListAccountsForParent": accounts,
		"account:ListRegions":                 accountRegions,
		"ec2:DescribeRegions":                 regions,
	}
}

func identity(_ *Cloud, in input) (Object, *Failure) {
	return Object{"Account": in.Account, "UserId": "AIDAEXAMPLE", "Arn": "arn:aws:iam::" + in.Account + ":user/simulated"}, nil
}

// assume gives keys that name their account, or none where the role is broken.
func assume(c *Cloud, in input) (Object, *Failure) {
	role := in.text("RoleArn")
	parts := strings.Split(role, ":")
	if len(parts) != 6 {
		return nil, Fail("ValidationError", "%s is invalid", role)
	}
	account := parts[4]
	if !c.reachable(account) || parts[5] != "role/"+c.config.Role {
		return nil, &Failure{http.StatusForbidden, "AccessDenied", fmt.Sprintf("User: arn:aws:iam::%s:user/simulated is not authorized to perform: sts:AssumeRole on resource: %s", Management, role)}
	}
	return Object{
		"Credentials":     Object{"AccessKeyId": "ASIA" + account + "SIM", "SecretAccessKey": "simulated", "SessionToken": "simulated", "Expiration": c.config.Clock.Now().Add(time.Hour)},
		"AssumedRoleUser": Object{"AssumedRoleId": "AROAEXAMPLE:scan", "Arn": "arn:aws:sts::" + account + ":assumed-role/" + c.config.Role + "/scan"},
	}, nil
}

// reachable tells whether the role of an account can be assumed.
func (c *Cloud) reachable(account string) bool {
	for i := range c.config.Accounts - c.config.Broken {
		if memberAccount(i) == account {
			return true
		}
	}
	return account == Management
}

// BrokenAccounts are those whose role cannot be assumed.
func (c *Cloud) BrokenAccounts() (all []string) {
	for i := c.config.Accounts - c.config.Broken; i < c.config.Accounts; i++ {
		all = append(all, memberAccount(i))
	}
	return all
}

func organization(_ *Cloud, _ input) (Object, *Failure) {
	return Object{"Organization": Object{
		"Id": "o-simulated01", "Arn": "arn:aws:organizations::" + Management + ":organization/o-simulated01", "FeatureSet": "ALL",
		"MasterAccountId": Management, "MasterAccountArn": "arn:aws:organizations::" + Management + ":account/o-simulated01/" + Management, "MasterAccountEmail": "root@example.com",
	}}, nil
}

func roots(_ *Cloud, _ input) (Object, *Failure) {
	return Object{"Roots": []any{Object{"Id": "r-root", "Name": "Root", "Arn": "arn:aws:organizations::" + Management + ":root/o-simulated01/r-root"}}}, nil
}

// accounts lists the organization's accounts, twenty a page as AWS does.
func accounts(c *Cloud, in input) (Object, *Failure) {
	from, _ := number(in.text("NextToken"))
	var page []any
	for i := from; i < min(from+20, c.config.Accounts+1); i++ {
		id, name := Management, "management"
		if i > 0 {
			id, name = memberAccount(i-1), "member-"+strconv.Itoa(i-1)
		}
		page = append(page, Object{
			"Id": id, "Name": name, "Email": name + "@example.com", "Status": "ACTIVE", "JoinedMethod": "CREATED",
			"Arn": "arn:aws:organizations::" + Management + ":account/o-simulated01/" + id,
		})
	}
	out := Object{"Accounts": page}
	if from+20 < c.config.Accounts+1 {
		out["NextToken"] = "page-" + strconv.Itoa(from+20)
	}
	return out, nil
}

func accountRegions(c *Cloud, _ input) (Object, *Failure) {
	var all []any
	for _, r := range c.config.Regions {
		all = append(all, Object{"RegionName": r, "RegionOptStatus": "ENABLED_BY_DEFAULT"})
	}
	return Object{"Regions": all}, nil
}

func regions(c *Cloud, _ input) (Object, *Failure) {
	var all []any
	for _, r := range c.config.Regions {
		all = append(all, Object{"RegionName": r, "Endpoint": "ec2." + r + ".amazonaws.com", "OptInStatus": "opt-in-not-required"})
	}
	return Object{"Regions": all}, nil
}
