"""The process around one command: ``gen`` and ``python -m generator`` begin and end here."""

import gc
import os
import sys
from typing import NoReturn

#: Objects that may pile up before the collector looks: hardly ever within one unit-year, yet
#: a run over hundreds of units stays bounded.
_GARBAGE_THRESHOLD = 1_000_000


def run() -> NoReturn:
    """Run one command and leave at once: the system takes the memory back faster than Python."""
    gc.set_threshold(_GARBAGE_THRESHOLD)
    from generator.cli.commands import main

    code: object = 0
    try:
        main()
    except SystemExit as ending:
        code = ending.code
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):  # a closed pipe: nobody reads the rest
            continue
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    run()
