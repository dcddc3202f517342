"""Step Functions state machines."""

import json

from peers.item import item, shaped

PAIRS = [("STEP_FUNCTIONS_STATE_MACHINE_LOGGING_ENABLED", "stepfunctions_statemachine_logging_enabled")]


def seed(c):
    role = c("iam").create_role(RoleName="peers-machine", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    to = [{"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:machines:*"}}]
    definition = json.dumps({"StartAt": "a", "States": {"a": {"Type": "Pass", "End": True}}})
    for name, logging in {"logged": {"level": "ALL", "includeExecutionData": False, "destinations": to}, "off": {"level": "OFF"}, "plain": None}.items():
        settings = {"loggingConfiguration": logging} if logging else {}
        c("stepfunctions").create_state_machine(name="machine-" + name, definition=definition, roleArn=role, type="STANDARD", **settings)


def record(c):
    typ = "AWS::StepFunctions::StateMachine"
    for m in c.pages("stepfunctions", "list_state_machines", "stateMachines"):
        d = c("stepfunctions").describe_state_machine(stateMachineArn=m["stateMachineArn"])
        d = {"arn": d["stateMachineArn"], "stateMachineName": d["name"], "stateMachineType": d["type"], **{k: d[k] for k in ("roleArn", "loggingConfiguration", "tracingConfiguration") if k in d}}
        yield item(typ, d["arn"], shaped(typ, d), name=d["stateMachineName"], arn=d["arn"])
