"""What is decided in each of many plans, and what in all of them: arithmetic on one tidy table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nationalmap.schema import Column, Table
from nationalmap.schema.shared import MUNICIPALITY, SERVICE

if TYPE_CHECKING:
    import pandas as pd

#: What may be decided of a service in a municipality by the end of the last year, from its places today and then.
DECISIONS = ("absent", "opens", "closes", "grows", "shrinks", "stays")
#: In how many of the plans it stands: all, more than half, at least one, none.
STANDS = ("all", "most", "some", "none")

NO_REGRET = Table(
    "decisions",
    "What is decided of each service in each municipality, and in how many of the plans; the last planned year.",
    ("municipality", "service"),
    (
        MUNICIPALITY,
        SERVICE,
        Column("runs", "integer", "plans compared", 1),
        Column("standing_runs", "integer", "plans in which it has places there", 0),
        Column("stands", "choice", "in all plans, in most (more than half), in some, in none", choices=STANDS),
        Column(
            "decision", "choice", "what most plans decide; of equally many the first of the list", choices=DECISIONS
        ),
        Column("decision_runs", "integer", "plans that decide so", 1),
        Column("share", "number", "decision_runs of runs", 0, 1),
        Column("equal", "flag", "all plans decide so"),
        Column("places_today", "integer", "places today", 0),
        Column("least_places", "integer", "fewest places in a plan", 0),
        Column("most_places", "integer", "most places in a plan", 0),
    ),
)


def no_regret(places: pd.DataFrame, today: pd.DataFrame) -> pd.DataFrame:
    """Table NO_REGRET.

    ``places``: columns run, municipality, service, places, of one year; several rows of a key add up, a key that a run
    does not have has no places. ``today``: municipality, service, places.
    """
    import numpy as np
    import pandas as pd

    key = ["municipality", "service"]
    wide = places.pivot_table(index=key, columns="run", values="places", aggfunc="sum", fill_value=0).sort_index()
    before = today.groupby(key)["places"].sum().reindex(wide.index, fill_value=0)
    then, now = wide.to_numpy(), before.to_numpy()[:, None]
    conditions = [
        (now == 0) & (then == 0),
        (now == 0) & (then > 0),
        (now > 0) & (then == 0),
        (now > 0) & (then > now),
        (then > 0) & (then < now),
    ]
    decided = np.select(conditions, list(range(5)), default=5)
    counts = np.stack([(decided == number).sum(axis=1) for number in range(len(DECISIONS))], axis=1)
    runs, standing, most = then.shape[1], (then > 0).sum(axis=1), counts.max(axis=1)
    stands = np.select([standing == runs, 2 * standing > runs, standing > 0], STANDS[:3], default=STANDS[3])
    made = pd.DataFrame(
        {
            "runs": runs,
            "standing_runs": standing,
            "stands": stands,
            "decision": np.array(DECISIONS)[counts.argmax(axis=1)],
            "decision_runs": most,
            "share": np.round(most / runs, 6),
            "equal": most == runs,
            "places_today": before.to_numpy(),
            "least_places": then.min(axis=1),
            "most_places": then.max(axis=1),
        },
        index=wide.index,
    )
    return made.reset_index()[list(NO_REGRET.names)]


def counted(table: pd.DataFrame) -> Mapping[str, int]:
    """How many decisions are equal in all plans, by kind, without those that nothing stands and nothing opens."""
    equal = table[table["equal"] & (table["decision"] != "absent")]
    return {kind: int((equal["decision"] == kind).sum()) for kind in DECISIONS[1:]}
