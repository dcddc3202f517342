package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func ssmInventoryRules() []rule.Rule {
	return []rule.Rule{applicationsDenied(), applicationsRequired(), inventoryTypesDenied(), platformCheck()}
}

const (
	instanceInformation = "configuration.AWS:InstanceInformation.Content"
	applications        = "configuration.AWS:Application.Content"
)

// ofPlatform lets a rule judge only instances of the platform that the parameter platformType names.
func ofPlatform(r rule.Rule) rule.Rule {
	list, platform := rule.Required(instanceInformation), rule.Required(instanceInformation+"[].PlatformType")
	check := r.Check
	r.Params = append(r.Params, rule.Param{Name: "platformType", Doc: "judge only instances of this platform, such as Linux or Windows"})
	r.Fields = append(r.Fields, list, platform)
	r.Check = func(c *rule.Context) rule.Result {
		if want := c.Params.Str("platformType"); want != "" {
			for _, i := range c.Each(list) {
				if !strings.EqualFold(i.Str(platform), want) {
					return c.Skip("The instance runs another platform.")
				}
			}
		}
		return check(c)
	}
	return r
}

// application is what a parameter says of an application: its name, and a version when it is given.
type application struct{ name, version string }

// applicationsOf reads "Chrome:0.5.3, Firefox".
func applicationsOf(list []string) []application {
	all := make([]application, len(list))
	for i, e := range list {
		name, version, _ := strings.Cut(e, ":")
		all[i] = application{strings.TrimSpace(name), strings.TrimSpace(version)}
	}
	return all
}

// installed are the fields of the applications of an instance.
type installed struct{ list, name, version *rule.Field }

func installedApplications() installed {
	return installed{
		rule.Required(applications), rule.Required(applications + "[].Name"),
		rule.Absent(applications+"[].Version", "", "the inventory of an application may come without a version"),
	}
}

// has reports whether an instance has an application in a version for which ok holds; without a version in the
// parameter every one will do.
func (f installed) has(c *rule.Context, a application, ok func(order int) bool) bool {
	for _, e := range c.Each(f.list) {
		if e.Str(f.name) == a.name && (a.version == "" || ok(versionOrder(e.Str(f.version), a.version))) {
			return true
		}
	}
	return false
}

func applicationNames(doc string) []rule.Param {
	return []rule.Param{{Name: "applicationNames", Type: rule.CSV, Required: true, Doc: doc}}
}

func applicationsDenied() rule.Rule {
	f := installedApplications()
	return ofPlatform(rule.Rule{
		Identifier: "EC2_MANAGEDINSTANCE_APPLICATIONS_BLACKLISTED",
		Params:     applicationNames("applications that are not allowed, such as Chrome:0.5.3, Firefox; with a version: up to that version"),
		Severity:   rule.Medium,
		Rationale: "Some applications have no place on a server, or not in their old versions. By the inventory of Systems Manager none of applicationNames may be installed on the instance; where a " +
			"version is given, newer ones are allowed. Names must be the same to the letter.",
		Remediation: rule.Remediation{Hint: "Remove the application from the instance, or upgrade it."},
		Fields:      []*rule.Field{f.list, f.name, f.version},
		Check: func(c *rule.Context) rule.Result {
			for _, a := range applicationsOf(c.Params.List("applicationNames")) {
				if f.has(c, a, func(order int) bool { return order <= 0 }) {
					return c.Fail("The application " + a.name + " is installed.")
				}
			}
			return c.Pass("None of the applications is installed.")
		},
	})
}

func applicationsRequired() rule.Rule {
	f := installedApplications()
	return ofPlatform(rule.Rule{
		Identifier: "EC2_MANAGEDINSTANCE_APPLICATIONS_REQUIRED",
		Params:     applicationNames("applications that must be installed, such as Chrome:0.5.3, Firefox; with a version: at least that version"),
		Severity:   rule.Medium,
		Rationale: "A server without its agents is neither watched nor protected. By the inventory of Systems Manager all of applicationNames must be installed on the instance; where a version is " +
			"given, in that or a newer one. Names must be the same to the letter.",
		Remediation: rule.Remediation{Hint: "Install the application on the instance, or upgrade it."},
		Fields:      []*rule.Field{f.list, f.name, f.version},
		Check: func(c *rule.Context) rule.Result {
			for _, a := range applicationsOf(c.Params.List("applicationNames")) {
				if !f.has(c, a, func(order int) bool { return order >= 0 }) {
					return c.Fail("The application " + a.name + " is not installed, or is too old.")
				}
			}
			return c.Pass("All of the applications are installed.")
		},
	})
}

func inventoryTypesDenied() rule.Rule {
	types := rule.Required("configuration")
	return ofPlatform(rule.Rule{
		Identifier:  "EC2_MANAGEDINSTANCE_INVENTORY_BLACKLISTED",
		Params:      []rule.Param{{Name: "inventoryNames", Type: rule.CSV, Required: true, Doc: "types of inventory that are not allowed, such as AWS:Network, AWS:WindowsUpdate"}},
		Severity:    rule.Medium,
		Rationale:   "An inventory can tell more about a machine than may leave it. Systems Manager must have collected none of the types inventoryNames of the instance.",
		Remediation: rule.Remediation{Hint: "Take the type out of the association that collects the inventory."},
		Fields:      []*rule.Field{types},
		Check: func(c *rule.Context) rule.Result {
			denied := c.Params.List("inventoryNames")
			for kind := range c.Each(types) {
				if slices.Contains(denied, kind) {
					return c.Fail("The inventory " + kind + " is collected.")
				}
			}
			return c.Pass("None of the types of inventory is collected.")
		},
	})
}

func platformCheck() rule.Rule {
	list := rule.Required(instanceInformation)
	params := []rule.Param{
		{Name: "platformType", Required: true, Doc: "the platform, such as Linux or Windows"},
		{Name: "platformVersion", Doc: "the version of the platform, such as 2016.09"},
		{Name: "agentVersion", Doc: "the version of the agent, such as 2.0.433.0"},
		{Name: "platformName", Doc: "the name of the platform, such as Amazon Linux AMI"},
	}
	fields := map[string]*rule.Field{}
	all := []*rule.Field{list}
	for _, p := range params {
		fields[p.Name] = rule.Required(instanceInformation + "[]." + strings.ToUpper(p.Name[:1]) + p.Name[1:])
		all = append(all, fields[p.Name])
	}
	return rule.Rule{
		Identifier: "EC2_MANAGEDINSTANCE_PLATFORM_CHECK",
		Params:     params,
		Severity:   rule.Medium,
		Rationale: "Machines that are all alike are patched alike. The instance must run, by the inventory of Systems Manager, the platform platformType, and the version of the platform, the version of the " +
			"agent and the platform's name of the other parameters where they are given. Values must be the same, but for upper and lower case.",
		Remediation: rule.Remediation{Hint: "Replace the instance by one of the required platform, or update its agent."},
		Fields:      all,
		Check: func(c *rule.Context) rule.Result {
			if c.Len(list) == 0 {
				return c.Unknown("The inventory has no information about the instance.")
			}
			for _, i := range c.Each(list) {
				for _, p := range params {
					if want := c.Params.Str(p.Name); want != "" && !strings.EqualFold(i.Str(fields[p.Name]), want) {
						return c.Fail("The instance has another " + p.Name + " than " + want + ".")
					}
				}
			}
			return c.Pass("The platform of the instance is as required.")
		},
	}
}
