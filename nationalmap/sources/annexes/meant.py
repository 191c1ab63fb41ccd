"""Which territory, level, host and service the lines of an annex mean; what means none is a fault of its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nationalmap.errors import Fault
from nationalmap.schema import nearest, shown, unfit_text
from nationalmap.sources.annexes.lines import Line
from nationalmap.sources.annexes.totals import Counted, Printed
from nationalmap.sources.annexes.words import Services
from nationalmap.sources.gazetteer import Found, Gazetteer
from nationalmap.sources.words import is_total, visible

_LEVELS = ("municipal", "regional")
_REGION_WORDS = ("област", "обл.", "region ", "oblast ")


@dataclass
class Reader:
    """What is known while lines are read, and what came of them."""

    services: Services
    gazetteer: Gazetteer
    region_of: dict[str, str]
    """Region of each municipality."""
    counted: list[Counted] = field(default_factory=list)
    printed: list[Printed] = field(default_factory=list)
    covered: set[tuple[str, str]] = field(default_factory=set)
    """Territory and level of which the annex says anything, a blank too."""
    unplanned: dict[str, str] = field(default_factory=dict)
    """Placeholder of each service that is not planned, by its name."""
    faults: dict[Fault, None] = field(default_factory=dict)
    """Each once: in the wide layout the first words of a row are those of all its figures."""
    _stopped: bool = False
    """Whether something is wrong with the line at hand."""
    _mended: set[tuple[int, int, str]] = field(default_factory=set)
    _regions: dict[str, str] = field(default_factory=dict)
    _found: dict[tuple[str, str], Found] = field(default_factory=dict)

    def take(self, lines: Iterable[Line]) -> None:
        """Each line as a figure of its own, as a total, or as a fault."""
        for line in lines:
            if line.is_total:
                self._total(line)
                continue
            self._stopped = False
            if line.region and not self._known_region(line.region):
                self._wrong(line, "region", line.region, "is no region", "write its name or code")
            service = self._service(line)
            level = self._level(line, service)
            place = self._place(line, level)
            if place is None or self._stopped:
                continue
            territory, region, host = place
            if not territory:
                self.printed.append(Printed(line, region, line.level, service))
                continue
            self.covered.add((territory, level))
            if line.users or not line.wide:
                self.counted.append(Counted(line, territory, region, level, host, service))

    def _total(self, line: Line) -> None:
        """A line that calls itself a total, of everything that its words do not narrow."""
        region = self._region(line) or self._explicit_region(line.territory)
        named = line.service and not is_total(line.service)
        self.printed.append(Printed(line, region, line.level, self._service(line) if named else ""))

    def _service(self, line: Line) -> str:
        if not line.service:
            self._wrong(line, "service", "", "is empty", "write the service by its code or name")
            return ""
        meant = self.services.meant(line.service)
        if meant.rule:
            self._wrong(line, "service", line.service, meant.rule, meant.cure)
        elif meant.how and not line.wide:
            self._mend(line, "service", line.service, meant.how)
        name = visible(line.service)
        if not meant.code and (unfit := unfit_text(name))[0]:
            self._wrong(line, "service", line.service, *unfit)
        return meant.code or self.unplanned.setdefault(name, f"not_planned.{len(self.unplanned) + 1}")

    def _level(self, line: Line, service: str) -> str:
        """As the line, a title or the sheet's name says; else as the catalogue plans the service."""
        if line.level and line.level not in _LEVELS:
            cure = "write municipal (общинско) or regional (областно)"
            self._wrong(line, "level", line.level, "is no level of planning", cure)
            return "municipal"
        own = not line.wide and (line.host or self._explicit_region(line.territory))
        usual = "regional" if own else "municipal"
        return line.level or self.services.level.get(service, usual)

    def _place(self, line: Line, level: str) -> tuple[str, str, str] | None:
        """Territory, region and host; of the municipal level one municipality; without a territory a region's total."""
        if not line.territory:
            self._wrong(
                line, "territory", "", "is empty", "write the municipality, or the region of a regional service"
            )
            return None
        if line.layout.of_regions and (line.wide or level == "municipal"):
            cure = "write municipalities: of a regional service the one in which it stands"
            self._wrong(line, "territory", line.territory, "stands under the heading of regions", cure)
            return None
        explicit = self._explicit_region(line.territory)
        if level == "municipal":
            if explicit:
                return ("", explicit, "")
            code = self._municipality(line, "territory", line.territory)
            if code and line.host and self._municipality(line, "host", line.host) not in ("", code):
                cure = "leave it blank: a service of the municipal level is the municipality's own; or write the level"
                self._wrong(line, "host", line.host, f"is another municipality than {code}", cure)
            return (code, self.region_of[code], code) if code else None
        if line.wide:
            if explicit:
                return ("", explicit, "")
            host = self._municipality(line, "territory", line.territory)
            return (self.region_of[host], self.region_of[host], host) if host else None
        return self._regional(line)

    def _regional(self, line: Line) -> tuple[str, str, str] | None:
        """Region and host of a line of a regional service in the long layout."""
        region = self._known_region(line.territory)
        if not region:
            cure = "a service of the regional level names its region, and the municipality as host"
            self._wrong(line, "territory", line.territory, "is no region", cure)
            return None
        if not line.host:
            cure = "write the municipality in which the service stands; a sum of hosts says общо in this column"
            self._wrong(line, "host", "", "is empty", cure)
            return None
        host = self._municipality(line, "host", line.host)
        if host and self.region_of[host] != region:
            rule = f"lies in {self.region_of[host]}, the row is of {region}"
            self._wrong(line, "host", line.host, rule, "write a host of the region, or the region of the host")
            return None
        return (region, region, host) if host else None

    def _municipality(self, line: Line, column: str, word: str) -> str:
        """Code of a municipality within the line's region; "" and a fault for anything else."""
        within = self._region(line)
        if column == "host" and not within:
            within = self._known_region(line.territory)
        key = (word, within)
        found = self._found.get(key) or self._found.setdefault(key, self.gazetteer.municipality(*key))
        if found.rule:
            self._wrong(line, column, word, found.rule, found.cure)
            return ""
        if found.code not in self.region_of:
            rule, cure = f"is not one of the {len(self.region_of)} known codes", nearest(word, self.region_of)
            self._wrong(line, column, word, rule, cure)
            return ""
        said = self._region(line)
        if said and self.region_of[found.code] != said:
            where = "its row" if line.region else "its sheet"
            rule = f"lies in {self.region_of[found.code]}, {where} is of {said}"
            self._wrong(line, column, word, rule, "write the right municipality, or the right region")
            return ""
        if found.how:
            self._mend(line, column, word, found.how)
        return found.code

    def _region(self, line: Line) -> str:
        """The region that the line's own column, or the name of its sheet, says."""
        return self._known_region(line.region or line.records.sheet)

    def _known_region(self, word: str) -> str:
        """Code of a region by any of its words; "" for other words."""
        if word not in self._regions:
            self._regions[word] = self.gazetteer.region(word)
        return self._regions[word]

    def _explicit_region(self, word: str) -> str:
        """A region written as one: its code, or its name with the word for it; a name alone is a municipality's."""
        code = self._known_region(word)
        low = visible(word).casefold()
        return code if code and (word == code or low.startswith(_REGION_WORDS) or low.endswith(" област")) else ""

    def _wrong(self, line: Line, column: str, value: str, rule: str, cure: str) -> None:
        self.faults[line.fault(column, value, rule, cure)] = None
        self._stopped = True

    def _mend(self, line: Line, column: str, old: str, how: str) -> None:
        key = (id(line.records), line.row, column)
        if key not in self._mended:
            self._mended.add(key)
            line.records.mend(line.row, column, old, how)


def both_levels(counted: Iterable[Counted], services: Services) -> Iterable[Fault]:
    """A service that one region has on both levels: its maximum would be of two things."""
    first: dict[tuple[str, str], Counted] = {}
    for one in counted:
        kind = services.counts_as.get(one.service, one.service)
        other = first.setdefault((one.region, kind), one)
        if other.level != one.level:
            rule = f"stands on the {one.level} level, in {other.line.place} on the {other.level} level of {one.region}"
            yield one.line.fault("service", shown(one.line.service), rule, "one region plans a service on one level")
