"""Runs commands by pypsrp and pywinrm, over HTTPS with Basic, and prints what came as JSON. Arguments: port, certificate authority, user; the password is read."""

import json
import sys

import winrm
from pypsrp.shell import Process, SignalCode, WinRS
from pypsrp.wsman import WSMan

port, authority, user = sys.argv[1:4]
password = sys.stdin.readline().strip()
seen = {}


def note(name, code, stdout, stderr=b""):
    seen[name] = [code, stdout.decode(), stderr.decode()]


wsman = WSMan("127.0.0.1", port=int(port), ssl=True, auth="basic", username=user, password=password,
              cert_validation=authority, operation_timeout=1, read_timeout=30)
with wsman, WinRS(wsman, codepage=65001) as shell:
    process = Process(shell, "cmd.exe", ["/c", "echo hi& type q:\\none& exit /b 7"])
    process.invoke()
    process.signal(SignalCode.CTRL_C)
    note("pypsrp: both streams", process.rc, process.stdout, process.stderr)
    process = Process(shell, 'findstr "^"')
    process.begin_invoke()
    process.send(b"a\r\n" * 7000, end=True)
    process.end_invoke()
    process.signal(SignalCode.TERMINATE)
    note("pypsrp: input", process.rc, str(len(process.stdout)).encode())
    process = Process(shell, "ping -n 3 127.0.0.1 >nul& echo late")
    process.invoke()
    note("pypsrp: longer than OperationTimeout", process.rc, process.stdout)

session = winrm.Session(f"https://127.0.0.1:{port}/wsman", auth=(user, password), transport="basic",
                        ca_trust_path=authority)
result = session.run_cmd("echo hi& exit /b 3")
note("pywinrm", result.status_code, result.std_out, result.std_err)
print(json.dumps(seen))
