# Runs command lines of the AWS CLI that is installed, one JSON document a line
# in, one out, so that its libraries are loaded once.
import io, json, os, sys

lines, answers = sys.stdin, os.fdopen(os.dup(1), "w")
from awscli.clidriver import create_clidriver

for line in lines:
    sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    try:
        exit = create_clidriver().main(json.loads(line))
    except SystemExit as e:
        exit = e.code
    texts = [s.buffer.getvalue().decode("utf-8") for s in (sys.stdout, sys.stderr)]
    print(json.dumps({"exit": exit or 0, "stdout": texts[0], "stderr": texts[1]}), file=answers, flush=True)
