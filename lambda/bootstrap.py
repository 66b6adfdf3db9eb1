# poterne's runtime for Python functions: python3 bootstrap.py FILE:HANDLER
import importlib.util, json, os, sys, traceback, urllib.request

api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"


def call(path, body=None):
    request = urllib.request.Request(api + path, data=body, method="GET" if body is None else "POST")
    return urllib.request.urlopen(request, timeout=None)


def described(error, request=""):
    return json.dumps({
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request,
        "stackTrace": traceback.format_tb(error.__traceback__)[1:],
    }).encode()


class Context:
    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = "$LATEST"
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        import time
        return max(0, self._deadline - int(time.time() * 1000))


def load(target):
    file, _, name = target.rpartition(":")
    sys.path.insert(0, os.path.dirname(os.path.abspath(file)))
    spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(file))[0], file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return getattr(module, name)


try:
    handler = load(sys.argv[1])
except BaseException as error:
    call("init/error", described(error))
    raise

while True:
    with call("invocation/next") as event:
        body, context = event.read(), Context(event.headers)
    os.environ["_X_AMZN_TRACE_ID"] = event.headers.get("Lambda-Runtime-Trace-Id", "")
    path = "invocation/" + context.aws_request_id
    try:
        result = json.dumps(handler(json.loads(body or b"{}"), context)).encode()
    except Exception as error:
        traceback.print_exc()
        call(path + "/error", described(error, context.aws_request_id))
    else:
        call(path + "/response", result)
    sys.stdout.flush()
