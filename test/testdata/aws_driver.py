"""Runs the AWS CLI many times in one process: a JSON list of arguments a line
in, {"status", "out", "err"} a line out."""
import contextlib, io, json, sys
from awscli.clidriver import create_clidriver

driver = create_clidriver()
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = driver.main(json.loads(line))
        except SystemExit as end:
            status = end.code
    print(json.dumps({"status": status, "out": out.getvalue(), "err": err.getvalue()}), flush=True)
