// poterne's runtime for Node functions: node bootstrap.mjs FILE:HANDLER
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true });

function call(suffix, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host, port, agent, path: '/2018-06-01/runtime/' + suffix, method: body === undefined ? 'GET' : 'POST' },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(parts).toString() }));
      });
    request.on('error', reject);
    request.end(body);
  });
}

// What functions that stream are written with, as in AWS's own runtime.
const streams = Symbol('streams');
globalThis.awslambda = {
  streamifyResponse(handler) {
    handler[streams] = true;
    return handler;
  },
  HttpResponseStream: {
    from(stream, metadata) {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      stream.write(JSON.stringify(metadata));
      stream.write(Buffer.alloc(8));
      return stream;
    },
  },
};

// stream runs a handler that writes its result into the request that posts it.
function stream(prefix, handler, event, context) {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host, port, agent, path: '/2018-06-01/runtime/' + prefix + '/response', method: 'POST',
      headers: {
        'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Transfer-Encoding': 'chunked',
        'Content-Type': 'application/octet-stream', Trailer: 'Lambda-Runtime-Function-Error-Type',
      },
    }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
    request.setContentType = (type) => { if (!request.headersSent) request.setHeader('Content-Type', type); };
    Promise.resolve(handler(event, request, context)).then(() => request.end(), (error) => {
      if (!request.headersSent) {
        request.off('error', reject);
        request.on('error', () => {});
        request.destroy();
        reject(error);
        return;
      }
      console.error(error);
      request.addTrailers({ 'Lambda-Runtime-Function-Error-Type': error?.name ?? 'Error' });
      request.end();
    });
  });
}

function described(error) {
  return JSON.stringify({
    errorType: error?.name ?? typeof error,
    errorMessage: error?.message ?? String(error),
    trace: (error?.stack ?? '').split('\n'),
  });
}

async function load(target) {
  const colon = target.lastIndexOf(':');
  const module = await import(pathToFileURL(path.resolve(target.slice(0, colon))).href);
  const name = target.slice(colon + 1);
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== 'function') throw new Error(`${name} is not a function of ${target.slice(0, colon)}`);
  return handler;
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

// invoke takes handlers of both kinds: those that return and those that call back.
function invoke(handler, event, context) {
  return new Promise((resolve, reject) => {
    const result = handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
    if (typeof result?.then === 'function') result.then(resolve, reject);
    else if (handler.length < 3) resolve(result);
  });
}

let handler;
try {
  handler = await load(process.argv[2]);
} catch (error) {
  console.error(error);
  await call('init/error', described(error));
  process.exit(1);
}
for (;;) {
  const { headers, body } = await call('invocation/next');
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
  const prefix = 'invocation/' + headers['lambda-runtime-aws-request-id'];
  try {
    if (handler[streams]) {
      await stream(prefix, handler, JSON.parse(body || '{}'), contextOf(headers));
      continue;
    }
    const result = await invoke(handler, JSON.parse(body || '{}'), contextOf(headers));
    await call(prefix + '/response', JSON.stringify(result ?? null));
  } catch (error) {
    console.error(error);
    await call(prefix + '/error', described(error));
  }
}
