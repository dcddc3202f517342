package aws

import "github.com/tickmark/tickmark/internal/collect"

var beanstalkEnvironment = &collect.Type{
	Name: "AWS::ElasticBeanstalk::Environment",
	Find: []collect.Step{{API: "elasticbeanstalk:DescribeEnvironments", Input: object{"IncludeDeleted": false}, Each: "Environments", Only: "EnvironmentIds[]", Keep: not("Status", "Terminated", "Terminating")}},
	Details: []collect.Detail{
		{
			API: "elasticbeanstalk:DescribeConfigurationSettings", From: map[string]string{"ApplicationName": "ApplicationName", "EnvironmentName": "EnvironmentName"},
			Take: "ConfigurationSettings", Key: ".Settings", Covers: []string{"configuration.optionSettings"},
		},
		{
			API: "elasticbeanstalk:ListTagsForResource", From: map[string]string{"ResourceArn": "EnvironmentArn"}, Take: "ResourceTags", Key: ".Tags", Instead: []any{}, Covers: []string{"tags"},
		},
	},
	ID:      "{EnvironmentId}",
	Title:   "{EnvironmentName}",
	ARN:     "{EnvironmentArn}",
	Zone:    "Not Applicable",
	Created: "DateCreated",
	Tags:    "Tags",
	Rename:  map[string]string{"CNAME": "cNAME"},
	Drop:    []string{"AbortableOperationInProgress", "Health", "HealthStatus", "Resources", "Settings", "Tags"},
	Shape: then(collect.Describe, spoken("dateCreated", "dateUpdated"), func(r *collect.Resource, c object) {
		if r.At("Settings") != nil {
			c["optionSettings"] = optionSettings(r)
		}
	}),
	Finish: func(r *collect.Resource) {
		app := r.Text("ApplicationName")
		r.Relate("Is contained in ", "AWS::ElasticBeanstalk::Application", r.Expand("arn:{partition}:elasticbeanstalk:{region}:{account}:application/"+app), app)
	},
	Note: "values of environment properties are left out: they may be secrets",
}

// secretNamespace has the environment properties, whose values may be secrets.
const secretNamespace = "aws:elasticbeanstalk:application:environment"

// optionSettings are the options by namespace and name, as AWS Config has them.
func optionSettings(r *collect.Resource) object {
	all := object{}
	for _, v := range r.Every("Settings[].OptionSettings[]") {
		space, name, value := collect.Text(v, "Namespace"), collect.Text(v, "OptionName"), collect.At(v, "Value")
		if value == nil || space == secretNamespace || name == "DBPassword" {
			continue
		}
		of, ok := all[space].(object)
		if !ok {
			of = object{}
			all[space] = of
		}
		of[name] = object{"value": value}
	}
	return all
}

var beanstalkApplication = &collect.Type{
	Name:    "AWS::ElasticBeanstalk::Application",
	Find:    []collect.Step{{API: "elasticbeanstalk:DescribeApplications", Each: "Applications", Only: "ApplicationNames[]=:application/"}},
	ID:      "{ApplicationArn}",
	Title:   "{ApplicationName}",
	ARN:     "{ApplicationArn}",
	Zone:    "Not Applicable",
	Created: "DateCreated",
	Drop:    []string{"ApplicationArn", "ConfigurationTemplates"},
	Shape:   then(collect.Describe, spoken("dateCreated", "dateUpdated")),
	Empty:   []string{"Versions"},
	Finish: func(r *collect.Resource) {
		app := r.Text("ApplicationName")
		for _, version := range collect.Texts(r.Object, "Versions[]") {
			r.Relate("Contains ", "AWS::ElasticBeanstalk::ApplicationVersion", r.Expand("arn:{partition}:elasticbeanstalk:{region}:{account}:applicationversion/"+app+"/"+version), version)
		}
	},
}

var beanstalkApplicationVersion = &collect.Type{
	Name:    "AWS::ElasticBeanstalk::ApplicationVersion",
	Find:    []collect.Step{{API: "elasticbeanstalk:DescribeApplicationVersions", Each: "ApplicationVersions"}},
	ID:      "{ApplicationVersionArn}",
	Title:   "{VersionLabel}",
	ARN:     "{ApplicationVersionArn}",
	Zone:    "Not Applicable",
	Created: "DateCreated",
	Drop:    []string{"ApplicationVersionArn"},
	Rename:  map[string]string{"DateUpdated": "dateModified"},
	Shape:   then(collect.Describe, spoken("dateCreated", "dateModified")),
	Finish: func(r *collect.Resource) {
		app := r.Text("ApplicationName")
		r.Relate("Is contained in ", "AWS::ElasticBeanstalk::Application", r.Expand("arn:{partition}:elasticbeanstalk:{region}:{account}:application/"+app), app)
	},
}
