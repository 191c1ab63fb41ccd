"""The list of faults that goes back to a municipality: every rule and cure of the program in Bulgarian, too."""

import ast
import re
from pathlib import Path

import pytest

from nationalmap.reports.faults import in_bulgarian

PACKAGE = Path(__file__).resolve().parents[2] / "nationalmap"
#: What a rule or cure is called where it is made; rooms that have words of other kinds under the same names.
NAMED = re.compile(r"_?(rule|cure|CURE\w*|RULE\w*)")
OTHERS = ("program/objectives.py", "program/infeasible/conflict.py", "program/alternatives.py")
ROOMS = [path for path in sorted(PACKAGE.rglob("*.py")) if {"verification", "reports"}.isdisjoint(path.parts)]


def said(node):
    """The texts that an expression may give, with a word in place of what is filled in."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        texts = [""]
        for part in node.values:
            more = said(part.value) if isinstance(part, ast.FormattedValue) else said(part)
            texts = [text + one for text in texts for one in more or ["x7"]]
        return texts
    if isinstance(node, ast.IfExp):
        return [*said(node.body), *said(node.orelse)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [one + other for one in said(node.left) or ["x7"] for other in said(node.right) or ["x7"]]
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in said(value)]
    return []


def rules_of(path):
    """Rules and cures that a file makes: of a fault, of a refusal, or under their names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            made = node.args[4:6] if name == "Fault" else node.args[1:3] if name == "refuse" else []
            made += [word.value for word in node.keywords if name == "Fault" and word.arg in ("rule", "cure")]
        elif isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs += zip(target.elts, node.value.elts, strict=False)
            made = [value for name, value in pairs if isinstance(name, ast.Name) and NAMED.fullmatch(name.id)]
        elif isinstance(node, ast.Yield | ast.Return) and isinstance(node.value, ast.Tuple):
            made = node.value.elts if len(node.value.elts) in (2, 4) else []
        else:
            made = []
        yield from (text for value in made for text in said(value))


def sentences(path):
    return sorted({text for text in rules_of(path) if " " in text and re.search("[a-z]{3}", text)})


def test_the_rules_of_the_program_are_found():
    found = [text for path in ROOMS for text in sentences(path)]
    assert len(found) > 500
    assert "is not a whole number of people" in found
    assert "stands above the header and could be a record" in found


#: Notes of what was left out, which are no faults.
NOTES = ("are left out", "is read as", "--scheduler", "a process of the sweep")


def test_every_rule_and_cure_has_words_in_bulgarian():
    missing = [
        f"{path.relative_to(PACKAGE)}: {text}"
        for path in ROOMS
        if path.relative_to(PACKAGE).as_posix() not in OTHERS
        for text in sentences(path)
        if not re.search("[а-яА-Я]", in_bulgarian(text)) and not any(note in text for note in NOTES)
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("english", "bulgarian"),
    [
        ("is not one of the 6 known codes", "не е сред 6-те познати кода"),
        ("is not one of 3 known codes", "не е сред 3-те познати кода"),
        ("is not one of keep, free", "не е от: keep, free"),
        ('the nearest is "NOR03"', "най-близкото е „NOR03“"),
        ('the nearest is "Опис"; it has "Опис", "Б"', 'най-близкото е „Опис“; има "Опис", "Б"'),
        ("has more than 300 letters", "има повече от 300 букви"),
        ("says bgn, declared is eur", "казва bgn, а обявено е eur"),
        ("sums to 5, the published national total is 6", "дава сбор 5, а публикуваният общ брой е 6"),
        ("something that nobody translated", "something that nobody translated"),
    ],
)
def test_what_differs_stays_and_the_rest_is_translated(english, bulgarian):
    assert in_bulgarian(english) == bulgarian


def test_no_two_sentences_are_taken_for_each_other():
    """Each English sentence comes out as its own Bulgarian, whatever vaguer one would fit it too."""
    import tomllib

    words = tomllib.loads((PACKAGE / "reports" / "faults.toml").read_text(encoding="utf-8"))["says"]
    wrong = []
    for english, told in words.items():
        count = english.count("{}")
        numbered = english
        for at in range(1, count + 1):
            numbered = numbered.replace("{}", f"q{at}q", 1)
        wanted = re.sub(r"\{(\d)\}", r"q\1q", told)
        if in_bulgarian(numbered) != wanted:
            wrong.append((numbered, in_bulgarian(numbered)))
    assert wrong == []
