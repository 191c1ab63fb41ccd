"""The command documents: what it writes, and what it refuses."""

import pytest

import nationalmap
from nationalmap import placing


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_documents_of_every_region_are_published_as_one_folder(run, toyland_run, tmp_path):
    code, out, _ = run("documents", toyland_run.folder, "--kind", "maximum", "--kind", "map", "--out", tmp_path / "d")
    assert code == 0
    (folder,) = (tmp_path / "d").iterdir()
    assert folder.name == f"toyland-{toyland_run.plan.run_id}-draft"
    regions = toyland_run.plan.scenario.regions
    wanted = sorted(f"{r}-{k}.{e}" for r in regions for k in ("maximum", "map") for e in ("docx", "pdf"))
    assert names(folder) == wanted
    assert all(name in out for name in wanted)


def test_the_same_run_gives_the_same_bytes(toyland_run, tmp_path):
    folders = [nationalmap.documents(toyland_run.folder, out=tmp_path / name) for name in "ab"]
    contents = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
    assert contents[0] == contents[1]
    assert len(contents[0]) == 14 * len(toyland_run.plan.scenario.regions)


def test_documents_of_municipalities_and_regions_by_code(toyland_run, tmp_path):
    towns = sorted(toyland_run.plan.inputs.tables["municipalities"]["municipality"])
    one = nationalmap.documents(toyland_run.folder, ["opinion"], municipality=[towns[0]], out=tmp_path)
    assert names(one) == [f"{towns[0]}-opinion.docx", f"{towns[0]}-opinion.pdf"]
    every = nationalmap.documents(toyland_run.folder, ["opinion"], municipality=["all"], out=tmp_path)
    inside = toyland_run.plan.inputs.tables["municipalities"]
    inside = inside[inside["region"].isin(toyland_run.plan.scenario.regions)]
    assert len(names(every)) == 2 * len(inside)
    region = toyland_run.plan.scenario.regions[0]
    (first, _) = names(nationalmap.documents(toyland_run.folder, ["yearly"], [region], year=2027, out=tmp_path))
    assert first == f"{region}-yearly.docx"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--kind", "analisys"), 3, 'documents, kind: "analisys" is not in this plan; the nearest is "analysis".'),
        (("--municipality", "XX99"), 3, 'documents, municipality: "XX99" is not in this plan'),
        (("--region", "XX"), 3, 'documents, region: "XX" is not in this plan'),
        (("--year", "2031"), 3, 'documents, year: "2031" is not a planned year of this run; one of 2027.'),
        (("--state", "signed"), 2, 'state: "signed" is not one of draft, agreed, voted.'),
        (("--state", "voted"), 2, "state: voted needs the day (date) and who decided (body)."),
        (
            ("--state", "agreed", "--date", "2027-01-01"),
            2,
            "state: agreed needs the day (date) and who decided (body).",
        ),
        (("--date", "1.1.2027"), 2, 'date: "1.1.2027" is not a day; write YYYY-MM-DD.'),
        (("--body", "=1+1"), 2, 'body: begins with "=": a spreadsheet would run it'),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_written(run, toyland_run, tmp_path, words, code, said):
    answer = run("documents", toyland_run.folder, *words, "--out", tmp_path / "d")
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert not (tmp_path / "d").exists()


def test_a_folder_that_cannot_be_written_leaves_the_old_one(run, toyland_run, tmp_path, monkeypatch):
    folder = nationalmap.documents(toyland_run.folder, ["opinion"], out=tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(path, data):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(placing, "durable", full)
    answer = run("documents", toyland_run.folder, "--kind", "map", "--out", tmp_path)
    assert answer.code == 8
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert len(list(tmp_path.iterdir())) == 1
