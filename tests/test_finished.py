"""Use cases of finished runs."""

import openpyxl
import pandas as pd
import pytest

from nationalmap import finished, planning, runs, schema
from nationalmap.errors import OutputFailed, UsageError
from nationalmap.reports import totals


def test_render_writes_nothing_into_the_run(toyland_run, tmp_path):
    before = {path: path.read_bytes() for path in toyland_run.folder.rglob("*") if path.is_file()}
    written = finished.render([toyland_run.folder, toyland_run.folder.parent], tmp_path)
    # The same run by its folder and as the scenario's latest is drawn once.
    assert [path.suffix for path in written] == [".html", ".xlsx", ".txt"]
    assert {path: path.read_bytes() for path in toyland_run.folder.rglob("*") if path.is_file()} == before


def test_render_gives_municipalities_sheets_of_their_own(run, toyland_run, tmp_path):
    names = toyland_run.plan.inputs.tables["municipalities"].set_index("municipality")["name_bg"]
    codes = totals.municipalities(toyland_run.plan)
    own = [f"{names[code]} {code}" for code in codes]
    for words, sheets in ((("--municipality", names[codes[1]]), own[1:2]), (("--all",), own), ((), [])):
        assert run("render", toyland_run.folder, "--out", tmp_path, *words).code == 0
        (book,) = tmp_path.glob("*.xlsx")
        opened = openpyxl.load_workbook(book, read_only=True)
        assert [name for name in opened.sheetnames if name in own] == sheets
        opened.close()
    refused = run("render", toyland_run.folder, "--out", tmp_path, "--municipality", "Никъде")
    assert refused.code == 3
    assert "is not in this plan" in refused.err


def test_compare_tells_inputs_before_results(toyland, toyland_run, tmp_path):
    scenario = toyland / "toyland.toml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("amount_eur = 62600.0", "amount_eur = 62600.0\nfactor = 0.9"), encoding="utf-8")
    less = planning.plan(str(toyland), tmp_path / "runs")
    assert less.plan.tables["budget"].set_index("stream")["budget_eur"]["state"] == 56340.0
    tables = finished.compare([toyland_run.folder, less.folder], tmp_path / "comparisons")
    names = list(tables)
    assert names.index("scenario") < names.index("unmet")
    (folder,) = (tmp_path / "comparisons").iterdir()
    written = sorted(path.name for path in folder.iterdir())
    csv = [f"{number:02d}-{name}.csv" for number, name in enumerate(names, 1)]
    assert written == [*csv, "about.txt", "comparison.html", "comparison.xlsx"]
    assert len(tables["scenario"]) == 1
    assert len(tables["input_rows"]) == 0
    assert len(tables["unmet"]) > 0
    same = finished.compare([toyland_run.folder, toyland_run.folder], tmp_path / "same")
    assert sum(len(same[table.name]) for table in schema.RESULT_TABLES) == 0
    assert isinstance(runs.read_run(less.folder).tables["unmet"], pd.DataFrame)


def test_one_run_is_nothing_to_compare(toyland_run, tmp_path):
    with pytest.raises(UsageError, match="compare: 1 run given; name two or more, the base first"):
        finished.compare([toyland_run.folder], tmp_path / "comparisons")
    assert not (tmp_path / "comparisons").exists()


# ------------------------------------------------------------------ on paper


def test_the_atlas_is_a_file_or_a_folder_of_pages(toyland_run, tmp_path, run):
    code, out, _ = run("atlas", toyland_run.folder, "--out", tmp_path)
    name = f"toyland-{toyland_run.plan.run_id}-atlas-{toyland_run.plan.scenario.last_year}-bg"
    assert (code, out) == (0, f"written: {tmp_path / f'{name}.pdf'}\n")
    assert (tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    service = toyland_run.plan.inputs.tables["services"].iloc[0]
    words = ("--service", service["name_en"], "--format", "svg", "--language", "en", "--all-years")
    code, out, _ = run("atlas", toyland_run.folder, "--out", tmp_path, *words)
    years = toyland_run.plan.scenario.years
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    pages = sorted(path.name for path in folder.iterdir())
    expected = [f"{year}-{part}" for year in years for part in ("package", service["service"])]
    assert pages == [f"{number:03d}-{name}.svg" for number, name in enumerate(expected, 1)]
    assert out == "".join(f"written: {folder / page}\n" for page in pages)


def test_annexes_of_one_and_of_all(toyland_run, tmp_path):
    codes = totals.municipalities(toyland_run.plan)
    names = toyland_run.plan.inputs.tables["municipalities"].set_index("municipality")["name_bg"]
    (one,) = finished.annex(toyland_run.folder, [names[codes[0]], codes[0]], out=tmp_path)
    assert one.read_bytes().startswith(b"%PDF")
    before = one.read_bytes()
    every = finished.annex(toyland_run.folder, everywhere=True, out=tmp_path)
    assert [path.name.split("-")[3] for path in every] == list(codes)
    assert one in every
    assert one.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["atlas", "--format", "gif"], 2, 'atlas: "gif" is not one of pdf, svg, png.'),
        (["atlas", "--year", "2027", "--all-years"], 2, "atlas: say --year or --all-years, not both."),
        (["atlas", "--year", "1999"], 3, 'atlas, year: "1999" is not a planned year of this run; one of 2027'),
        (["atlas", "--service", "day_car"], 3, 'atlas, service: "day_car" is not in this plan; the nearest is'),
        (["annex"], 2, "annex: say --municipality CODE|NAME, once or more, or --all."),
        (["annex", "--all", "--municipality", "NOR01"], 2, "annex: say --municipality CODE|NAME, once or more, or"),
        (["annex", "--municipality", "Nowhere"], 3, 'annex, municipality: "Nowhere" is not in this plan; '),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_a_sentence_and_nothing_written(
    toyland_run, tmp_path, run, words, code, says
):
    answer = run(words[0], toyland_run.folder, *words[1:], "--out", tmp_path / "out")
    assert (answer.code, answer.out) == (code, "")
    assert says in answer.err
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_no_page(toyland_run, tmp_path, monkeypatch):
    from nationalmap import placing

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(placing, "durable", full)
    with pytest.raises(OutputFailed):
        finished.atlas(toyland_run.folder, form="svg", out=tmp_path / "out")
    with pytest.raises(OutputFailed):
        finished.annex(toyland_run.folder, everywhere=True, out=tmp_path / "out")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
