"""Where toyland's figures stand: each cell of each input has a file, a place in it and a class."""

import csv

from nationalmap.reports.origins import Origins
from tests.conftest import TOYLAND


def test_a_cell_of_the_register_and_of_a_service_say_what_they_are_worth(toyland_run):
    origins = Origins(toyland_run.plan)
    rows = list(csv.reader((TOYLAND / "register.csv").read_text(encoding="utf-8").splitlines()))
    head, second = rows[0], rows[2]
    found = origins.of("register", (second[0],), "places")
    letter = "ABCDEFGHIJK"[head.index("places")]
    assert (found.file, found.cell, found.value) == ("register.csv", f"{letter}3", second[head.index("places")])
    assert found.source_class == second[head.index("origin")]
    assert found.basis == second[head.index("basis")]
    bases = toyland_run.plan.inputs.tables["bases"]
    own = bases[bases["figure"] == "running_cost_place_eur"].iloc[0]
    service = toyland_run.plan.inputs.tables["services"]["service"].iloc[0] if own["service"] == "*" else own["service"]
    cost = origins.of("services", (service,), "running_cost_place_eur")
    assert (cost.source_class, cost.basis) == (own["status"], own["basis"])


def test_every_cell_of_every_input_has_an_origin(toyland_run):
    origins, inputs = Origins(toyland_run.plan), toyland_run.plan.inputs.tables
    for name in inputs:
        if name in ("provenance", "mended"):
            continue
        for key, record in origins.rows(name).items():
            for column in record:
                found = origins.of(name, key, column)
                assert found is not None, (name, key, column)
                assert found.file or name == "travel"
