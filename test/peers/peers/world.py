"""A simulated cloud: moto_server on loopback, with two regions. World `good` and world `bad` differ in what belongs to
the whole account, so that account-wide rules pass in one and fail in the other; other rules have both kinds of
resources in each."""

import contextlib
import functools
import os
import socket
import subprocess
import time
import urllib.request

import boto3
from botocore.config import Config

WORLDS = ["good", "bad"]
ACCOUNT = "123456789012"  # moto's
REGION = "us-east-1"
SETTINGS = {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}  # the policies of AWS itself


@contextlib.contextmanager
def started(root, work):
    """A fresh moto_server; gives its address."""
    work.mkdir(parents=True)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with open(work / "moto.log", "w") as log:
        p = subprocess.Popen([root / ".venv-moto/bin/moto_server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log, env={**os.environ, **SETTINGS})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(address + "/moto-api/data.json").close()
                break
            time.sleep(0.1)
        yield address
    finally:
        p.terminate()
        p.wait()


class Clients:
    """boto3 clients of the simulated cloud, and which world it is."""

    def __init__(self, address, name):
        self.address, self.world = address, name

    @property
    def good(self):
        return self.world == "good"

    @functools.cache
    def __call__(self, service, region=REGION):
        return boto3.client(service, region_name=region, endpoint_url=self.address, config=Config(retries={"max_attempts": 1}, inject_host_prefix=False))

    def pages(self, service, operation, key, **args):
        """All elements of a listing."""
        c = self(service)
        if c.can_paginate(operation):
            for page in c.get_paginator(operation).paginate(**args):
                yield from page.get(key, [])
        else:
            yield from getattr(c, operation)(**args).get(key, [])

    def maybe(self, service, operation, *missing, **args):
        """The answer, or None when the call fails with one of these codes (there is no such setting)."""
        c = self(service)
        try:
            answer = getattr(c, operation)(**args)
        except c.exceptions.ClientError as e:
            if e.response["Error"]["Code"] in missing:
                return None
            raise
        answer.pop("ResponseMetadata", None)
        return answer


def variants(hardened, plain):
    """Settings of resources by name: `hardened`, `plain` (its own settings, the others left out), and for each setting
    one that is hardened but for it, so that a rule which reads another setting than its own is found out."""
    yield "hardened", hardened
    yield "plain", plain
    for key in hardened:
        others = {k: v for k, v in hardened.items() if k != key}
        yield "without-" + key.lower(), {**others, **{k: v for k, v in plain.items() if k == key}}
