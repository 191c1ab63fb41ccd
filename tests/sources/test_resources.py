"""Where inputs lie, and which paths are not followed."""

import os
from pathlib import Path

import pytest

from nationalmap.errors import InputRefused
from nationalmap.sources import resources
from nationalmap.sources.resources import inside, read_bytes, resolve, sha256, shipped
from tests.beside import link, only_with


def sentence(call):
    with pytest.raises(InputRefused) as caught:
        call()
    (fault,) = caught.value.faults
    return str(fault)


@pytest.fixture
def folders(tmp_path):
    """A scenario's folder, the shipped one, and a secret beside them."""
    own, data = tmp_path / "own", tmp_path / "data"
    for folder in (own, data):
        folder.mkdir()
    (own / "mine.csv").write_text("mine", encoding="utf-8")
    (own / "both.csv").write_text("mine", encoding="utf-8")
    (data / "both.csv").write_text("shipped", encoding="utf-8")
    (data / "theirs.csv").write_text("shipped", encoding="utf-8")
    (tmp_path / "secret.csv").write_text("secret", encoding="utf-8")
    return own, data


def test_the_scenarios_own_file_comes_before_the_shipped_one(folders):
    own, data = folders
    assert resolve("mine.csv", own, data).read_text() == "mine"
    assert resolve("both.csv", own, data).read_text() == "mine"
    assert resolve("theirs.csv", own, data).read_text() == "shipped"


@pytest.mark.parametrize(
    "name", ["../secret.csv", "a/../../secret.csv", "..", "../own-and-more/x", "{absolute}", "~/../../secret.csv"]
)
def test_a_path_may_not_leave_the_folder(folders, name):
    own, data = folders
    (own.parent / "own-and-more").mkdir()
    (own.parent / "own-and-more" / "x").write_text("secret", encoding="utf-8")
    written = name.format(absolute=own.parent / "secret.csv")
    told = sentence(lambda: resolve(written, own, data, "s.toml", "inputs.register"))
    if name.startswith("~"):
        assert "does not exist" in told or "leaves" in told
        return
    assert told == (
        f's.toml, inputs.register: "{written[:80]}{"…" if len(written) > 80 else ""}" leaves the scenario\'s folder; '
        "write a path relative to the scenario's folder, or give the file on the command line."
    )


def test_a_link_out_of_the_folder_is_not_followed(folders):
    own, data = folders
    link(own / "link.csv", own.parent / "secret.csv")
    assert "leaves the scenario's folder" in sentence(lambda: resolve("link.csv", own, data))
    (own / "inner.csv").symlink_to(own / "mine.csv")
    assert resolve("inner.csv", own, data).read_text() == "mine"


def test_a_file_that_is_nowhere(folders):
    own, data = folders
    assert sentence(lambda: resolve("x.csv", own, data, "s.toml", "inputs.register")) == (
        's.toml, inputs.register: "x.csv" does not exist; looked in own and in the shipped data.'
    )


@pytest.mark.parametrize("name", ["a\0b", "a" * 5000])
def test_what_cannot_be_a_path(folders, name):
    own, _ = folders
    told = sentence(lambda: inside(own, name, "s.toml", "inputs.register"))
    assert "cannot be a path; write a path relative to the scenario's folder." in told
    assert told.isprintable()
    assert len(told) < 250


def test_a_file_that_is_gone_and_a_folder(tmp_path):
    gone = tmp_path / "gone.csv"
    assert sentence(lambda: read_bytes(gone)) == f"{gone}: does not exist; check the name."
    assert str(tmp_path) in sentence(lambda: read_bytes(tmp_path))


def test_a_file_below_a_file(tmp_path):
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    assert "a.csv" in sentence(lambda: read_bytes(tmp_path / "a.csv" / "b.csv"))


def test_too_large_a_file_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_bytes(b"12345")
    assert read_bytes(path, 5) == b"12345"
    assert sentence(lambda: read_bytes(path, 4)) == "x.csv: is too large; inputs of this kind are read up to 0 MiB."
    monkeypatch.setattr(resources, "MAX_BYTES", 4)
    assert read_bytes(path) == b"12345"


@only_with(hasattr(os, "mkfifo"), "this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert "is a device or pipe; name a file" in sentence(lambda: read_bytes(tmp_path / "pipe.csv"))


@only_with(Path("/dev/zero").exists(), "this system has no /dev/zero")
def test_an_endless_device_is_not_read():
    assert "is a device or pipe" in sentence(lambda: read_bytes(Path("/dev/zero")))


def test_what_is_shipped_lies_beside_the_package_in_a_checkout():
    assert (shipped("boundaries") / "municipalities.csv").is_file()
    assert (shipped("scenarios") / "haskovo-2027.toml").is_file()


def test_the_fingerprint_is_sha256():
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
