"""Run folders damaged after they were written: refused by name before anything is drawn from them, nothing written."""

import shutil
from pathlib import Path

import pytest

from tests.hostile.corpus import both, cut, remake, swap, tree, without

WRITTEN, WHOLE = "is not as it was written", "is not a whole run folder"


def copied(one, other):
    return lambda folder: shutil.copy(folder / one, folder / other)


def emptied(name):
    return remake(name, lambda _: b"")


def last_row_off(name):
    return remake(name, lambda data: b"".join(data.splitlines(True)[:-1]))


def latest(text):
    """What LATEST of the scenario's folder says; the scenario's folder is then asked."""

    def change(folder):
        (folder.parent / "LATEST").write_bytes(text)
        return folder.parent

    return change


#: What is done to the folder, and what the sentence holds.
REFUSED = {
    "a table cut short": (cut("allocation.csv", 7), ["allocation.csv", WRITTEN]),
    "a table without its last row": (last_row_off("capacity.csv"), ["capacity.csv", WRITTEN]),
    "an empty table": (emptied("unmet.csv"), ["unmet.csv", WRITTEN]),
    "a table that is not there": (without("spending.csv"), ["spending.csv", WRITTEN]),
    "a table in the place of another": (copied("needs.csv", "unmet.csv"), ["unmet.csv", WRITTEN]),
    "a table saved by a spreadsheet": (remake("needs.csv", lambda data: data.replace(b"\n", b"\r\n")), ["needs.csv", WRITTEN]),
    "a table with a mark before it": (remake("budget.csv", lambda data: b"\xef\xbb\xbf" + data), ["budget.csv", WRITTEN]),
    "a table in Windows-1251": (remake("inputs/municipalities.csv", lambda data: data.decode().encode("cp1251")), ["municipalities.csv", WRITTEN]),
    "a table with its columns exchanged": (remake("package.csv", lambda data: b"".join(b",".join(row.rstrip(b"\n").split(b",")[::-1]) + b"\n" for row in data.splitlines(True))), ["package.csv", WRITTEN]),
    "a row twice": (remake("access.csv", lambda data: data + data.splitlines(True)[-1]), ["access.csv", WRITTEN]),
    "a row of nothing": (remake("access.csv", lambda data: data + b"\n"), ["access.csv", WRITTEN]),
    "a flipped bit": (remake("inputs/register.csv", lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:]), ["register.csv", WRITTEN]),
    "another scenario": (swap("inputs/scenario.json", "62600.0", "62601.0"), ["scenario.json", WRITTEN]),
    "norms that are not there": (without("inputs/norms.json"), ["norms.json", WRITTEN]),
    "polygons cut short": (cut("inputs/boundaries.geojson", 100), ["boundaries.geojson", WRITTEN]),
    "a page cut short": (cut("map.html", 1000), ["map.html", WRITTEN]),
    "a page with one more script": (remake("map.html", lambda data: data + b"<script>1</script>"), ["map.html", WRITTEN]),
    "a workbook cut short": (cut("plan.xlsx", 30), ["plan.xlsx", WRITTEN]),
    "five lines of another plan": (remake("about.txt", lambda data: data + b"- 1\n"), ["about.txt", WRITTEN]),
    "a manifest cut short": (cut("manifest.json", 20), ["manifest.json", WRITTEN]),
    "a manifest that says proven": (remake("manifest.json", lambda data: data.replace(b'"proven"', b'"Proven"', 1)), ["manifest.json", WRITTEN]),
    "an empty manifest": (emptied("manifest.json"), ["manifest.json", WRITTEN]),
    "no manifest": (without("manifest.json"), ["is not a run folder", "name a folder such as"]),
    "LATEST that leaves the folder": (latest(b"../../etc"), ["LATEST", "cannot be read", "name the run folder itself"]),
    "LATEST of nothing": (latest(b""), ["LATEST", "cannot be read", "name the run folder itself"]),
    "LATEST of a run that is gone": (latest(b"000000000000\n"), ["is not a run folder", "name a folder such as"]),
    "two tables and the page": (both(cut("needs.csv", 3), cut("map.html", 3)), [WRITTEN]),
}  # fmt: skip


@pytest.mark.parametrize(("change", "parts"), REFUSED.values(), ids=REFUSED)
def test_a_damaged_run_is_refused_and_nothing_is_drawn(toyland_run, run, tmp_path, change, parts):
    folder = Path(shutil.copytree(toyland_run.folder, tmp_path / "toyland" / toyland_run.folder.name))
    asked = change(folder)
    asked = asked if isinstance(asked, Path) and asked.name == "toyland" else folder
    before = tree(tmp_path)
    answer = run("render", asked, "--out", tmp_path / "drawn")
    assert (answer.code, answer.out) == (3, "")
    assert all(part in answer.err for part in parts), answer.err
    assert tree(tmp_path) == before
    assert run("verify", asked).code != 0
