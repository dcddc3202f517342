package connect

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/arn"
)

func partitionOf(region string) string { return arn.Partition(region) }

// regions finds the regions of an account that are to be read: the enabled ones, or those of the connection that are.
func (t *Tester) regions(ctx context.Context, a *Account) {
	enabled, err := t.enabled(ctx, *a)
	asked := sorted(t.Connection.Regions)
	switch {
	case err != nil && len(asked) > 0:
		a.Regions = asked
		a.Remark("Which regions are enabled is not known (" + reason(err) + "): all of --regions are read.")
	case err != nil:
		a.Regions = defaultRegions(t.Identity.Partition())
		a.Remark("Which regions are enabled is not known (" + reason(err) + "): those that every account has are read. Allow ec2:DescribeRegions.")
	case len(asked) > 0:
		var not []string
		for _, r := range asked {
			if slices.Contains(enabled, r) {
				a.Regions = append(a.Regions, r)
			} else {
				not = append(not, r)
			}
		}
		if len(not) > 0 {
			a.Remark("Not enabled: " + strings.Join(not, ", ") + ".")
		}
	default:
		a.Regions = enabled
	}
	t.open(ctx, a)
}

// regionsAtOnce is how many regions of one account are asked together.
const regionsAtOnce = 4

// open asks each region whether it answers, and takes out those that do not: a service control policy closes them, or
// they are not enabled after all. When none answers nothing is taken out, since that tells of the permission alone.
func (t *Tester) open(ctx context.Context, a *Account) {
	said := make([]error, len(a.Regions))
	slots := make(chan struct{}, regionsAtOnce)
	var wg sync.WaitGroup
	for i, r := range a.Regions {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			_, said[i] = t.Cloud.Call(ctx, a.Place(r), "ec2:DescribeRegions", map[string]any{"RegionNames": []any{r}})
		})
	}
	wg.Wait()
	var regions, shut, off []string
	for i, r := range a.Regions {
		code, message := "", ""
		if said[i] != nil {
			code, message = answer(said[i])
		}
		switch {
		case denied(code) && contains(message, "service control policy"):
			shut = append(shut, r)
		case closed(code):
			off = append(off, r)
		default:
			regions = append(regions, r)
		}
	}
	if len(regions) == 0 || len(regions) == len(a.Regions) {
		return
	}
	a.Regions, a.Closed = regions, shut
	if len(shut) > 0 {
		a.Remark("Closed by a service control policy: " + strings.Join(shut, ", ") + ".")
	}
	if len(off) > 0 {
		a.Remark("Not enabled: " + strings.Join(off, ", ") + ".")
	}
}

// Remark adds to the note.
func (a *Account) Remark(s string) {
	if a.Note != "" {
		a.Note += " "
	}
	a.Note += s
}

func reason(err error) string {
	code, message := answer(err)
	if code != "" {
		return code
	}
	return message
}

// enabled asks EC2 and, when that is denied, the Account service.
func (t *Tester) enabled(ctx context.Context, a Account) ([]string, error) {
	out, err := t.Cloud.Call(ctx, a.Place(t.home("sts")), "ec2:DescribeRegions", map[string]any{"AllRegions": false})
	if err == nil {
		var list []string
		for _, r := range objects(out, "Regions") {
			if s := text(r, "OptInStatus"); s == "" || s == "opt-in-not-required" || s == "opted-in" {
				list = append(list, text(r, "RegionName"))
			}
		}
		return t.checked(list, "ec2:DescribeRegions")
	}
	list, other := t.listed(ctx, a)
	if other != nil {
		return nil, err
	}
	return t.checked(list, "account:ListRegions")
}

func (t *Tester) listed(ctx context.Context, a Account) (list []string, err error) {
	in := map[string]any{"RegionOptStatusContains": []any{"ENABLED", "ENABLED_BY_DEFAULT"}}
	for range maxPages {
		out, err := t.Cloud.Call(ctx, a.Place(t.home("account")), "account:ListRegions", in)
		if err != nil {
			return nil, err
		}
		for _, r := range objects(out, "Regions") {
			list = append(list, text(r, "RegionName"))
		}
		next := text(out, "NextToken")
		if next == "" {
			return list, nil
		}
		in["NextToken"] = next
	}
	return nil, fmt.Errorf("account:ListRegions: there are more than %d pages", maxPages)
}

// checked keeps what is no region's name out of host names, and calls in the partition of the credentials.
func (t *Tester) checked(list []string, api string) ([]string, error) {
	list = slices.DeleteFunc(list, func(r string) bool { return !regionForm.MatchString(r) || partitionOf(r) != t.Identity.Partition() })
	if len(list) == 0 {
		return nil, fmt.Errorf("%s names no region", api)
	}
	return sorted(list), nil
}

// defaultRegions are those that are enabled in every account of a partition and cannot be disabled.
func defaultRegions(partition string) []string {
	switch partition {
	case "aws-us-gov":
		return []string{"us-gov-east-1", "us-gov-west-1"}
	case "aws-cn":
		return []string{"cn-north-1", "cn-northwest-1"}
	}
	return []string{
		"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
		"eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
	}
}
