"""What the processes under this one do, done in this one: the child, the keeper of a solver, the workers."""

from __future__ import annotations

import io
import pickle
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from nationalmap.errors import NoPlanPossible, SolverFailed
from nationalmap.program import child
from nationalmap.program.blocks import workers
from nationalmap.program.blocks.workers import Asked, Workers, _work
from nationalmap.program.child import _Job
from nationalmap.program.solvers import Found, Limits, commandline, keeper
from nationalmap.program.stages import Reached
from nationalmap.program.team import Team
from tests.beside import only_with
from tests.program.matrices import INF, costs, matrix

ONE = matrix({"a": (0, 9, True)}, {"some": (2, {"a": 1}, INF)})
NONE = matrix({"a": (0, 1, True)}, {"two": (2, {"a": 1}, 2)})


class Ended(BaseException):
    """In the place of the end of a process."""


def ends(code):
    raise Ended(code)


# ---------------------------------------------------------------------- the child


def child_says(monkeypatch, job):
    """Messages of a child with that job; what it did to its own output, and what watches over it."""
    pipe, moved, watching, limited = io.BytesIO(), [], [], []
    pipe.close = lambda: None

    def fdopen(number, mode):
        assert (number, mode) == (101, "wb")
        return pipe

    system = SimpleNamespace(
        dup=lambda number: number + 100, fdopen=fdopen, dup2=lambda *pair: moved.append(pair), getppid=lambda: 77
    )
    monkeypatch.setattr(child, "os", system)
    monkeypatch.setattr(child, "_limit", limited.append)

    def thread(target, args=(), daemon=False):
        watching.append((target.__name__, args, daemon))
        return SimpleNamespace(start=lambda: watching.append("started"))

    monkeypatch.setattr(child, "threading", SimpleNamespace(Thread=thread, Lock=threading.Lock))
    child.main(io.BytesIO(pickle.dumps(job)))
    assert moved == [(2, 1)]
    assert watching == [
        ("_end_with_input", (), True), "started", ("_end_with_parent", (77,), True), "started",
    ]  # fmt: skip
    assert limited == [job.team.memory]
    messages, written = [], io.BytesIO(pipe.getvalue())
    while written.tell() < len(pipe.getvalue()):
        messages.append(pickle.load(written))  # noqa: S301 - written above
    return messages


def test_the_child_tells_how_long_it_may_take_what_it_reached_and_its_end(monkeypatch):
    stage = costs(ONE, {"a": 1}, "least")
    job = _Job(ONE, [stage, stage], Team(seconds=7.0, grace=3.0, memory=5), [Reached(np.array([2.0]), None)])
    messages = child_says(monkeypatch, job)
    assert messages[0] == ("progress", "stage 2 of 2: least")
    assert {content for kind, content in messages if kind == "waiting"} == {17}
    ((_, reached),) = [message for message in messages if message[0] == "reached"]
    assert (reached.point.tolist(), reached.result.value) == ([2], 2)
    assert messages[-1] == ("end", None)


def test_a_refusal_is_told_and_ends_the_child(monkeypatch):
    messages = child_says(monkeypatch, _Job(NONE, [costs(NONE, {"a": 1}, "least")], Team(), []))
    kind, failed = messages[-1]
    assert (kind, type(failed)) == ("failed", NoPlanPossible)
    assert not [1 for kind, _ in messages if kind in ("reached", "end")]


def test_a_child_ends_with_its_input_and_with_its_parent(monkeypatch):
    left, slept = [b"x", b""], []
    monkeypatch.setattr(child, "os", SimpleNamespace(read=lambda *_: left.pop(0), _exit=ends))
    with pytest.raises(Ended) as caught:
        child._end_with_input()
    assert (caught.value.args, left) == ((1,), [])
    parents = [77, 77, 1]
    monkeypatch.setattr(child, "os", SimpleNamespace(getppid=lambda: parents.pop(0), _exit=ends))
    monkeypatch.setattr(child, "time", SimpleNamespace(sleep=slept.append))
    with pytest.raises(Ended) as caught:
        child._end_with_parent(77)
    assert (caught.value.args, parents, slept) == ((1,), [], [0.1, 0.1])


def test_a_child_that_is_ended_has_its_pipes_closed():
    done = []

    class Pipe:
        def __init__(self, name, fails=False):
            self.name, self.fails = name, fails

        def close(self):
            done.append(self.name)
            if self.fails:
                raise OSError("half sent")

    process = SimpleNamespace(
        kill=lambda: done.append("killed"),
        wait=lambda: done.append("waited"),
        stdin=Pipe("in", True),
        stdout=Pipe("out"),
    )
    child._end(process)
    assert done == ["killed", "waited", "in", "out"]
    process.stdin = None
    child._end(process)
    assert done[4:] == ["killed", "waited", "out"]


def test_a_program_goes_through_a_pipe_that_stays_open(monkeypatch):
    monkeypatch.setattr(child.sys, "path", ["", "/else"])
    written = io.BytesIO()
    flushed = []
    written.flush = lambda: flushed.append(written.tell())
    child._send(SimpleNamespace(stdin=written), _Job(ONE, [], Team(), []))
    assert flushed == [written.tell()]
    written.seek(0)
    first, second = pickle.load(written), pickle.load(written)  # noqa: S301 - written above
    assert first[1].endswith("else")
    assert first[0] not in ("", ".")
    assert second.matrix.names == ("a",)
    closed = io.BytesIO()
    closed.close()
    child._send(SimpleNamespace(stdin=closed), _Job(ONE, [], Team(), []))  # nobody minds


def test_messages_are_received_until_there_are_no_more():
    heard = []
    whole = pickle.dumps(("progress", "one")) + pickle.dumps(("end", None))
    child._receive(SimpleNamespace(stdout=io.BytesIO(whole + whole[:5])), SimpleNamespace(put=heard.append))
    assert heard == [("progress", "one"), ("end", None), None]


# ---------------------------------------------------------------------- the keeper of a solver


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("print('a'); import sys; sys.stderr.write('b')", 0, "ab"),
        ("import sys; sys.exit(3)", 3, ""),
        pytest.param(
            "import os; os.kill(os.getpid(), 9)", 137, "", marks=only_with(sys.platform != "win32", "signals")
        ),
    ],
)
def test_a_keeper_ends_as_its_solver_does(monkeypatch, tmp_path, words, code, said):
    watched = []
    monkeypatch.setattr(keeper, "_watch", lambda process, folder: watched.append(folder))
    log = tmp_path / "said.txt"
    assert keeper.main(str(log), "folder", sys.executable, "-c", words) == code
    assert "".join(sorted(log.read_text().replace("\n", ""))) == said
    assert watched == ["folder"]


def test_what_cannot_be_started_has_its_own_code(tmp_path):
    assert keeper.main(str(tmp_path / "said.txt"), "folder", str(tmp_path / "absent")) == 127
    assert "absent" in (tmp_path / "said.txt").read_text()


def test_a_keeper_whose_other_side_is_gone_ends_the_solver_and_its_folder(monkeypatch, tmp_path):
    left, done = [b"x", b""], []
    monkeypatch.setattr(keeper, "os", SimpleNamespace(read=lambda *_: left.pop(0), _exit=ends))
    process = SimpleNamespace(kill=lambda: done.append("killed"), wait=lambda: done.append("waited"))
    (tmp_path / "private").mkdir()
    with pytest.raises(Ended) as caught:
        keeper._watch(process, str(tmp_path / "private"))
    assert (caught.value.args, left, done) == ((1,), [], ["killed", "waited"])
    assert not (tmp_path / "private").exists()


def test_a_solver_that_does_not_end_with_its_input_is_killed():
    done = []

    def wait(seconds=None):
        done.append(seconds)
        if seconds is not None:
            raise commandline.subprocess.TimeoutExpired("solver", seconds)

    stdin = SimpleNamespace(close=lambda: done.append("closed"))
    commandline._end(SimpleNamespace(stdin=stdin, wait=wait, kill=lambda: done.append("killed")))
    assert done == ["closed", 5, "killed", None]


# ---------------------------------------------------------------------- workers


def asked(block, relaxed=False):
    return Asked(block, np.array([1.0]), ONE.lower, ONE.upper, Limits(), relaxed)


class End:
    """One end of a pipe: gives what it was given; keeps what is sent."""

    def __init__(self, *given):
        self.given, self.sent, self.closed = list(given), [], False

    def send(self, content):
        self.sent.append(content)

    def recv(self):
        if not self.given:
            raise EOFError
        given = self.given.pop(0)
        if isinstance(given, type):
            raise given("gone")
        return given

    def close(self):
        self.closed = True


def test_a_worker_answers_until_its_pipe_is_closed():
    end = End({"one": ONE}, [asked("one")], [asked("one"), asked("one", relaxed=True)])
    _work(end)
    assert [[found.bound for found in answers] for answers in end.sent] == [[2], [2, 2]]


def test_a_worker_sends_the_failure_of_its_solver_and_goes_on(monkeypatch):
    answers = [SolverFailed("no memory"), [Found("none")]]

    def answer(self, questions):
        said = answers.pop(0)
        if isinstance(said, SolverFailed):
            raise said
        return said

    monkeypatch.setattr(workers.Bench, "answer", answer)
    end = End({"one": ONE}, [asked("one")], [asked("one")])
    _work(end)
    assert [type(sent) for sent in end.sent] == [SolverFailed, list]


def test_a_worker_watches_its_parent(monkeypatch):
    started, joined = [], []
    monkeypatch.setattr(
        workers.threading,
        "Thread",
        lambda target, daemon: SimpleNamespace(start=lambda: started.append((target.__name__, daemon))),
    )
    _work(End())
    assert started == [("_end_with_parent", True)]
    monkeypatch.setattr(workers, "os", SimpleNamespace(_exit=ends))
    monkeypatch.setattr(workers.multiprocessing, "parent_process", lambda: None)
    workers._end_with_parent()
    parent = SimpleNamespace(join=lambda: joined.append(1))
    monkeypatch.setattr(workers.multiprocessing, "parent_process", lambda: parent)
    with pytest.raises(Ended) as caught:
        workers._end_with_parent()
    assert (caught.value.args, joined) == ((1,), [1])


def made(monkeypatch, programs, number):
    """Workers whose processes never start: themselves, their ends and their processes."""
    pipes, processes = [], []

    def pipe():
        pipes.append((End(), End()))
        return pipes[-1]

    def process(target, args, daemon):
        did = []
        processes.append((target, args, daemon, did))
        return SimpleNamespace(
            start=lambda: did.append("started"), kill=lambda: did.append("killed"), join=lambda: did.append("joined")
        )

    context = SimpleNamespace(Pipe=pipe, Process=process)
    monkeypatch.setattr(workers.multiprocessing, "get_context", {"spawn": context}.__getitem__)
    return Workers(programs, number), pipes, processes


def sized(count):
    return matrix({f"c{i}": (0, 1, True) for i in range(count)}, {})


def test_blocks_are_dealt_out_in_turn_the_largest_first(monkeypatch):
    programs = {"a": sized(1), "b": sized(3), "c": sized(2), "d": sized(3)}
    several, pipes, processes = made(monkeypatch, programs, 2)
    assert [set(mine.sent[0]) for mine, _ in pipes] == [{"b", "c"}, {"d", "a"}]
    assert [theirs.closed for _, theirs in pipes] == [True, True]
    assert [(target, args, daemon, did) for target, args, daemon, did in processes] == [
        (_work, (theirs,), True, ["started"]) for _, theirs in pipes
    ]
    one, two, three, four = (Found("none", nodes=n) for n in range(4))
    pipes[0][0].given, pipes[1][0].given = [[one, two]], [[three, four]]
    assert several.answer([asked(name) for name in "badc"]) == [one, three, four, two]
    assert [[q.block for q in mine.sent[1]] for mine, _ in pipes] == [["b", "c"], ["a", "d"]]
    several.close()
    assert [mine.closed for mine, _ in pipes] == [True, True]
    assert [did for *_, did in processes] == [["started", "killed", "joined"]] * 2


@pytest.mark.parametrize("gone", [EOFError, OSError])
def test_a_worker_that_is_gone_or_fails_is_said(monkeypatch, gone):
    several, pipes, _ = made(monkeypatch, {"a": sized(1)}, 1)
    pipes[0][0].given = [gone]
    with pytest.raises(SolverFailed, match="broke off"):
        several.answer([asked("a")])
    pipes[0][0].given = [SolverFailed("no memory")]
    with pytest.raises(SolverFailed, match="no memory"):
        several.answer([asked("a")])
