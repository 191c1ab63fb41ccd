"""A working folder for some regions: templates filled with what is known, a scenario, a README; planned at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import publishing, schema
from nationalmap.errors import UsageError
from nationalmap.folders import texts
from nationalmap.folders.book import Book, write
from nationalmap.folders.contents import catalogue_forms, codes_of, region_forms
from nationalmap.folders.known import Known, known
from nationalmap.folders.scenario_text import CATALOGUE, INPUTS, scenario_text
from nationalmap.folders.split import templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nationalmap.folders.forms import Codes, Form


def new(folder: Path, region: Sequence[str], split: bool = False) -> Path:
    """Make the working folder of one ``region`` or several (codes or names); ``split``: a template per municipality.

    ``nationalmap plan FOLDER`` works at once; for Haskovo it gives the plan of the shipped scenario. Gives the
    folder. Raises UsageError for a name that no folder should have or a folder that holds anything already,
    InputRefused for an unknown region, OutputFailed; then nothing is written.
    """
    _free(folder)
    facts = known(region)
    name = scenario_name(folder, facts)
    files = {
        "README.txt": _readme(facts, folder.name, name, split).encode(),
        "scenario.toml": scenario_text(facts, name).encode(),
        **workbooks(facts),
    }
    if split:
        files |= {f"templates/{name}": data for name, data in templates(facts, codes_of(facts)).items()}
    return publishing.write_folder(folder, files)


def _free(folder: Path) -> None:
    """Refuse a name that Windows, a shell or a spreadsheet would trip over, and a folder with anything in it."""
    name = folder.name
    if not schema.may_name_a_folder(name):
        raise UsageError(
            f'new: "{schema.shown(name)}" cannot name a folder everywhere; use letters, digits, blanks, - and _, at '
            f"most {schema.MOST_NAME}, not beginning with a sign."
        )
    try:
        taken = folder.is_file() or folder.is_symlink() or (folder.is_dir() and any(folder.iterdir()))
    except (OSError, ValueError) as error:
        raise UsageError(f'new: "{schema.shown(str(folder))}" cannot be a folder.') from error
    if taken:
        raise UsageError(f'new: "{schema.shown(name)}" is there already and is never overwritten; name another folder.')


def scenario_name(folder: Path, facts: Known) -> str:
    """What the folder's runs are called: its own name where that fits, else regions and years."""
    if schema.names_a_folder(folder.name):
        return folder.name
    codes = [code.lower() for code, _, _ in facts.regions][:6]
    return "-".join([*codes, *map(str, facts.question.scenario.years)])


def workbooks(facts: Known) -> dict[str, bytes]:
    """The two workbooks, filled; the same facts give the same bytes."""
    codes = codes_of(facts)
    forms = {INPUTS: region_forms(facts, codes), CATALOGUE: catalogue_forms(facts, codes)}
    bg, en = (", ".join(names) for names in zip(*((bg, en) for _, bg, en in facts.regions), strict=True))
    return {
        name: write(
            Book(
                title=(
                    f"{texts.word(f'book.{Path(name).stem}', 'bg')}: {bg}",
                    f"{texts.word(f'book.{Path(name).stem}', 'en')}: {en}",
                ),
                day=facts.question.scenario.as_of,
                forms=sheets,
                codes=_used(codes, sheets),
            )
        )
        for name, sheets in forms.items()
    }


def _used(codes: Mapping[str, Codes], forms: Sequence[Form]) -> dict[str, Codes]:
    """The lists that some column of the forms chooses from."""
    used = {name for form in forms for name in form.lists.values()}
    return {name: listed for name, listed in codes.items() if name in used}


def _readme(facts: Known, folder: str, name: str, split: bool) -> str:
    """Bulgarian first, then English."""
    words = texts.readme()
    values = {
        f"regions_{language}": ", ".join(names[place] for names in facts.regions)
        for place, language in enumerate(texts.LANGUAGES, 1)
    }
    values |= {"folder": folder, "name": name}
    for key in ("templates", "collect"):
        for language in texts.LANGUAGES:
            values[f"{key}_{language}"] = words[f"{key}_{language}"].format(**values) if split else ""
    return "\n\n".join(words[language].format(**values).strip() for language in texts.LANGUAGES) + "\n"
