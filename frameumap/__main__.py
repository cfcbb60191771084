"""`python -m frameumap`, the command `frameumap`; see `frameumap.command`."""

from __future__ import annotations

from .command.main import main, program

__all__ = ["main", "program"]

if __name__ == "__main__":
    program()
