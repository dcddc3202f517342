// The loop of Node.js functions: asks the Runtime API for an event, calls the handler, hands the answer in.
'use strict';
const fs = require('fs');
const http = require('http');
const path = require('path');
const { pathToFileURL } = require('url');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const root = process.env.LAMBDA_TASK_ROOT;

function call(method, at, body, headers) {
  return new Promise((resolve, reject) => {
    const req = http.request({ host, port, agent, method, path: '/2018-06-01/runtime/' + at, headers }, (res) => {
      const parts = [];
      res.on('data', (d) => parts.push(d));
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(parts) }));
    });
    req.on('error', reject);
    req.end(body);
  });
}

function describe(e) {
  if (e instanceof Error) {
    return { errorType: e.name || 'Error', errorMessage: e.message, trace: (e.stack || '').split('\n') };
  }
  return { errorType: typeof e, errorMessage: String(e), trace: [] };
}

function report(at, e) {
  const body = describe(e);
  return call('POST', at, JSON.stringify(body), { 'Lambda-Runtime-Function-Error-Type': body.errorType.replace(/[^\x20-\x7e]/g, '?') });
}

async function load() {
  const handler = process.env._HANDLER;
  const dir = path.dirname(handler);
  const [file, ...names] = path.basename(handler).split('.');
  const found = ['.js', '.mjs', '.cjs'].map((ext) => path.join(root, dir, file + ext)).find((f) => fs.existsSync(f));
  if (!found) {
    throw Object.assign(new Error(`Cannot find ${file}.js, .mjs or .cjs in ${path.join(root, dir)}`), { name: 'Runtime.ImportModuleError' });
  }
  const loaded = await import(pathToFileURL(found));
  const pick = (from) => names.reduce((o, n) => (o === undefined || o === null ? undefined : o[n]), from);
  const f = pick(loaded) || pick(loaded.default);
  if (typeof f !== 'function') {
    throw Object.assign(new Error(`${handler} is undefined or not a function`), { name: 'Runtime.HandlerNotFound' });
  }
  return f;
}

// run calls the handler in either of its forms; a handler that neither promises nor calls back is done when nothing is
// left to happen.
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const done = (e, answer) => (e === undefined || e === null ? resolve(answer) : reject(e));
    context.done = done;
    context.succeed = (answer) => resolve(answer);
    context.fail = (e) => reject(e === undefined || e === null ? new Error('failed') : e);
    process.once('beforeExit', () => resolve(null));
    const promised = handler(event, context, done);
    if (promised && typeof promised.then === 'function') promised.then(resolve, reject);
  });
}

async function serve(handler) {
  for (;;) {
    const next = await call('GET', 'invocation/next');
    const h = next.headers;
    const id = h['lambda-runtime-aws-request-id'];
    current = id;
    if (h['lambda-runtime-trace-id']) process.env._X_AMZN_TRACE_ID = h['lambda-runtime-trace-id'];
    const deadline = Number(h['lambda-runtime-deadline-ms']);
    const env = process.env;
    const context = {
      awsRequestId: id,
      callbackWaitsForEmptyEventLoop: true,
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      invokedFunctionArn: h['lambda-runtime-invoked-function-arn'],
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
    try {
      const answer = await run(handler, JSON.parse(next.body), context);
      const text = JSON.stringify(answer === undefined ? null : answer);
      await call('POST', `invocation/${id}/response`, text === undefined ? 'null' : text);
    } catch (e) {
      await report(`invocation/${id}/error`, e);
    }
    current = undefined;
    process.removeAllListeners('beforeExit');
  }
}

let current;
for (const name of ['uncaughtException', 'unhandledRejection']) {
  process.on(name, async (e) => {
    console.error(e);
    try {
      await report(current === undefined ? 'init/error' : `invocation/${current}/error`, e);
    } finally {
      process.exit(1);
    }
  });
}
load().then(serve, async (e) => {
  console.error(e);
  await report('init/error', e);
  process.exit(1);
});
