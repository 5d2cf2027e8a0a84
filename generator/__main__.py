"""The process around one command: ``gen`` and ``python -m generator`` begin and end here."""

import os
import sys

try:
    import gc
    import signal
    from typing import NoReturn
except KeyboardInterrupt:  # before ``run`` can see to it
    os._exit(130)

#: Objects that may pile up before the collector looks: hardly ever within one unit-year, yet
#: a run over hundreds of units stays bounded.
_GARBAGE_THRESHOLD = 1_000_000


_INTERRUPTED = 130


def run() -> NoReturn:
    """Run one command and leave at once: the system takes the memory back faster than Python."""
    # Where Ctrl-C is ignored (a job in the background), it stays so.
    listening = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if listening:  # while modules are imported nothing has been touched, and nothing is said
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    sys.unraisablehook = _unraisable
    _occupy_streams()
    gc.set_threshold(_GARBAGE_THRESHOLD)
    from generator.cli.commands import main

    code: object = 0
    try:
        if listening:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        main()
    except SystemExit as ending:
        code = ending.code
    except KeyboardInterrupt:  # once more, while the first was told of
        code = _INTERRUPTED
    if listening:
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):  # a closed pipe: nobody reads the rest
            continue
    os._exit(code if isinstance(code, int) else int(code is not None))


def _occupy_streams() -> None:
    """Without a console, no file of ours may get the number under which others print."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def _unraisable(failure: "sys.UnraisableHookArgs") -> None:
    """Where Python cannot raise an interruption on, in a clean-up or callback, gen ends there."""
    if isinstance(failure.exc_value, KeyboardInterrupt):
        os._exit(_INTERRUPTED)
    sys.__unraisablehook__(failure)


if __name__ == "__main__":
    run()
