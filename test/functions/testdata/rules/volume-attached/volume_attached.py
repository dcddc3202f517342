"""A rule in the older form of the Rule Development Kit, which carries all that it needs in its one file: the rule, then
the same helpers as every other rule. Volumes must be attached to an instance."""

import json

import boto3
import botocore

DEFAULT_RESOURCE_TYPE = "AWS::EC2::Volume"
ASSUME_ROLE_MODE = False
CONFIG_ROLE_TIMEOUT_SECONDS = 900


def evaluate_compliance(event, configuration_item, valid_rule_parameters):
    if configuration_item:
        return verdict(configuration_item["configuration"])
    config = get_client("config", event)
    evaluations, token = [], ""
    while True:
        page = config.list_discovered_resources(resourceType=DEFAULT_RESOURCE_TYPE, limit=1, nextToken=token)
        for found in page["resourceIdentifiers"]:
            item = config.get_resource_config_history(resourceType=found["resourceType"], resourceId=found["resourceId"], limit=1)["configurationItems"][0]
            compliance, note = verdict(json.loads(item["configuration"]))
            evaluations.append(build_evaluation(found["resourceId"], compliance, event, annotation=note))
        token = page.get("nextToken", "")
        if not token:
            return evaluations


def verdict(configuration):
    if configuration.get("attachments"):
        return "COMPLIANT", None
    return "NON_COMPLIANT", "The volume is attached to no instance."


def evaluate_parameters(rule_parameters):
    if rule_parameters:
        raise ValueError("The rule has no parameters.")
    return rule_parameters


# ---- helpers, the same in every rule of this form


def get_client(service, event, region=None):
    if not ASSUME_ROLE_MODE:
        return boto3.client(service, region)
    credentials = boto3.client("sts").assume_role(
        RoleArn=event["executionRoleArn"], RoleSessionName="configLambdaExecution", DurationSeconds=CONFIG_ROLE_TIMEOUT_SECONDS
    )["Credentials"]
    return boto3.client(
        service, aws_access_key_id=credentials["AccessKeyId"], aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"], region_name=region,
    )


def build_evaluation(resource_id, compliance_type, event, resource_type=DEFAULT_RESOURCE_TYPE, annotation=None):
    evaluation = {
        "ComplianceResourceType": resource_type, "ComplianceResourceId": resource_id, "ComplianceType": compliance_type,
        "OrderingTimestamp": str(json.loads(event["invokingEvent"])["notificationCreationTime"]),
    }
    if annotation:
        evaluation["Annotation"] = annotation
    return evaluation


def build_evaluation_from_config_item(item, compliance_type, annotation=None):
    evaluation = {
        "ComplianceResourceType": item["resourceType"], "ComplianceResourceId": item["resourceId"], "ComplianceType": compliance_type,
        "OrderingTimestamp": item["configurationItemCaptureTime"],
    }
    if annotation:
        evaluation["Annotation"] = annotation
    return evaluation


def get_configuration(resource_type, resource_id, until):
    history = boto3.client("config").get_resource_config_history(resourceType=resource_type, resourceId=resource_id, laterTime=until, limit=1)
    item = history["configurationItems"][0]
    item["configuration"] = json.loads(item["configuration"])
    item["awsAccountId"], item["ARN"] = item["accountId"], item.get("arn")
    return item


def get_configuration_item(invoking_event):
    if invoking_event["messageType"] == "OversizedConfigurationItemChangeNotification":
        summary = invoking_event["configurationItemSummary"]
        return get_configuration(summary["resourceType"], summary["resourceId"], summary["configurationItemCaptureTime"])
    if invoking_event["messageType"] == "ScheduledNotification":
        return None
    return invoking_event["configurationItem"]


def is_applicable(item, event):
    return item["configurationItemStatus"] in ("OK", "ResourceDiscovered") and not event["eventLeftScope"]


def clean_up_old_evaluations(latest, event):
    config, old, token = get_client("config", event), [], ""
    while True:
        page = config.get_compliance_details_by_config_rule(
            ConfigRuleName=event["configRuleName"], ComplianceTypes=["COMPLIANT", "NON_COMPLIANT"], Limit=100, NextToken=token
        )
        old.extend(page["EvaluationResults"])
        token = page.get("NextToken", "")
        if not token:
            break
    kept = {e["ComplianceResourceId"] for e in latest}
    gone = [e["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"] for e in old]
    return [build_evaluation(i, "NOT_APPLICABLE", event) for i in gone if i not in kept] + latest


def build_error_response(internal_message, internal_details=None, customer_code=None, customer_message=None):
    response = {
        "internalErrorMessage": internal_message, "internalErrorDetails": internal_details,
        "customerErrorMessage": customer_message, "customerErrorCode": customer_code,
    }
    print(response)
    return response


def lambda_handler(event, context):
    invoking_event = json.loads(event["invokingEvent"])
    try:
        parameters = evaluate_parameters(json.loads(event["ruleParameters"]) if "ruleParameters" in event else {})
    except ValueError as e:
        return build_error_response("Parameter value is invalid", "", "InvalidParameterValueException", str(e))
    try:
        item = get_configuration_item(invoking_event)
        if item is None:
            evaluations = clean_up_old_evaluations(evaluate_compliance(event, None, parameters), event)
        elif is_applicable(item, event):
            compliance, note = evaluate_compliance(event, item, parameters)
            evaluations = [build_evaluation_from_config_item(item, compliance, note)]
        else:
            evaluations = [build_evaluation_from_config_item(item, "NOT_APPLICABLE")]
    except botocore.exceptions.ClientError as e:
        error = e.response["Error"]
        return build_error_response("Customer error while making API request", str(e), error["Code"], error["Message"])
    except ValueError as e:
        return build_error_response(str(e), str(e))
    config, rest = get_client("config", event), list(evaluations)
    while rest:
        config.put_evaluations(Evaluations=rest[:100], ResultToken=event["resultToken"], TestMode=event["resultToken"] == "TESTMODE")
        rest = rest[100:]
    return evaluations
