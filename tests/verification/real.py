"""Run folders in memory that the program itself planned: the two towns, asked otherwise by a seed."""

from __future__ import annotations

import copy
import csv
import io
import json
import random
from typing import Any

from nationalmap import schema
from tests.verification.towns import INPUTS, NORMS, SCENARIO, as_json, provenance, seal, table


def question(seed: int) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, str]]:
    """Scenario, norms and input tables: other people, sizes, prices, statuses, years and money."""
    draw = random.Random(seed)  # noqa: S311 - the same seed, the same question
    scenario, norms, inputs = copy.deepcopy(SCENARIO), copy.deepcopy(NORMS), dict(INPUTS)
    scenario |= {
        "mode": draw.choice(("within_the_money", "within_the_money", "what_it_would_cost")),
        "locks": [],
        "hubs": draw.choice(([], SCENARIO["hubs"])),
        "shares": draw.choice(([], [{"service": "help", "least": None, "most": draw.choice((0.5, 0.75))}])),
        "agreements_default": draw.choice(("possible", "possible", "refused", "within_region")),
        "single_assignment": draw.choice(([], ["house"])),
        "most_openings_per_year": draw.choice((None, 1, 2)),
        "site_limits": [],
        "years": draw.choice(([2027], [2027, 2030], [2028, 2031])),
        "old_types_until": draw.choice((None, 2026, 2035)),
    }
    for key in ("inputs", "travel"):
        scenario.pop(key)
    scenario["solver"] = {"tolerance": 0.0}
    scenario["stages"] = [s for s in scenario["stages"] if s != "worst_travel"]
    if scenario["mode"] == "what_it_would_cost":
        scenario["stages"].insert(2, "overspend")
    streams = scenario["streams"]
    streams["state"]["amount_eur"] = float(draw.randint(15_000, 60_000))
    streams["own"] |= {"amount_eur": float(draw.randint(0, 20_000)), "services": ["day", "help", "house"]}
    streams["build"]["amount_eur"] = float(draw.randint(0, 60_000))
    streams["build"]["carry_over"] = draw.random() < 0.7
    streams["new"] |= {"by_year": {str(scenario["years"][-1]): float(draw.randint(0, 4_000))}, "last_year": 2035}
    older = {m: draw.randint(2, 15) * 200 for m in ("R1", "R2", "X1")}
    inputs["indicators"] = "\n".join(f"older,{m},{n}" for m, n in older.items())
    kept = draw.choice(("keep", "free", "protected"))
    inputs["register"] = INPUTS["register"].replace("old_house,10,10,keep", f"old_house,10,10,{kept}")
    if draw.random() < 0.3:
        inputs["register"] = inputs["register"].replace("help,3,3,keep,,", "help,3,3,must_close_by,2028,")
    inputs["register"] = inputs["register"].replace("2028,2029", draw.choice(("2028,2029", "2028,2033", "2031,2031")))
    inputs["services"] = INPUTS["services"].replace("older,1,4,8,0.5,60,2", f"older,1,4,{draw.randint(4, 9)},0.5,60,2")
    inputs["candidates"] = draw.choice(("", INPUTS["candidates"]))
    inputs["transformations"] = INPUTS["transformations"].replace("0.8", draw.choice(("0.8", "0.5", "1", "1.25")))
    inputs["agreements"] = draw.choice(("", INPUTS["agreements"]))
    norms[-1]["rule"]["amount"] = float(draw.randint(4, 20))
    if draw.random() < 0.5:
        by, lost = draw.choice((2027, 2028, 2030)), draw.randint(1, 6)
        inputs["renovations"] += f"\nold_R1,safety,{by},30000.00,{lost},attested,by hand"
    if draw.random() < 0.5:
        streams["own"]["services"] = draw.choice((["old_house"], ["old_house", "day"], []))
    inputs |= {"provenance": provenance(inputs), "mended": ""}
    return scenario, norms, inputs


def planned(seed: int) -> dict[str, bytes] | None:
    """The files of the run; None where no plan can exist."""
    from pydantic import TypeAdapter

    from nationalmap import accounts, answering, publishing, runs
    from nationalmap.domain.norm import Norm
    from nationalmap.domain.plan import Boundaries, Inputs
    from nationalmap.domain.scenario import Scenario
    from nationalmap.errors import NoPlanPossible
    from nationalmap.program.answer import result_tables
    from nationalmap.program.assemble import assemble
    from nationalmap.program.index import index
    from nationalmap.program.solve import solve
    from nationalmap.question import asked as asked_of

    asked, norms, texts = question(seed)
    scenario = TypeAdapter(Scenario).validate_json(as_json(asked))
    tables = {name: _frame(name, text) for name, text in texts.items()}
    nowhere = Boundaries(None, "schematic", "", "")  # type: ignore[arg-type]
    inputs = Inputs(tables, TypeAdapter(tuple[Norm, ...]).validate_json(as_json(norms)), nowhere, {})
    here = tables["municipalities"][tables["municipalities"]["region"] == "R"].reset_index(drop=True)
    facts = asked_of(scenario, inputs, here, "towns.toml")
    known = index(scenario, here, tables, facts["needs"], facts["package"], facts["budgets_eur"])
    program = assemble(known)
    try:
        solution = solve(program, child=False)
    except NoPlanPossible:
        return None
    found = {name: facts[name] for name in ("projected", "needs", "package")} | result_tables(program, solution)
    found |= accounts.derived_tables(scenario, tables, found)
    found["access_minutes"] = answering.minutes_of(known, tables, here, found)
    files = {f"inputs/{name}.csv": table(name, text) for name, text in texts.items()}
    files["inputs/scenario.json"] = publishing.json_bytes(runs.dataclasses.asdict(scenario))
    files["inputs/norms.json"] = publishing.json_bytes([runs.dataclasses.asdict(norm) for norm in inputs.norms])
    files["inputs/boundaries.json"] = as_json({"status": "schematic"})
    files["inputs/sources.json"] = as_json({"a.csv": "0"})
    for declared in schema.RESULT_TABLES:
        files[f"{declared.name}.csv"] = publishing.csv_bytes(declared, found[declared.name])
    return seal(files, [json.loads(publishing.json_bytes(runs._stage_facts(s))) for s in solution.stages])


def _frame(name: str, text: str) -> Any:
    import pandas as pd

    rows = list(csv.reader(io.StringIO(table(name, text).decode(), newline="")))
    return schema.check(schema.TABLES[name], pd.DataFrame(rows[1:], columns=rows[0], dtype="str"), name)
