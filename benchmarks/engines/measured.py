"""Commands at once: seconds by the clock, processor seconds, the most megabytes of one process.

    python measured.py JSON-LIST-OF-COMMANDS

A process of its own, and small: the peak of a child begins with the size of whoever started it.
Children of the commands count as well.
"""

import json
import os
import subprocess
import sys
import time

begun = time.perf_counter()
running = [
    subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in json.loads(sys.argv[1])
]
used = [os.wait4(one.pid, 0)[1:] for one in running]
print(
    json.dumps(
        {
            "wall": time.perf_counter() - begun,
            "cpu": sum(usage.ru_utime + usage.ru_stime for _, usage in used),
            "memory": max(usage.ru_maxrss for _, usage in used) / 1024,
            "codes": [os.waitstatus_to_exitcode(status) for status, _ in used],
        }
    ),
    flush=True,
)
os._exit(0)  # the processes were waited for
