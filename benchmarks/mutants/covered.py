"""Which tests run which line: the tests of a room once, each under its own name, by coverage and processor time.

A plugin of pytest, loaded with ``-p benchmarks.mutants.covered``; ``COVERED`` names the file that it writes, ``ROOM``
the folder that it watches.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest


def _spent() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class Watch:
    """Lines by test, and the processor seconds of each test."""

    def __init__(self, room: str, file: str) -> None:
        self.file = Path(file)
        self.measure = coverage.Coverage(data_file=None, include=[f"{room}*"], config_file=False)
        self.seconds: dict[str, float] = {}
        self.passed: set[str] = set()
        self.measure.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        # What a fixture runs for the first of its tests, it runs for all of the module.
        self.measure.switch_context(f"{item.nodeid}|fixtures")
        self.seconds[item.nodeid] = -_spent()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        self.measure.switch_context(item.nodeid)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        self.seconds[item.nodeid] += _spent()
        self.measure.switch_context("")
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.measure.stop()
        data = self.measure.get_data()
        lines: dict[str, dict[int, list[str]]] = defaultdict(dict)
        for file in data.measured_files():
            name = Path(file).relative_to(Path.cwd()).as_posix()
            for line, contexts in data.contexts_by_lineno(file).items():
                lines[name][line] = sorted(contexts)
        seconds = {test: round(spent, 3) for test, spent in self.seconds.items() if test in self.passed}
        self.file.write_text(json.dumps({"lines": lines, "seconds": seconds}), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Watch(os.environ["ROOM"], os.environ["COVERED"]))
