"""Planning engine for Bulgaria's National Map of Social Services.

The functions here are the commands of the command line, under the same names::

    import nationalmap
    run = nationalmap.plan("haskovo-2027")
    run.plan.tables["unmet"]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nationalmap.version import __version__

#: Where each function is at home; studies and working folders have a module for each.
_ROOMS = {
    **dict.fromkeys(("case", "check", "conflict", "needs", "plan", "scenarios"), "planning"),
    **dict.fromkeys(
        ("annex", "atlas", "compare", "explain", "prices", "render", "source", "verify", "whatif"), "finished"
    ),
    "in_force": "adopted",
    **dict.fromkeys(("replay", "runs_list", "runs_show", "runs_stale"), "history"),
    **dict.fromkeys(("boundaries_build", "boundaries_import", "export"), "mapping"),
    **dict.fromkeys(("documents", "state_of_supply"), "procedure"),
    **{name: f"folders.{name}" for name in ("collect", "new")},
    **{
        name: f"studies.{name}"
        for name in ("alternatives", "break_even", "frontier", "importance", "no_regret", "sweep", "vintages")
    },
}

if TYPE_CHECKING:
    from nationalmap.adopted import in_force
    from nationalmap.finished import annex, atlas, compare, explain, prices, render, source, verify, whatif
    from nationalmap.folders.collect import collect
    from nationalmap.folders.new import new
    from nationalmap.history import replay, runs_list, runs_show, runs_stale
    from nationalmap.mapping import boundaries_build, boundaries_import, export
    from nationalmap.planning import case, check, conflict, needs, plan, scenarios
    from nationalmap.procedure import documents, state_of_supply
    from nationalmap.studies.alternatives import alternatives
    from nationalmap.studies.break_even import break_even
    from nationalmap.studies.frontier import frontier
    from nationalmap.studies.importance import importance
    from nationalmap.studies.no_regret import no_regret
    from nationalmap.studies.sweep import sweep
    from nationalmap.studies.vintages import vintages

__all__ = [
    "__version__",
    "alternatives",
    "annex",
    "atlas",
    "boundaries_build",
    "boundaries_import",
    "break_even",
    "case",
    "check",
    "collect",
    "compare",
    "conflict",
    "documents",
    "explain",
    "export",
    "frontier",
    "importance",
    "in_force",
    "needs",
    "new",
    "no_regret",
    "plan",
    "prices",
    "render",
    "replay",
    "runs_list",
    "runs_show",
    "runs_stale",
    "scenarios",
    "source",
    "state_of_supply",
    "sweep",
    "verify",
    "vintages",
    "whatif",
]


def __getattr__(name: str) -> Any:
    # Lazy (PEP 562): a command that only prints help must not wait for geopandas.
    if name in _ROOMS:
        import importlib

        return getattr(importlib.import_module(f"nationalmap.{_ROOMS[name]}"), name)
    raise AttributeError(f"module 'nationalmap' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
