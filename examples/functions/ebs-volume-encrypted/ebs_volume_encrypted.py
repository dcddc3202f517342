"""Each EBS volume is encrypted, with a key of the rule parameter kmsId if there is one. Change-triggered, scope
AWS::EC2::Volume. Written as the community's Python rules are: the item is taken from the event, or from AWS Config when
it is too large for that. It asks nothing but AWS Config."""

import json

import boto3

RESOURCE_TYPE = "AWS::EC2::Volume"


def evaluate_compliance(item, parameters):
    configuration = item["configuration"]
    if not configuration.get("encrypted"):
        return "NON_COMPLIANT", "The volume is not encrypted."
    wanted = parameters.get("kmsId")
    if wanted and configuration.get("kmsKeyId") != wanted:
        return "NON_COMPLIANT", "The volume is encrypted with another key."
    return "COMPLIANT", None


def configuration_item(client, invoking_event):
    if invoking_event["messageType"] != "OversizedConfigurationItemChangeNotification":
        return invoking_event["configurationItem"]
    summary = invoking_event["configurationItemSummary"]
    item = client.get_resource_config_history(
        resourceType=summary["resourceType"], resourceId=summary["resourceId"],
        laterTime=summary["configurationItemCaptureTime"], limit=1,
    )["configurationItems"][0]
    return {
        "resourceType": item["resourceType"], "resourceId": item["resourceId"],
        "configurationItemStatus": item["configurationItemStatus"],
        "configurationItemCaptureTime": item["configurationItemCaptureTime"].isoformat(),
        "configuration": json.loads(item["configuration"]),
    }


def is_applicable(item, event):
    return item["configurationItemStatus"] in ("OK", "ResourceDiscovered") and not event["eventLeftScope"]


def build_evaluation(item, compliance, annotation):
    evaluation = {
        "ComplianceResourceType": item["resourceType"],
        "ComplianceResourceId": item["resourceId"],
        "ComplianceType": compliance,
        "OrderingTimestamp": str(item["configurationItemCaptureTime"]),
    }
    if annotation:
        evaluation["Annotation"] = annotation[:256]
    return evaluation


def lambda_handler(event, context):
    invoking_event = json.loads(event["invokingEvent"])
    parameters = json.loads(event["ruleParameters"]) if "ruleParameters" in event else {}
    client = boto3.client("config")
    item = configuration_item(client, invoking_event)
    compliance, annotation = "NOT_APPLICABLE", None
    if item["resourceType"] == RESOURCE_TYPE and is_applicable(item, event):
        compliance, annotation = evaluate_compliance(item, parameters)
    result = client.put_evaluations(
        Evaluations=[build_evaluation(item, compliance, annotation)],
        ResultToken=event["resultToken"],
        TestMode=event["resultToken"] == "TESTMODE",
    )
    if result["FailedEvaluations"]:
        raise RuntimeError("PutEvaluations refused %s" % result["FailedEvaluations"])
    return compliance
