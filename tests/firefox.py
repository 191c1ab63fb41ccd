"""Firefox without a network, driven by its own Marionette: no more than opening a file and asking it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.beside import missing

#: Nothing of other hosts is asked for, and nothing is reported home.
SETTINGS = {
    "network.dns.disabled": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "app.update.disabledForTesting": True,
    "dom.security.https_first": False,
}


def firefox() -> str:
    """Path of Firefox; without one the tests are skipped loudly, and fail in CI."""
    found = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    return found or missing("FIREFOX IS MISSING: the page was not opened in it (set FIREFOX to its path)")


class Firefox:
    """An open Firefox with one window."""

    def __init__(self, folder: Path, size: tuple[int, int] = (1366, 768)) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {**SETTINGS, "marionette.port": port}
        lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in settings.items()]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
        size_ = [f"--width={size[0]}", f"--height={size[1]}"]
        self.process = subprocess.Popen(
            [firefox(), "--headless", "--marionette", "--no-remote", "--profile", str(folder), *size_],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder), "MOZ_HEADLESS": "1"},
        )
        self.socket = self._connected(port)
        self.answers = self.socket.makefile("rwb")
        self._read()
        self._number = 0
        self.ask("WebDriver:NewSession", {})

    def _connected(self, port: int) -> socket.socket:
        """A connection, as soon as Firefox listens; it is given time, for the machine may be busy."""
        for _ in range(1200):
            if self.process.poll() is not None:
                raise RuntimeError(f"Firefox ended with {self.process.returncode}")
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", port), timeout=300)
            time.sleep(0.1)
        raise RuntimeError("Firefox does not listen")

    def _read(self) -> object:
        """One message: its length, a colon, JSON."""
        length = b""
        while (sign := self.answers.read(1)) != b":":
            length += sign
        return json.loads(self.answers.read(int(length)))

    def ask(self, command: str, given: dict[str, object]) -> object:
        """The answer to a command; its error is raised."""
        self._number += 1
        text = json.dumps([0, self._number, command, given]).encode()
        self.answers.write(str(len(text)).encode() + b":" + text)
        self.answers.flush()
        _, _, error, result = self._read()
        if error is not None:
            raise RuntimeError(error)
        return result

    def open(self, address: str) -> None:
        """Opens an address and waits until the page says that it is drawn."""
        self.ask("WebDriver:Navigate", {"url": address})
        for _ in range(600):
            if self.run("return document.documentElement.dataset.drawn || ''"):
                return
            time.sleep(0.1)
        raise RuntimeError("the page was not drawn")

    def run(self, script: str) -> object:
        """What a function with this body gives in the page."""
        return self.ask("WebDriver:ExecuteScript", {"script": script, "args": []})["value"]

    def close(self) -> None:
        """Ends Firefox, and waits for it."""
        with contextlib.suppress(Exception):
            self.ask("Marionette:Quit", {"flags": ["eForceQuit"]})
        self.answers.close()
        self.socket.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
