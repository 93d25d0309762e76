"""The command line: one thin command per question, errors as sentences, progress on stderr only."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from digimfg.display.terminal import print_error
from digimfg.errors import DigimfgError
from digimfg.text import Text

__all__ = ["main"]

BAD_INPUT = 2
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit.

    Exit codes: 0 done; 1 results differ from the accepted ones; 2 bad input, told on stderr without a
    traceback; 130 interrupted.
    """
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    _choose_language(given)
    try:
        from digimfg.cli.app import build_app

        build_app()(given, standalone_mode=True)
    except DigimfgError as error:
        print_error(error)
        raise SystemExit(BAD_INPUT) from None
    except KeyboardInterrupt:
        _leave_interrupted()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _leave_interrupted()
        raise


def _leave_interrupted() -> NoReturn:
    """Leave at once: threads of an engine cut short would abort an orderly exit."""
    print(
        Text("interrupted; files already in place are whole", "已中断；已就位的文件均完整"), file=sys.stderr
    )
    sys.stdout.flush()
    if (loky := sys.modules.get("joblib.externals.loky")) is not None:
        loky.get_reusable_executor(reuse=True).shutdown(kill_workers=True)
        gc.collect()  # of their locks
    os._exit(INTERRUPTED)


def _choose_language(arguments: list[str]) -> None:
    """Look for ``--language`` before anything is parsed: the help itself is in that language."""
    for position, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--language":
            chosen = value or next(iter(arguments[position + 1 :]), "")
            if chosen in ("en", "zh"):
                os.environ["DIGIMFG_LANGUAGE"] = chosen
            return
