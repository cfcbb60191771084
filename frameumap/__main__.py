"""`python -m frameumap`, the command `frameumap`; see `frameumap.command`."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """See `frameumap.command.main.main`."""
    from .command.main import main

    return main(arguments)


def program() -> None:
    """See `frameumap.command.main.program`; Ctrl-C while Python still imports is told, too."""
    try:
        from .command.main import INTERRUPTED, program
    except KeyboardInterrupt:
        sys.stderr.write("frameumap: interrupted; nothing was written\n")
        sys.exit(130)
    try:
        program()
    except KeyboardInterrupt:  # between its own handlers
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    program()
