"""Runs one solver and ends it when whoever asked for it is gone, also if that one was killed.

Started as a plain file: ``python keeper.py LOG FOLDER COMMAND…``. It reads its standard input, on which nothing
ever comes: its end means that the other side has closed it, or died. Then the solver is ended and its private
folder removed. A killed parent would else leave the solver running for hours. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path


def main(log: str, folder: str, *command: str) -> int:
    """Exit code of the command; 127 where it cannot be started."""
    with Path(log).open("wb") as said:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)  # noqa: S603
        except OSError as absent:
            said.write(str(absent).encode())
            return 127
        threading.Thread(target=_watch, args=(process, folder), daemon=True).start()
        code = process.wait()
    return code if code >= 0 else 128 - code


def _watch(process: subprocess.Popen[bytes], folder: str) -> None:
    # Not sys.stdin: a thread that holds it makes Python abort when it ends.
    while os.read(0, 1):
        pass
    process.kill()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
