"""A second witness of a plan: every rule, sum and stage value once more, from the run folder's own files.

Standard library and exact fractions only; shares no code with the program that made the plan (only the errors). It
checks files and seals; where the inputs are from, and where asked every figure against its original; columns, keys and
order of the tables; needs and packages from norms and indicators; the money of each stream; every rule of the plan;
every table that follows from others, to the cent; every stage value. It does not check that no better plan exists (a
bound is only held against its value), nor whether the inputs are true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nationalmap.errors import VerificationFailed
from nationalmap.verification import (
    folder,
    minutes,
    money_tables,
    needs,
    originals,
    people_tables,
    projection,
    provenance,
    rules_money,
    rules_people,
    rules_places,
    rules_together,
    shared,
    stages,
)
from nationalmap.verification.answer import read_answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.originals import Places
from nationalmap.verification.question import Question, read_question

#: Said with every answer: what agreement means, and what it does not.
LIMITS = (
    "checked: files and seals, needs, every rule, every sum to the cent, every stage value; "
    "not checked: that no better plan exists, and whether the inputs are true"
)

CHECKS = (
    projection.projected,
    needs.needs,
    needs.package,
    *rules_places.RULES,
    *rules_people.RULES,
    *rules_together.RULES,
    *rules_money.RULES,
    people_tables.unmet,
    people_tables.access,
    minutes.access_minutes,
    people_tables.compliance,
    money_tables.staffing,
    money_tables.renovated,
    money_tables.programme,
    money_tables.afterwards,
    shared.shared,
)


@dataclass(frozen=True)
class Report:
    """What was found: sentences of differences (none: everything agrees), and how much was looked at."""

    differences: tuple[str, ...]
    rules: int
    rows: int
    notes: tuple[str, ...] = ()
    """How much was compared with the originals, and what was not."""

    @property
    def says(self) -> str:
        """The sentences for a person, a line each."""
        agreed = f"{self.rules} rules, {self.rows} rows checked: everything agrees"
        found = f"{self.rules} rules, {self.rows} rows checked: {len(self.differences)} differences"
        return "\n".join((*self.differences, *self.notes, found if self.differences else agreed, LIMITS))


def verify(run: Path) -> tuple[str, ...]:
    """Sentences of differences of a run folder; empty where everything agrees. See report."""
    return report(run).differences


def report(run: Path, places: Places | None = None) -> Report:
    """Check a run folder; its inputs against their originals too, where ``places`` says in which folders these lie.

    Raises VerificationFailed where there is no run folder, or nothing in it can be read as one.
    """
    try:
        files = folder.read_folder(run)
    except OSError as error:
        raise VerificationFailed(f"{run} cannot be read ({(error.strerror or 'it failed').lower()})") from error
    if folder.MANIFEST not in files:
        raise VerificationFailed(f"{run} is not a run folder: it holds no {folder.MANIFEST}")
    return check(files, places=places)


def agreed(run: Path, places: Places | None = None) -> Report:
    """As report, of a run folder or a scenario's (then its latest). Raises VerificationFailed with every difference."""
    found = report(folder.latest(Path(run)), places)
    if found.differences:
        raise VerificationFailed(found.says)
    return found


def check(files: Mapping[str, bytes], question: Question | None = None, places: Places | None = None) -> Report:
    """Check the files of a run folder, by path inside it. A question read before spares its inputs a second reading."""
    say = Findings()
    try:
        manifest = folder.read_manifest(files, say)
        folder.check_files(files, manifest, say)
        folder.check_manifest(files, manifest, say)
        q = read_question(files, say) if question is None else question
        provenance.provenance(q, files, manifest, say)
        if places is not None:
            originals.originals(q, files, places, say)
        a = read_answer(files, q, say)
        for rule in CHECKS:
            rule(q, a, say)
        stages.check_stages(q, a, manifest["stages"], say)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        say.add(f"the run folder cannot be checked further ({type(error).__name__}: {error}); mend what is said above")
    return Report(tuple(dict.fromkeys(say.sentences)), len(say.rules), say.rows, tuple(say.notes))
