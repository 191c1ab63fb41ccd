"""Returned templates side by side: one register, one table of proposals, one of agreements; and what contradicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap import schema
from nationalmap.folders import texts
from nationalmap.folders.findings import Finding
from nationalmap.folders.returned import COLLECTED, Returned
from nationalmap.schema import TABS

if TYPE_CHECKING:
    from nationalmap.folders.forms import Codes

#: An agreement as both sides say it: the surest answer that stands.
_REFUSED, _SIGNED, _POSSIBLE = "refused", "signed", "possible"


@dataclass(frozen=True)
class Merged:
    """What the templates say together. ``tables`` by name; ``findings`` sorted."""

    tables: Mapping[str, pd.DataFrame]
    provenance: pd.DataFrame
    findings: tuple[Finding, ...]
    municipalities: tuple[str, ...]
    """Those that have sent a template."""
    expected: int
    """Municipalities of their regions."""


def merged(returned: Sequence[Returned], municipalities: pd.DataFrame, services: pd.DataFrame, codes: Codes) -> Merged:
    """The templates together; of two of one municipality the first given counts. Every contradiction is named."""
    findings = [finding for one in returned for finding in one.findings]
    first: dict[str, Returned] = {}
    for one in returned:
        if not one.municipality:
            continue
        other = first.setdefault(one.municipality, one)
        if other is not one:
            findings.append(Finding("twice_file", one.municipality, one.file, words={"other": other.file}))
    sent = list(first.values())
    regions = {one.region for one in sent}
    expected = municipalities.loc[municipalities["region"].isin(regions), "municipality"].tolist()
    findings += [Finding("missing", code) for code in expected if code not in first]
    names = dict(zip(municipalities["municipality"], municipalities["name_bg"], strict=True))
    rows = {table.name: [row for one in sent for row in _rows(one, table.name)] for table in COLLECTED}
    rows["register"] = list(_once(rows["register"], findings))
    agreed = list(_agreed(rows["agreements"], set(first), names, codes.names, findings))
    findings += [
        *_sums(sent),
        *_too_many(rows["register"], services),
        *_sole_hosts(rows["proposals"], names, codes.names, municipalities),
        *_unknown_sites(rows["proposals"], rows["register"]),
    ]
    tables = {name: _table(name, rows[name]) for name in ("register", "proposals")}
    tables["agreements"] = pd.DataFrame([row.values for row in agreed], columns=list(schema.AGREEMENTS.names))
    provenance = [*rows["register"], *rows["proposals"], *agreed]
    return Merged(
        tables=tables,
        provenance=pd.DataFrame([row.provenance for row in provenance], columns=list(schema.COLLECTED_FROM.names)),
        findings=tuple(sorted(set_of(findings), key=lambda finding: finding.order)),
        municipalities=tuple(sorted(first)),
        expected=len(expected),
    )


def set_of(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, each once."""
    return list({(*finding.order, finding.value): finding for finding in findings}.values())


@dataclass(frozen=True)
class _Row:
    """One taken row and where it stands."""

    table: str
    values: dict[str, Any]
    sender: Returned
    place: str
    """Its row in the sheet, or those of both sides of an agreement."""
    files: str

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(str(self.values[name]) for name in schema.TABLES[self.table].key)

    @property
    def where(self) -> str:
        """File, sheet and row, as a sentence names another place."""
        return f"{self.files}, {TABS[self.table]}, {texts.collected('read.row', 'bg')} {self.place}"

    @property
    def provenance(self) -> tuple[str, ...]:
        key = " ".join(part for part in self.key if part)
        return (self.table, key, _plain(self.files), TABS[self.table], self.place, self.sender.municipality)

    def finding(self, kind: str, column: str, **words: object) -> Finding:
        """A finding at a cell of this row."""
        cell = self.sender.cell(self.table, column, int(self.place))
        value = self.values[column]
        said = "" if pd.isna(value) else texts.choice(str(value), self.table)[0]
        if isinstance(value, bool):
            said = texts.flags("bg")["yes" if value else "no"]
        return Finding(kind, self.sender.municipality, self.files, TABS[self.table], cell, said, words)


def _plain(name: str) -> str:
    """A file's name that no spreadsheet runs."""
    return f"'{name}" if schema.unfit_text(name)[0] else name


def _rows(one: Returned, table: str) -> Iterator[_Row]:
    for values, place in zip(one.tables[table].to_dict("records"), one.places[table], strict=True):
        yield _Row(table, {str(name): value for name, value in values.items()}, one, str(place), one.file)


def _table(name: str, rows: Sequence[_Row]) -> pd.DataFrame:
    """Rows as a declared table, typed as any other."""
    table = schema.TABLES[name]
    frame = pd.DataFrame([row.values for row in rows], columns=list(table.known))
    return schema.check(table, schema.as_text(table, frame), f"{name}.csv")


def _once(rows: Sequence[_Row], findings: list[Finding]) -> Iterator[_Row]:
    """The rows of the register, each site once."""
    seen: dict[str, _Row] = {}
    for row in rows:
        other = seen.setdefault(str(row.values["site"]).casefold(), row)
        if other is row:
            yield row
        else:
            findings.append(row.finding("site_twice", "site", other=other.where))


def _sums(sent: Sequence[Returned]) -> Iterator[Finding]:
    """Sums that somebody wrote against those of the rows that were read."""
    for one in sent:
        for table, column, written, sheet, cell in one.stated:
            found = float(one.tables[table][column].fillna(0).sum())
            try:
                given = float("".join(written.split()).replace(",", "."))
            except ValueError:
                given = None
            if given is None or abs(given - found) > 1e-9:
                what = f"{TABS[table]}, {texts.heading(table, column)[0]}"
                words = {"what": what, "given": written, "found": f"{found:.10g}"}
                yield Finding("sum", one.municipality, one.file, sheet, cell, written, words)


def _too_many(rows: Sequence[_Row], services: pd.DataFrame) -> Iterator[Finding]:
    """More users than the places of a site can hold at a time."""
    per_place = dict(zip(services["service"], services["users_per_place"], strict=True))
    for row in rows:
        users, places = row.values["users"], row.values["places"]
        per = int(per_place[row.values["service"]])
        if not pd.isna(users) and users > places * per:
            yield row.finding("users", "users", users=int(users), places=int(places), per=per)


def _sole_hosts(
    rows: Sequence[_Row], names: Mapping[str, str], services: Mapping[str, str], municipalities: pd.DataFrame
) -> Iterator[Finding]:
    """Municipalities of one region that each propose to be the only host of a service."""
    region = dict(zip(municipalities["municipality"], municipalities["region"], strict=True))
    hosts: dict[tuple[str, str], list[_Row]] = {}
    for row in rows:
        if row.values["sole_host"] and row.values["kind"] != "close":
            hosts.setdefault((region[row.values["municipality"]], row.values["service"]), []).append(row)
    for (_, service), mine in hosts.items():
        for row in mine:
            others = sorted({names[o.values["municipality"]] for o in mine} - {names[row.values["municipality"]]})
            if others:
                yield row.finding(
                    "sole_host", "sole_host", other=", ".join(others), service=services.get(service, service)
                )


def _unknown_sites(proposals: Sequence[_Row], register: Sequence[_Row]) -> Iterator[Finding]:
    """Proposals that change a site which the municipality does not have."""
    sites = {(row.values["municipality"], row.values["site"]) for row in register}
    for row in proposals:
        if row.values["kind"] != "new" and (row.values["municipality"], row.values["site"]) not in sites:
            yield row.finding("no_site", "site", proposal=texts.choice(row.values["kind"], "proposals")[0])


def _agreed(
    rows: Sequence[_Row],
    sent: set[str],
    names: Mapping[str, str],
    services: Mapping[str, str],
    findings: list[Finding],
) -> Iterator[_Row]:
    """Each agreement once, as both sides say it: signed by both, refused by either, possible otherwise."""
    sides: dict[tuple[str, ...], dict[str, _Row]] = {}
    for row in rows:
        sides.setdefault(row.key, {})[row.sender.municipality] = row
    for (served, host, service), by in sorted(sides.items()):
        said = {code: row.values["status"] for code, row in by.items()}
        status = _REFUSED if _REFUSED in said.values() else _POSSIBLE
        for own, other in ((served, host), (host, served)):
            if said.get(own) != _SIGNED:
                continue
            pair = f"{names.get(served, served)} → {names.get(host, host)}"
            words = {"own": names.get(own, own), "other": names.get(other, other), "pair": pair}
            words["service"] = services.get(service, service)
            if said.get(other) == _REFUSED:
                findings.append(by[own].finding("sides_differ", "status", **words))
            elif said.get(other) != _SIGNED:
                findings.append(by[own].finding("one_side", "status", **words))
            elif status != _REFUSED:
                status = _SIGNED
        first = by[min(by)]
        bases = [f"{names.get(code, code)}: {by[code].values['basis']}" for code in sorted(by)]
        values = {**first.values, "status": status, "basis": "; ".join(bases)}
        places = "; ".join(by[code].place for code in sorted(by))
        files = "; ".join(by[code].files for code in sorted(by))
        yield _Row("agreements", values, first.sender, places, files)
