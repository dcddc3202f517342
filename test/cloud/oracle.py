"""Writes what botocore makes of every operation of internal/cloud/operations.txt, a JSON object a line, for the Go test
TestOracle of internal/cloud/wire to hold beside its own: requests of generated inputs, parsed answers and errors of every
protocol, and hosts and signatures in regions of three partitions."""

import base64
import datetime
import json
import os
import re
import sys
from xml.sax.saxutils import escape, quoteattr

import botocore.awsrequest
import botocore.parsers
import botocore.serialize
import botocore.session

TIME = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-5", "us-gov-west-1", "us-gov-east-1", "cn-north-1", "cn-northwest-1"]
EPOCH = int(TIME.timestamp())


def operations():
    with open("internal/cloud/operations.txt") as f:
        for line in f:
            service, _, names = line.split("#")[0].partition(":")
            for name in names.split():
                yield service.strip(), name


class Values:
    """Generates a value of a shape. full gives every member, else only required ones; wire tells that it is for an answer."""

    def __init__(self, full):
        self.full = full

    def value(self, shape, inside=(), path="v"):
        return getattr(self, "of_" + shape.type_name, self.of_string)(shape, inside, path)

    def of_structure(self, shape, inside, path):
        if getattr(shape, "is_document_type", False):
            return {"any": [1, "thing"]}
        if inside.count(shape.name) > 1:
            return {}
        inside = (*inside, shape.name)
        out = {}
        for name, member in shape.members.items():
            if getattr(member, "is_eventstream", False) or member.type_name == "structure" and inside.count(member.name) > 1:
                continue
            token = member.metadata.get("idempotencyToken")
            if not (self.full or name in shape.required_members or token):
                continue
            out[name] = "TOKEN" if token else self.value(member, inside, name)
            if getattr(shape, "is_tagged_union", False):
                break
        return out

    def of_list(self, shape, inside, path):
        if shape.member.type_name == "structure" and inside.count(shape.member.name) > 1:
            return []
        return [self.value(shape.member, inside, path + str(i)) for i in range(2)]

    def of_map(self, shape, inside, path):
        if shape.value.type_name == "structure" and inside.count(shape.value.name) > 1:
            return {}
        if shape.serialization.get("location") == "headers":
            return {"one": path + " header", "two": "2"}
        return {"key one": self.value(shape.value, inside, path + "1"), "two": self.value(shape.value, inside, path + "2")}

    def of_string(self, shape, inside, path):
        if shape.serialization.get("jsonvalue"):
            return {"json": [1, True]}
        if shape.metadata.get("hostLabel") or path in ("AccountId", "accountId"):
            return "111122223333"
        if shape.serialization.get("location") in ("header", "headers"):
            return path + " header"
        return path + " <ü>/&+=~"

    def of_boolean(self, shape, inside, path):
        return len(path) % 2 == 0

    def of_integer(self, shape, inside, path):
        return 100 + len(path)

    def of_long(self, shape, inside, path):
        return 5_000_000_000 + len(path)

    def of_double(self, shape, inside, path):
        return 0.5

    of_float = of_double

    def of_timestamp(self, shape, inside, path):
        return TIME

    def of_blob(self, shape, inside, path):
        return b"bytes of " + path.encode()


def plain(v):
    """A value as JSON. Bytes and times are told apart from text."""
    if isinstance(v, datetime.datetime):
        return {"$time": v.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")}
    if isinstance(v, bytes):
        return {"$bytes": base64.b64encode(v).decode()}
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [plain(x) for x in v]
    return v


def protocol_of(service):
    with open(f"internal/cloud/models/data/{service}.json") as f:
        return json.load(f)["protocol"]


def request(protocol, op, params):
    r = botocore.serialize.create_serializer(protocol, include_validation=False).serialize_to_request(params, op)
    body = r["body"]
    if isinstance(body, dict):
        body = {k: v if isinstance(v, str) else str(v) for k, v in body.items()}
        body["$form"] = True
    elif hasattr(body, "read"):
        body = body.read()
    if isinstance(body, bytes):
        body = plain(body)
    elif isinstance(body, str):
        body = plain(body.encode())
    query = r["query_string"] or {}
    if isinstance(query, str):
        query = {k: v for k, _, v in (p.partition("=") for p in query.split("&"))}
    path, _, rest = r["url_path"].partition("?")
    for pair in rest.split("&") if rest else []:
        k, _, v = pair.partition("=")
        query = {**query, k: v}
    return {
        "method": r["method"], "path": path, "query": {k: [str(x) for x in v] if isinstance(v, list) else [str(v)] for k, v in query.items()},
        "headers": {k: str(v) for k, v in dict(r["headers"]).items()}, "body": body,
    }


def time_text(shape, default):
    fmt = shape.serialization.get("timestampFormat", default).lower()
    if fmt == "unixtimestamp":
        return EPOCH
    if fmt == "rfc822":
        return "Fri, 02 Jan 2026 03:04:05 GMT"
    return "2026-01-02T03:04:05Z"


def to_json(shape, v):
    kind = shape.type_name
    if kind == "structure" and not getattr(shape, "is_document_type", False):
        return {m.serialization.get("name", n): to_json(m, v[n]) for n, m in shape.members.items() if n in v and "location" not in m.serialization}
    if kind == "list":
        return [to_json(shape.member, x) for x in v]
    if kind == "map":
        return {k: to_json(shape.value, x) for k, x in v.items()}
    if kind == "timestamp":
        return time_text(shape, "unixtimestamp")
    if kind == "blob":
        return base64.b64encode(v).decode()
    if shape.serialization.get("jsonvalue"):
        return json.dumps(v)
    return v


def scalar(shape, v, default):
    if shape.type_name == "timestamp":
        return str(time_text(shape, default))
    if shape.type_name == "blob":
        return base64.b64encode(v).decode()
    if shape.type_name == "boolean":
        return "true" if v else "false"
    return str(v)


def to_xml(shape, v, name):
    kind = shape.type_name
    if kind == "structure":
        inner, attributes = "", ""
        for n, m in shape.members.items():
            if n not in v or "location" in m.serialization:
                continue
            tag = m.serialization.get("name", n)
            if m.serialization.get("xmlAttribute"):
                prefix = tag.split(":")[0]
                attributes += f' xmlns:{prefix}="http://www.w3.org/2001/XMLSchema-instance" {tag}={quoteattr(v[n])}'
                continue
            inner += to_xml(m, v[n], tag)
        return f"<{name}{attributes}>{inner}</{name}>"
    if kind == "list":
        if shape.serialization.get("flattened"):
            tag = shape.member.serialization.get("name", name)
            return "".join(to_xml(shape.member, x, tag) for x in v)
        tag = shape.member.serialization.get("name", "member")
        return f"<{name}>{''.join(to_xml(shape.member, x, tag) for x in v)}</{name}>"
    if kind == "map":
        key, value = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
        flat = shape.serialization.get("flattened")
        tag = name if flat else "entry"
        entries = "".join(f"<{tag}><{key}>{escape(k)}</{key}>{to_xml(shape.value, x, value)}</{tag}>" for k, x in v.items())
        return entries if flat else f"<{name}>{entries}</{name}>"
    return f"<{name}>{escape(scalar(shape, v, 'iso8601'))}</{name}>"


def answer(protocol, op, v):
    """The bytes that a service would answer."""
    shape, headers = op.output_shape, {"x-amzn-requestid": "request-1"}
    if protocol == "json":
        return headers, json.dumps(to_json(shape, v)).encode()
    if protocol in ("query", "ec2"):
        inner = to_xml(shape, v, "x")[len("<x>"):-len("</x>")]
        wrapper = shape.serialization.get("resultWrapper")
        if wrapper:
            inner = f"<{wrapper}>{inner}</{wrapper}>"
        return headers, f'<?xml version="1.0"?><{op.name}Response xmlns="http://x/">{inner}<ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata></{op.name}Response>'.encode()
    for n, m in shape.members.items():
        location = m.serialization.get("location")
        if n not in v:
            continue
        if location == "header":
            if m.serialization.get("jsonvalue"):
                headers[m.serialization["name"]] = base64.b64encode(json.dumps(v[n]).encode()).decode()
            elif m.type_name == "list":
                headers[m.serialization["name"]] = ",".join(scalar(m.member, x, "rfc822") for x in v[n])
            else:
                headers[m.serialization["name"]] = scalar(m, v[n], "rfc822")
        elif location == "headers":
            for k, x in v[n].items():
                headers[m.serialization.get("name", "") + k.replace(" ", "-")] = x
    payload = shape.serialization.get("payload")
    if payload:
        m = shape.members[payload]
        if payload not in v:
            return headers, b""
        if m.type_name == "blob":
            return headers, v[payload]
        if m.type_name == "string":
            return headers, v[payload].encode()
        if protocol == "rest-json":
            return headers, json.dumps(to_json(m, v[payload])).encode()
        return headers, to_xml(m, v[payload], m.serialization.get("name", m.name)).encode()
    if protocol == "rest-json":
        return headers, json.dumps(to_json(shape, v)).encode()
    return headers, to_xml(shape, v, op.name + "Result").encode()


class Streamed:
    def __init__(self, body):
        self.body = body

    def read(self, *_):
        return self.body


def parsed(protocol, op, status, headers, body):
    given = botocore.awsrequest.HeadersDict(headers)
    streamed = op.has_streaming_output
    out = botocore.parsers.create_parser(protocol).parse({"status_code": status, "headers": given, "body": Streamed(body) if streamed else body}, op.output_shape)
    meta = out.pop("ResponseMetadata", {})
    if streamed:
        out[op.output_shape.serialization["payload"]] = body
    return out, meta


ERRORS = {
    "json": ({"x-amzn-requestid": "request-2"}, b'{"__type":"com.amazonaws.x#SomethingException:http://x/","message":"it is so"}'),
    "rest-json": ({"x-amzn-requestid": "request-2", "x-amzn-errortype": "SomethingException:http://x/"}, b'{"message":"it is so"}'),
    "query": ({}, b"<ErrorResponse><Error><Type>Sender</Type><Code>Something</Code><Message>it is &lt;so&gt;</Message></Error><RequestId>request-2</RequestId></ErrorResponse>"),
    "rest-xml": ({"x-amz-request-id": "request-2"}, b"<ErrorResponse><Error><Type>Sender</Type><Code>Something</Code><Message>it is &lt;so&gt;</Message></Error><RequestId>request-2</RequestId></ErrorResponse>"),
    "ec2": ({}, b"<Response><Errors><Error><Code>Some.Thing</Code><Message>it is so</Message></Error></Errors><RequestID>request-2</RequestID></Response>"),
    "s3": ({"x-amz-request-id": "request-2"}, b'<?xml version="1.0"?><Error><Code>Something</Code><Message>it is so</Message><Resource>/x</Resource><RequestId>request-2</RequestId></Error>'),
}


def failure(service, protocol, op):
    headers, body = ERRORS["s3" if service == "s3" else protocol]
    out, meta = parsed_error(protocol, op, headers, body)
    return {"kind": "failure", "headers": headers, "answer": plain(body), "code": out["Code"], "message": out["Message"], "request": meta.get("RequestId", "")}


def parsed_error(protocol, op, headers, body):
    out = botocore.parsers.create_parser(protocol).parse({"status_code": 400, "headers": botocore.awsrequest.HeadersDict(headers), "body": body}, op.output_shape)
    return out["Error"], out["ResponseMetadata"]


class Sent(Exception):
    pass


def sent(session, service, region, op):
    """Where botocore sends a call to, and what it signs it for."""
    client = session.create_client(service, region_name=region)
    seen = {}

    def look(request, **_):
        seen["url"], seen["auth"] = request.url, request.headers.get("Authorization", b"").decode() if isinstance(request.headers.get("Authorization"), bytes) else request.headers.get("Authorization", "")
        raise Sent()

    client.meta.events.register("before-send", look)
    try:
        client._make_api_call(op.name, minimal(op))
    except Sent:
        pass
    host = re.match(r"https://([^/]+)/", seen["url"]).group(1)
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", seen["auth"] or "")
    return {"kind": "endpoint", "region": region, "host": host, "signed": scope.group(1) + "/" + scope.group(2) if scope else ""}


def minimal(op):
    v = Values(False)
    v.of_string = lambda shape, inside, path: shape.enum[0] if shape.enum else "111122223333" if path == "AccountId" else "x" * max(12, shape.metadata.get("min", 0))
    v.of_integer = v.of_long = lambda shape, inside, path: shape.metadata.get("min", 1)
    return v.value(op.input_shape) if op.input_shape else {}


def addressed(op):
    """Operations whose host depends on more than the region."""
    return op.service_model.service_name == "s3" and op.input_shape and "Bucket" in op.input_shape.members or op.endpoint


def main(file):
    os.environ.update(AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="secret")
    session = botocore.session.get_session()
    told, models = set(), {}
    with open(file, "w") as out:
        for service, name in sorted(set(operations())):
            model = models.setdefault(service, session.get_service_model(service))
            op, protocol = model.operation_model(name), protocol_of(service)
            lines = []
            for full in (False, True):
                if op.input_shape:
                    params = Values(full).value(op.input_shape)
                    lines.append({"kind": "request", "input": plain(params), **request(protocol, op, params)})
                if op.output_shape and not op.has_event_stream_output:
                    headers, body = answer(protocol, op, Values(full).value(op.output_shape))
                    want, _ = parsed(protocol, op, 200, headers, body)
                    lines.append({"kind": "answer", "headers": headers, "answer": plain(body), "output": plain(want)})
            if not op.has_streaming_output:
                lines.append(failure(service, protocol, op))
            if service not in told and not addressed(op):
                told.add(service)
                lines += [sent(session, service, r, op) for r in REGIONS]
            for line in lines:
                out.write(json.dumps({"service": service, "operation": name, **line}) + "\n")
    print(f"{len(told)} services' hosts by botocore {botocore.__version__}")


if __name__ == "__main__":
    main(sys.argv[1])
