"""Tables of a working folder: own figures, own amounts of money, norms as rows, and what municipalities propose."""

from __future__ import annotations

from nationalmap.schema.columns import Column, Table
from nationalmap.schema.shared import MOST, MUNICIPALITY, SERVICE, SURE, YEAR, count, eur

_STREAM = Column("stream", "code", "funding stream of the scenario")

OWN_INDICATORS = Table(
    "own_indicators",
    "Own figures of indicators, each with its source; one that differs replaces the shipped figure and is told.",
    ("indicator", "municipality"),
    (
        Column("indicator", "code", "indicator of the indicator catalogue"),
        MUNICIPALITY,
        Column("value", "number", "the figure, in the unit of the indicator", 0, 1e12, blank=True),
        Column("reference_date", "date", "day or year the figure describes"),
        Column(
            "source_class",
            "choice",
            "who answers for the figure",
            choices=("nsi", "statutory_body", "municipal_study", "estimate"),
        ),
        Column("source", "text", "document the figure was taken from"),
    ),
)

BUDGETS = Table(
    "budgets",
    "Own amounts of the scenario's funding streams; a blank amount is what the scenario gives.",
    ("stream", "year"),
    (
        _STREAM,
        YEAR,
        eur("amount_eur", "newly available in the period; blank: as the scenario computes it", blank=True),
        Column("status", "choice", "how sure the own amount is", choices=SURE, blank=True),
        Column("basis", "text", "decision, contract or reasoning of the own amount", blank=True),
    ),
)

NORMS = Table(
    "norms",
    "The norms as rows, where the catalogue is a workbook; keys as of norms.toml, of the rule its figures.",
    ("norm",),
    (
        Column("norm", "code", "identifier of the norm"),
        Column("group", "code", "need group, of a need", blank=True),
        Column("service", "code", "service, of a minimum or maximum", blank=True),
        Column("gives", "choice", "what the norm gives", choices=("need", "minimum", "maximum")),
        Column("territory", "choice", "for each of what", choices=("municipality", "region")),
        Column("regions", "text", "only in these regions, separated by blanks", blank=True),
        Column("municipalities", "text", "only in these municipalities, separated by blanks", blank=True),
        Column("unit", "choice", "what is counted", choices=("users", "places")),
        Column("rounding", "choice", "how it is rounded", choices=("ceil", "floor", "half_up", "largest_remainder")),
        Column(
            "type",
            "choice",
            "kind of rule",
            choices=("ratio", "subgroup", "composite", "banded", "presence", "threshold", "complement"),
        ),
        Column("indicator", "code", "indicator of the rule", blank=True),
        Column("rate", "number", "rate of a ratio", 0, 1e9, blank=True),
        Column("per", "number", "per so many units of the indicator", 0, 1e9, blank=True),
        Column("share_percent", "number", "share of a subgroup, per cent", 0, 100, blank=True),
        Column("amount", "number", "amount of a presence, the same everywhere", 0, MOST, blank=True),
        Column("own_from", "number", "of a threshold: own places from this amount on", 0, MOST, blank=True),
        Column("rest", "text", "other keys of the rule, as in norms.toml", blank=True),
        Column("status", "choice", "legal or illustrative", choices=("legal", "illustrative")),
        Column("estimate", "flag", "an age band or an estimate stands for a missing indicator"),
        Column("calibrated_on", "code", "fact of calibration on which the rate rests", blank=True),
        Column("citation", "text", "article that the norm follows"),
        Column("basis", "text", "the stated figure or reasoning"),
        Column("valid_from", "integer", "first year", 2000, 2100),
        Column("valid_to", "integer", "last year", 2000, 2100),
    ),
)

PROPOSALS = Table(
    "proposals",
    "What municipalities propose for the regional map: new places and services, changes, closings.",
    ("municipality", "service", "kind", "site"),
    (
        MUNICIPALITY,
        SERVICE,
        Column("kind", "choice", "what is proposed", choices=("new", "larger", "smaller", "transform", "close")),
        Column("site", "code", "facility of the register; of a new one a code of its own"),
        count("places", "places afterwards"),
        count("users", "most users at a time", blank=True),
        Column("from_year", "integer", "first year", 2020, 2100),
        Column("sole_host", "flag", "the only host of the service in the region"),
        Column("serves", "text", "municipalities it is for, separated by blanks; blank: the own one", blank=True),
        eur("capital_eur", "capital cost, as the municipality estimates it", blank=True),
        Column("basis", "text", "decision of the council, building, staff at hand"),
    ),
)

CONTACT = Table(
    "contact",
    "Who filled in a municipality's template, of which version, and the sums that were signed.",
    ("field",),
    (
        Column("field", "code", "what is asked"),
        Column("answer", "text", "the answer", blank=True),
    ),
)

COLLECTED_FROM = Table(
    "provenance",
    "Where each row of collected templates was read.",
    ("table", "key"),
    (
        Column("table", "choice", "collected table", choices=("register", "proposals", "agreements")),
        Column("key", "text", "key of the row, its parts separated by blanks"),
        Column("file", "text", "file of the template"),
        Column("sheet", "text", "sheet in it"),
        Column("rows", "text", "row of the sheet; of an agreement those of both sides"),
        Column("municipality", "code", "municipality that sent it"),
    ),
)

#: What a working folder adds to the inputs of a scenario.
FOLDER_TABLES = (OWN_INDICATORS, BUDGETS, NORMS)

#: Sheets of a working folder's workbooks, by the name of their table.
TABS = {
    "own_indicators": "Показатели",
    "register": "Регистър",
    "renovations": "Ремонти",
    "agreements": "Споразумения",
    "known_travel": "Пътувания",
    "budgets": "Бюджети",
    "groups": "Потребности",
    "services": "Услуги",
    "norms": "Норми",
    "transformations": "Преобразуване",
    "complexes": "Комплекси",
    "embedded": "Вградени места",
    "apart": "Отделно",
    "professions": "Професии",
    "projection": "Прогноза",
    "bases": "Основания",
    "calibration": "Калибриране",
    "proposals": "Предложения",
    "contact": "Контакт",
    "map_in_force": "Карта в сила",
}
