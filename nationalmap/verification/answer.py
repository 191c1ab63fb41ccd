"""What a run answered: its result tables, and the sums that the rules ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from nationalmap.verification.facts import Service, Site
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question
from nationalmap.verification.tables import DECLARED, RESULTS, Row, read_table

Sums = Mapping[tuple[Any, ...], int]


@dataclass
class Answer:
    """The result tables of one run, parsed, beside its question."""

    q: Question
    tables: Mapping[str, list[Row]]

    def keyed(self, name: str) -> dict[Any, Row]:
        """Rows of a table by key; of a doubled key the last."""
        return {tuple(row[column] for column in DECLARED[name].key): row for row in self.tables[name]}

    @cached_property
    def keyed_needs(self) -> Mapping[tuple[str, str, int], Row]:
        """(municipality, group, t) -> its row."""
        return self.keyed("needs")

    @cached_property
    def capacity(self) -> Mapping[tuple[str, int], Row]:
        """(site, t) -> its row."""
        return self.keyed("capacity")

    def at(self, site: Site, year: int, column: str) -> int:
        """A figure of a site in a period; 0 where it has no row yet."""
        row = self.capacity.get((site.code, year))
        return int(row[column]) if row else 0

    def added(self, site: Site, year: int) -> int:
        """Places added."""
        return self.at(site, year, "new_places")

    def opened(self, site: Site, year: int) -> int:
        """Facilities that the plan itself opens: no committed one, none by conversion."""
        own = 1 if site.opens_in(year) and self._service(site).facilities else 0
        return self.at(site, year, "opened") - own - self.converted_in[site.code, year]

    def closed(self, site: Site, year: int) -> int:
        """Facilities that close and become nothing else."""
        return self.at(site, year, "closed") - self.converted_out[site.code, year]

    def _service(self, site: Site) -> Service:
        return self.q.services[site.service]

    def _sum(self, table: str, column: str, *key: str) -> Sums:
        sums: dict[tuple[Any, ...], int] = defaultdict(int)
        for row in self.tables[table]:
            sums[tuple(row[k] for k in key)] += int(row[column])
        return sums

    @cached_property
    def converted_in(self) -> Sums:
        """(site, t) -> facilities that come by conversion."""
        return self._sum("transformed", "facility", "to_site", "year")

    @cached_property
    def converted_out(self) -> Sums:
        """(site, t) -> facilities that become another service."""
        return self._sum("transformed", "facility", "from_site", "year")

    @cached_property
    def places_in(self) -> Sums:
        """(host, service, t) -> places planned there."""
        return self._sum("capacity", "places", "municipality", "service", "year")

    @cached_property
    def facilities_in(self) -> Sums:
        """(host, service, t) -> facilities planned there."""
        return self._sum("capacity", "facilities", "municipality", "service", "year")

    @cached_property
    def users_at(self) -> Sums:
        """(host, service, t) -> users, whoever pays."""
        return self._sum("allocation", "users", "host", "service", "year")

    @cached_property
    def other_at(self) -> Sums:
        """(host, service, t) -> users paid by other money than the state's."""
        return self._sum("allocation", "other_paid_users", "host", "service", "year")

    @cached_property
    def users_of(self) -> Sums:
        """(municipality, service, t) -> users, whoever pays."""
        return self._sum("allocation", "users", "municipality", "service", "year")

    @cached_property
    def other_of(self) -> Sums:
        """(municipality, service, t) -> users paid by other money."""
        return self._sum("allocation", "other_paid_users", "municipality", "service", "year")

    def served(self, m: str, g: str, year: int) -> int:
        """Users of a municipality served in a group."""
        return sum(self.users_of[m, s.code, year] for s in self.q.groups[g])

    # ------------------------------------------------------------------------ asked by the tables of the run

    @cached_property
    def package(self) -> Mapping[tuple[str, str, int], Row]:
        """(territory, service, t) -> minimum and maximum."""
        return self.keyed("package")

    @cached_property
    def minima(self) -> Mapping[tuple[str, str, int], tuple[str, int]]:
        """(territory, service, t) -> kind and what is asked, users (access) or places."""
        found = {}
        for key, row in self.package.items():
            asked = row["minimum_users" if row["kind"] == "access" else "minimum_places"]
            if row["kind"] != "none" and asked and key[1] in self.q.families:
                found[key] = (row["kind"], asked)
        return found

    @cached_property
    def need(self) -> Mapping[tuple[str, str, int], int]:
        """d: (municipality, group, t) -> need cases; unknown, the municipal minima of the group stand for it."""
        found = {}
        for key, row in self.keyed_needs.items():
            m, g, t = key
            if row["need_users"] is not None:
                found[key] = row["need_users"]
            elif g in self.q.groups:
                rows = [self.package.get((m, s.code, t)) for s in self.q.groups[g]]
                found[key] = sum(r["minimum_users"] or 0 for r in rows if r and r["kind"] != "none")
        return found

    def reachable(self, m: str, g: str, year: int) -> bool:
        """Whether any service of the group can be had within reach."""
        return any((m, s.code, year) in self.q.hosts for s in self.q.groups.get(g, ()))

    @cached_property
    def cells(self) -> Mapping[tuple[str, str, int], int]:
        """(m, g, t) with a need that somebody can serve."""
        return {key: d for key, d in self.need.items() if d > 0 and self.reachable(*key)}

    def limit_of(self, territory: str, service: str, year: int) -> int | None:
        """L: most users that the state pays, places of today grandfathered; None without a maximum."""
        row = self.package.get((territory, service, year))
        if row is None or row["maximum_users"] is None:
            return None
        today = sum(
            s.rho * i.today
            for s in self.q.families[service]
            for m in self.q.inside(territory)
            for i in self.q.sites_in.get((m, s.code), ())
        )
        return max(int(row["maximum_users"]), today)

    @cached_property
    def above(self) -> Mapping[tuple[str, str, int], int]:
        """A: (territory, group, t) -> cases that no maximum and no other money allows; only where there are any."""
        found = {}
        for g in self.q.groups:
            level = self.q.group_level(g)
            for territory in sorted({self.q.territory(m, level) for m in self.q.region_of}):
                for t in self.q.years:
                    cases = self._above(territory, g, t)
                    if cases > 0:
                        found[territory, g, t] = cases
        return found

    def within_reach(self, territory: str, g: str, year: int) -> int:
        """Need cases within reach in a territory."""
        return sum(self.cells.get((m, g, year), 0) for m in self.q.inside(territory))

    def limit_of_group(self, territory: str, g: str, year: int) -> int | None:
        """Users of a group whom the maxima allow in a territory; None where a new service of it has none."""
        limits = [
            self.limit_of(u, s.code, year)
            for s in self.q.groups[g]
            if not s.old
            for u in sorted({self.q.territory(m, s.level) for m in self.q.inside(territory)})
        ]
        known = [limit for limit in limits if limit is not None]
        return sum(known) if known and len(known) == len(limits) else None

    def _above(self, territory: str, g: str, year: int) -> int:
        allowed = self.limit_of_group(territory, g, year)
        if allowed is None:
            return 0
        return max(0, self.within_reach(territory, g, year) - allowed - self._other_money(territory, g, year))

    def _other_money(self, territory: str, g: str, year: int) -> int:
        """Users whom the streams of other payers could pay, at the price of the cheapest service they may pay then."""
        paying: dict[str, int] = {}
        cheapest: list[Fraction] = []
        for s in (s for s in self.q.groups[g] if s.until is None or year <= s.until):
            for m in self.q.inside(territory):
                for f in self.q.open_streams("running", m, s.code, year):
                    if not f.state:
                        paying[f.code] = self.budget_of(f.code, year)
                        cheapest.append(Fraction(price(s)))
        if not sum(paying.values()):
            return 0
        least = min(cheapest)
        return self.within_reach(territory, g, year) if least == 0 else int(Fraction(sum(paying.values())) / least)

    def budget_of(self, stream: str, year: int) -> int:
        """B: cents newly available."""
        row = self.budget.get((stream, year))
        return int(row["budget_eur"]) if row else 0

    @cached_property
    def budget(self) -> Mapping[tuple[str, int], Row]:
        """(stream, t) -> its row."""
        return self.keyed("budget")


def price(s: Service) -> int:
    """Running cost of one user's part of a place, cents, rounded up."""
    return -(-s.place // s.rho)


def read_answer(files: Mapping[str, bytes], q: Question, say: Findings) -> Answer:
    """The result tables of a run folder."""
    return Answer(q, {name: read_table(files, name, say) for name in RESULTS})
