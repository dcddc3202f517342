package collect

import "context"

type permission struct {
	IPProtocol string `json:"IpProtocol"`
	FromPort   *int
	ToPort     *int
	IPRanges   []struct{ CidrIP, Description string } `json:"IpRanges"`
	IPv6Ranges []struct {
		CidrIPv6    string `json:"CidrIpv6"`
		Description string
	} `json:"Ipv6Ranges"`
	PrefixListIDs    []struct{ PrefixListID, Description string } `json:"PrefixListIds"`
	UserIDGroupPairs []struct {
		GroupID                string `json:"GroupId"`
		UserID                 string `json:"UserId"`
		VpcID                  string `json:"VpcId"`
		VpcPeeringConnectionID string `json:"VpcPeeringConnectionId"`
		GroupName              string
		PeeringStatus          string
		Description            string
	} `json:"UserIdGroupPairs"`
}

type securityGroup struct {
	GroupID             string `json:"GroupId"`
	OwnerID             string `json:"OwnerId"`
	VpcID               string `json:"VpcId"`
	GroupName           string
	Description         string
	IPPermissions       []permission `json:"IpPermissions"`
	IPPermissionsEgress []permission `json:"IpPermissionsEgress"`
	Tags                []struct{ Key, Value string }
}

// readSecurityGroup reads the whole group; its relationship to the VPC never changes.
func readSecurityGroup(ctx context.Context, r *reader) error {
	var out struct{ SecurityGroups []securityGroup }
	found, err := r.call(ctx, "ec2", "DescribeSecurityGroups", object{"GroupIds": []string{r.key.ID}}, &out, "InvalidGroup.NotFound")
	if err != nil {
		return err
	}
	if !found || len(out.SecurityGroups) == 0 {
		return ErrGone
	}
	g := out.SecurityGroups[0]
	tags := []object{}
	clear(r.spec.Tags)
	for _, t := range g.Tags {
		tags = append(tags, object{"key": t.Key, "value": t.Value})
		r.spec.Tags[t.Key] = t.Value
	}
	c := object{
		"description": g.Description, "groupName": g.GroupName, "ipPermissions": permissions(g.IPPermissions), "ownerId": g.OwnerID,
		"groupId": g.GroupID, "ipPermissionsEgress": permissions(g.IPPermissionsEgress), "tags": tags,
	}
	put(c, "vpcId", g.VpcID)
	r.spec.Configuration, r.spec.Name = c, g.GroupName
	return nil
}

// permissions are rules as Config spells them: the addresses once as objects and once as texts.
func permissions(list []permission) []object {
	out := []object{}
	for _, p := range list {
		v4, texts, v6, prefixes, pairs := []object{}, []string{}, []object{}, []object{}, []object{}
		for _, a := range p.IPRanges {
			v4, texts = append(v4, put(object{"cidrIp": a.CidrIP}, "description", a.Description)), append(texts, a.CidrIP)
		}
		for _, a := range p.IPv6Ranges {
			v6 = append(v6, put(object{"cidrIpv6": a.CidrIPv6}, "description", a.Description))
		}
		for _, l := range p.PrefixListIDs {
			prefixes = append(prefixes, put(object{"prefixListId": l.PrefixListID}, "description", l.Description))
		}
		for _, g := range p.UserIDGroupPairs {
			pair := object{}
			for name, v := range map[string]string{
				"groupId": g.GroupID, "userId": g.UserID, "vpcId": g.VpcID, "groupName": g.GroupName, "description": g.Description,
				"peeringStatus": g.PeeringStatus, "vpcPeeringConnectionId": g.VpcPeeringConnectionID,
			} {
				put(pair, name, v)
			}
			pairs = append(pairs, pair)
		}
		o := object{"ipProtocol": p.IPProtocol, "ipv6Ranges": v6, "prefixListIds": prefixes, "userIdGroupPairs": pairs, "ipv4Ranges": v4, "ipRanges": texts}
		if p.FromPort != nil {
			o["fromPort"] = *p.FromPort
		}
		if p.ToPort != nil {
			o["toPort"] = *p.ToPort
		}
		out = append(out, o)
	}
	return out
}

// put adds a member that is not empty.
func put(o object, name, v string) object {
	if v != "" {
		o[name] = v
	}
	return o
}
