"""Runs a command for measure.run and writes to file descriptor argv[1]: exit status, wall seconds,
CPU seconds, those of them in the kernel, peak bytes. A process inherits the peak memory of whoever
starts it (the kernel keeps it across exec), so the start is made from this small process, not from
a large driver."""

import os
import sys
import time

report, command = int(sys.argv[1]), sys.argv[2:]
os.set_inheritable(report, False)
begin = time.monotonic()
child = os.fork()
if child == 0:
    try:
        os.execvp(command[0], command)
    except OSError as problem:
        os.write(2, f"cannot run '{command[0]}': {problem.strerror}\n".encode())
        os._exit(127)
_, status, usage = os.wait4(child, 0)
os.write(report, (f"{os.waitstatus_to_exitcode(status)} {time.monotonic() - begin}"
                  f" {usage.ru_utime + usage.ru_stime} {usage.ru_stime}"
                  f" {usage.ru_maxrss * 1024}\n").encode())
