"""The loop of Python functions: asks the Runtime API for an event, calls the handler, hands the answer in."""

import http.client
import importlib
import json
import os
import sys
import time
import traceback

API = "/2018-06-01/runtime/"


class Context:
    def __init__(self, headers):
        env = os.environ
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = env["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = env["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = env["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = env["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class Api:
    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)

    def call(self, method, path, body=None, headers=None):
        self.connection.request(method, API + path, body, headers or {})
        response = self.connection.getresponse()
        return response.headers, response.read()

    def report(self, path, error):
        name = type(error).__name__
        trace = traceback.format_exception(type(error), error, error.__traceback__)
        body = {"errorMessage": str(error), "errorType": getattr(error, "lambda_type", name), "stackTrace": trace}
        headers = {"Lambda-Runtime-Function-Error-Type": body["errorType"].encode("ascii", "replace").decode()}
        self.call("POST", path, json.dumps(body), headers)


def typed(error, name):
    error.lambda_type = name
    return error


def load(handler):
    module, _, name = handler.rpartition(".")
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as e:
        raise typed(ImportError("Unable to import module '%s': %s" % (module, e)), "Runtime.ImportModuleError") from e
    if not callable(getattr(loaded, name, None)):
        raise typed(AttributeError("Handler '%s' missing on module '%s'" % (name, module)), "Runtime.HandlerNotFound")
    return getattr(loaded, name)


def answer(handler, event, context):
    result = handler(json.loads(event), context)
    try:
        return json.dumps(result)
    except (TypeError, ValueError) as e:
        raise typed(TypeError("Unable to marshal response: %s" % e), "Runtime.MarshalError") from e


def main():
    api = Api(os.environ["AWS_LAMBDA_RUNTIME_API"])
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    try:
        handler = load(os.environ["_HANDLER"])
    except BaseException as e:
        traceback.print_exc()
        api.report("init/error", e)
        sys.exit(1)
    while True:
        headers, event = api.call("GET", "invocation/next")
        at = "invocation/" + headers["Lambda-Runtime-Aws-Request-Id"]
        if headers["Lambda-Runtime-Trace-Id"]:
            os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        try:
            result = answer(handler, event, Context(headers))
        except Exception as e:
            traceback.print_exc()
            api.report(at + "/error", e)
        except BaseException as e:  # sys.exit ends the process, as it does in Lambda
            api.report(at + "/error", typed(e, "Runtime.ExitError"))
            raise
        else:
            api.call("POST", at + "/response", result)


main()
