"""The commands verify, conflict and case, and what plan says where no plan can exist."""

import shutil
import time
from pathlib import Path

import pytest

import nationalmap
from nationalmap import planning
from nationalmap.errors import InputRefused, NoPlanPossible, VerificationFailed
from tests.beside import SHARED, needs_cases

TOYLAND = Path(__file__).resolve().parent / "toyland"
CASES = SHARED / "cases"


# ------------------------------------------------------------------ no plan


@pytest.fixture
def poor(toyland):
    """Toyland with one cent less than the protected centre of S2 costs: six places and a facility, 1,000 EUR each."""
    scenario = toyland / "toyland.toml"
    text = scenario.read_text(encoding="utf-8")
    assert text.count("amount_eur = 62600.0") == 1
    scenario.write_text(text.replace("amount_eur = 62600.0", "amount_eur = 6999.99"), encoding="utf-8")
    return toyland


def facts(err):
    return [line for line in err.splitlines() if not line.startswith("note: ")]


def test_no_plan_leaves_with_4_says_why_in_english_and_publishes_nothing(run, poor, tmp_path):
    code, out, err = run("plan", poor, "--out", tmp_path / "runs", "--language", "en")
    assert (code, out) == (4, "")
    assert facts(err) == [
        "No plan can satisfy all rules of “Toyland 2027”.",
        "Arithmetic alone shows it:",
        "- Running costs of 2027: at least EUR 7,000.00 cannot be avoided, the streams that may pay them have "
        "EUR 6,999.99; EUR 0.01 are lacking.",
        "  asked for: protected places, Day care: 6 places in 1 facility, EUR 7,000.00",
        "  there is: State subsidy: EUR 6,999.99",
        "  way out: Give EUR 0.01 more, release a protected facility, or lower a lock.",
        "Each of these changes suffices alone (the cheapest first):",
        "- Money, State subsidy: + EUR 0.01 in 2027",
        "- Protected facility Day care, Nisko: 6 places: − 1 place in 2027",
    ]
    assert not (tmp_path / "runs").exists()


def test_the_same_in_bulgarian(run, poor, tmp_path):
    code, _, err = run("plan", poor, "--out", tmp_path / "runs")
    assert code == 4
    assert facts(err) == [
        "Няма план, който да изпълни всички правила на „Играландия 2027“.",
        "Показва го самата сметка:",
        "- Издръжка за 2027 г.: поне 7 000,00 EUR са неизбежни, а източниците, които може да ги платят, имат "
        "6 999,99 EUR; не достигат 0,01 EUR.",
        "  изисква се: защитени места, Дневна грижа: 6 места в 1 обект, 7 000,00 EUR",
        "  има: Държавна субсидия: 6 999,99 EUR",
        "  изход: Осигурете още 0,01 EUR, освободете защитен обект или намалете фиксирана стойност.",
        "Всяка от тези промени е достатъчна сама по себе си (първо най-евтината):",
        "- Пари, Държавна субсидия: + 0,01 EUR през 2027 г.",
        "- Защитен обект Дневна грижа, Ниско – 6 места: − 1 място през 2027 г.",
    ]


def test_the_function_says_it_in_both_languages(poor, tmp_path):
    with pytest.raises(NoPlanPossible) as none:
        nationalmap.plan(str(poor), tmp_path / "runs")
    assert set(none.value.said) == {"bg", "en"}
    assert str(none.value) == "\n".join(none.value.said["en"])
    assert str(none.value.told("bg")).startswith("Няма план")
    assert str(none.value.told("fr")) == str(none.value)


def test_the_repair_is_enough_and_one_cent_less_is_not(poor, tmp_path):
    scenario = poor / "toyland.toml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("amount_eur = 6999.99", "amount_eur = 7000.00"), encoding="utf-8")
    assert planning.plan(str(poor), tmp_path / "runs").plan.status == "proven"


def test_the_shipped_example_is_explained_within_a_minute_of_one_core(run, tmp_path):
    """Homes 4,545,600 EUR (225, 40 and 13 places) and 187 assistants at 4,661 EUR, against 5.0 million EUR.

    410,571.46 EUR are 88.1 assistants: 89 fewer would do, and every home that costs more alone.
    """
    start = time.process_time()
    code, _, err = run("plan", "haskovo-2035-cannot-be-met", "--out", tmp_path / "runs", "--language", "en")
    assert code == 4
    assert time.process_time() - start < 60
    lines = [line for line in facts(err) if not line.startswith("   ")]
    assert lines[2] == (
        "- Running costs of 2027: at least EUR 5,417,207.00 cannot be avoided, the streams that may pay them have "
        "EUR 5,006,635.54; EUR 410,571.46 are lacking."
    )
    assert "- Money, State subsidy (delegated activities): + EUR 410,571.46 in 2027, + EUR 283,500.73 in 2030" in lines
    assert lines[-1].endswith(": at least 187 places: − 89 places in each of 2027, 2030, 2035")
    assert sum(line.startswith("- Protected facility ") for line in lines) == 5
    assert not (tmp_path / "runs").exists()


# ------------------------------------------------------------------ verify


def test_a_run_agrees_and_it_is_said_how_much_was_checked(run, toyland_run):
    for folder in (toyland_run.folder, toyland_run.folder.parent):
        code, out, err = run("verify", folder)
        assert (code, err) == (0, "")
        assert "rules, " in out
        assert "rows checked: everything agrees" in out


def test_a_changed_run_leaves_with_9_and_every_difference(run, toyland_run, tmp_path):
    folder = Path(shutil.copytree(toyland_run.folder, tmp_path / "run"))
    table = folder / "spending.csv"
    table.write_bytes(table.read_bytes().replace(b"14600.00", b"14600.01", 1))
    code, out, err = run("verify", folder)
    assert (code, out) == (9, "")
    assert err.startswith("spending.csv: was changed; its SHA-256 is not that of the manifest.")
    assert " differences\n" in err


def test_a_folder_without_a_run_is_none(run, tmp_path):
    code, _, err = run("verify", tmp_path)
    assert code == 9
    assert "is not a run folder: it holds no manifest.json" in err


def test_verify_is_a_function_too(toyland_run):
    assert not nationalmap.verify(toyland_run.folder).differences
    with pytest.raises(VerificationFailed):
        nationalmap.verify(toyland_run.folder / "nothing")


# ------------------------------------------------------------------ conflict


@needs_cases
def test_the_published_conflict_by_name(run):
    code, out, err = run("conflict", CASES / "infeasible" / "galenet.mps")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "galenet.mps: 2 rows cannot all hold; without any one of them the others can",
        "- NODE5",
        "- D8",
    ]


def test_rows_that_can_all_hold(run, tmp_path):
    (tmp_path / "one.mps").write_text("NAME x\nROWS\n N obj\n L low\nCOLUMNS\n a low 1\nRHS\n R low 4\nENDATA\n")
    assert nationalmap.conflict(tmp_path / "one.mps") == ()
    assert run("conflict", tmp_path / "one.mps")[:2] == (0, "one.mps: all rows can hold together\n")


def test_a_file_that_is_no_program_is_refused(run, tmp_path):
    code, out, err = run("conflict", tmp_path / "absent.mps")
    assert (code, out) == (3, "")
    assert err == f"{tmp_path / 'absent.mps'}: does not exist; check the name.\n"
    for name in ("words.mps", "words.lp"):
        (tmp_path / name).write_text("only words", encoding="utf-8")
        code, out, err = run("conflict", tmp_path / name)
        assert (code, out) == (3, "")
        assert err == f"{name}: is not a program that HiGHS can read; give a linear program as an MPS or LP file.\n"


# ------------------------------------------------------------------ case


@pytest.fixture
def small(tmp_path):
    """Two sites of ten places, at 7 and 5 a year; two customers of 4 and 6, cheapest wholly from the other site."""
    path = tmp_path / "cap2.txt"
    path.write_text("2 2\n 10 7\n 10 5\n 4\n 8 4\n 6\n 6 18\n", encoding="ascii")
    return path


def test_a_published_problem_becomes_a_folder_that_plan_takes(run, small, tmp_path):
    """Both open: 12 + 4 + 6 = 22; only the first: 7 + 8 + 6 = 21; only the second: 5 + 4 + 18 = 27."""
    code, out, err = run("case", "capacitated", small, "--out", tmp_path / "cases")
    folder = tmp_path / "cases" / "cap2-least-cost"
    assert (code, err) == (0, "")
    assert out == f"written: {folder}\nnext:    nationalmap plan {folder}\n"
    answer = planning.plan(str(folder), tmp_path / "runs").plan
    assert answer.tables["spending"]["amount_eur"].sum() == pytest.approx(21.0)
    assert run("verify", tmp_path / "runs" / "cap2-least-cost")[0] == 0


def test_a_kind_or_question_that_does_not_exist(run, small, tmp_path):
    assert run("case", "cap", small, "--out", tmp_path)[0] == 2
    code, _, err = run("case", "capacitated", small, "--question", "dearest", "--out", tmp_path)
    assert code == 2
    assert '"dearest" is no question; questions are least_cost, ' in err
    with pytest.raises(InputRefused):
        nationalmap.case("pmedian", [small], tmp_path)
