"""A rule in the form of rdklib: a subclass of ConfigRule that an Evaluator runs.

Volumes must be of an allowed type, the rule's parameter allowedTypes: names with commas between them."""

import json

from rdklib import ComplianceType, ConfigRule, Evaluation, Evaluator, InvalidParametersError

APPLICABLE_RESOURCES = ["AWS::EC2::Volume"]


class VOLUME_TYPE(ConfigRule):
    def evaluate_parameters(self, rule_parameters):
        allowed = rule_parameters.get("allowedTypes", "")
        if not allowed:
            raise InvalidParametersError("allowedTypes names no type.")
        return {"allowed": allowed.split(",")}

    def evaluate_change(self, event, client_factory, configuration_item, valid_rule_parameters):
        return [judge(configuration_item["configuration"], valid_rule_parameters)]

    def evaluate_periodic(self, event, client_factory, valid_rule_parameters):
        config = client_factory.build_client("config")
        evaluations = []
        for page in config.get_paginator("list_discovered_resources").paginate(resourceType=APPLICABLE_RESOURCES[0]):
            for found in page["resourceIdentifiers"]:
                keys = [{"resourceType": found["resourceType"], "resourceId": found["resourceId"]}]
                for item in config.batch_get_resource_config(resourceKeys=keys)["baseConfigurationItems"]:
                    evaluation = judge(json.loads(item["configuration"]), valid_rule_parameters)
                    evaluation.complianceResourceId, evaluation.complianceResourceType = found["resourceId"], found["resourceType"]
                    evaluations.append(evaluation)
        return evaluations


def judge(configuration, parameters):
    if configuration.get("volumeType") in parameters["allowed"]:
        return Evaluation(ComplianceType.COMPLIANT)
    return Evaluation(ComplianceType.NON_COMPLIANT, annotation="The type of the volume is not allowed.")


def lambda_handler(event, context):
    return Evaluator(VOLUME_TYPE(), APPLICABLE_RESOURCES).handle(event, context)
