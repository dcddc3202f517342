"""The function of the tests' custom rule. It keeps every event for the test to look at, and answers as the rule's parameter
"how" says: judges volumes by its own call of PutEvaluations, leaves the answer to the test, or fails in Lambda's or in
AWS's customary way."""

import json
import os
import pathlib

import boto3

EVENTS = pathlib.Path(os.environ["WORK"], "events")


def handler(event, context):
    notice, parameters = json.loads(event["invokingEvent"]), json.loads(event["ruleParameters"])
    EVENTS.mkdir(exist_ok=True)
    written = EVENTS / f"{context.aws_request_id}.new"
    written.write_text(json.dumps(event))
    written.rename(written.with_suffix(".json"))
    how = parameters["how"]
    if how == "fail":
        raise RuntimeError("The function has lost its way.")
    if how == "confess":
        return {"internalErrorMessage": "oops", "internalErrorDetails": "stack", "customerErrorCode": "AccessDenied", "customerErrorMessage": "It may not look at volumes."}
    if how == "judge":
        item = notice["configurationItem"]
        gone = item["configurationItemStatus"].startswith("ResourceDeleted") or event["eventLeftScope"]
        verdict = "NOT_APPLICABLE" if gone else "COMPLIANT" if item["configuration"]["encrypted"] else "NON_COMPLIANT"
        boto3.client("config").put_evaluations(ResultToken=event["resultToken"], Evaluations=[{
            "ComplianceResourceType": item["resourceType"], "ComplianceResourceId": item["resourceId"], "ComplianceType": verdict,
            "Annotation": f"Judged as {verdict} by the function.", "OrderingTimestamp": item["configurationItemCaptureTime"],
        }])
    return how
