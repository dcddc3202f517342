import json, os, sys

# The answer goes to the real standard output; what the script prints goes to standard error.
answer = os.dup(1)
os.dup2(2, 1)
request = json.load(sys.stdin)
module = {"__name__": "script"}
exec(compile(request["script"], "script", "exec"), module)
handler = module.get(request["handler"])
if not callable(handler):
    sys.exit("the script defines no function " + request["handler"])
result = json.dumps(handler(request["events"], {}))
sys.stdout.flush()
with os.fdopen(answer, "w") as out:
    out.write(result)
