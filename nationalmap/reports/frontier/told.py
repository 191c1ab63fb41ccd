"""A frontier in sentences, in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.reports.frontier.series import end, most_served, steps
from nationalmap.reports.sureness import share_in_words
from nationalmap.reports.texts import counted, listed, number, percent, text

if TYPE_CHECKING:
    from nationalmap.domain.frontier import Frontier
    from nationalmap.reports.frontier.series import Step


def sentences(frontier: Frontier, language: str) -> list[str]:
    """What an official reads first: the range, the first step, the package, the end, the price of nesting."""
    free = steps(frontier, "free")
    said = [
        _range(free, language),
        _gained(free, language),
        _package(free, language),
        _end(frontier, free, language),
        _beyond(free[-1], language),
    ]
    if frontier.asked.nested:
        said.append(_price(free, steps(frontier, "nested"), language))
    return [sentence for sentence in (*said, sure(frontier, language)) if sentence]


def million(eur: float, language: str) -> str:
    """An amount in millions of EUR, two decimals."""
    return text("frontier.million", language, amount=number(eur / 1e6, language, 2))


def factor(step: Step, language: str) -> str:
    """A multiple as per cent, with a decimal where it has one."""
    return percent(step.factor, language, 0 if round(step.factor * 100, 4).is_integer() else 1)


def _range(free: tuple[Step, ...], language: str) -> str:
    first, last = free[0], free[-1]

    def span(one: str, other: str) -> str:
        return one if one == other else text("frontier.says.from_to", language, first=one, last=other)

    return text(
        "frontier.says.range",
        language,
        factors=span(factor(first, language), factor(last, language)),
        budgets=span(million(first.budget_eur, language), million(last.budget_eur, language)),
        shares=span(percent(first.shown, language, 1), percent(last.shown, language, 1)),
    )


def _gained(free: tuple[Step, ...], language: str) -> str:
    first, second = free[:2]
    if second.served <= first.served:
        return ""
    return text(
        "frontier.says.gained",
        language,
        money=million(second.budget_eur - first.budget_eur, language),
        first=factor(first, language),
        second=factor(second, language),
        cases=counted(second.served - first.served, "case", language),
    )


def _package(free: tuple[Step, ...], language: str) -> str:
    municipalities = counted(free[0].municipalities, "municipality", language)
    for at, step in enumerate(free):
        if all(later.complied == later.municipalities for later in free[at:]):
            values = {"budget": million(step.budget_eur, language), "factor": factor(step, language)}
            return text("frontier.says.package_from", language, municipalities=municipalities, **values)
    most = number(max(step.complied for step in free), language)
    return text("frontier.says.package_never", language, municipalities=municipalities, complied=most)


def _end(frontier: Frontier, free: tuple[Step, ...], language: str) -> str:
    """Where more money stops to help, or that it goes on."""
    last = end(frontier)
    if last is None:
        more = most_served(frontier) - free[-1].served
        key = "frontier.says.goes_on" if more > 0 else "frontier.says.goes_on_other"
        return text(key, language, factor=factor(free[-1], language), more=counted(max(more, 0), "case", language))
    return text(
        "frontier.says.end_other" if last.no_place else "frontier.says.end_all",
        language,
        factor=factor(last, language),
        left=counted(last.no_place, "case", language),
        spent=million(last.spent_eur, language),
    )


def _beyond(step: Step, language: str) -> str:
    """Cases that none of this money reaches."""
    cases = {"reach": step.out_of_reach, "maximum": step.above_maximum}
    parts = [
        text(f"frontier.says.beyond_{why}", language, n=counted(n, "case", language)) for why, n in cases.items() if n
    ]
    return text("frontier.says.beyond", language, parts=listed(parts, language)) if parts else ""


def _price(free: tuple[Step, ...], nested: tuple[Step, ...], language: str) -> str:
    """What nesting takes away at which budget, packages first; a later class may gain by it."""
    points = [
        text("frontier.says.price_point", language, factor=factor(step, language), parts=listed(parts, language))
        for alone, step in zip(free, nested, strict=True)
        if (parts := [*_packages(alone, step, language), *_classes(step, language)])
    ]
    if not points:
        return text("frontier.says.price_none", language)
    return text("frontier.says.price", language, points=listed(points, language, "parts"))


def _packages(alone: Step, step: Step, language: str) -> list[str]:
    """Packages missing with and without nesting, where they differ."""
    with_it, without = (number(each.missing, language, 2) for each in (step, alone))
    said = text("frontier.says.price_package", language, nested=with_it, free=without)
    return [said] if with_it != without else []


def _classes(step: Step, language: str) -> list[str]:
    """Cases fewer or more by priority class."""
    return [
        text(
            f"frontier.says.price_class_{'fewer' if price > 0 else 'more'}",
            language,
            number=code,
            cases=counted(abs(price), "case", language),
        )
        for code, _, price in step.by_class
        if price
    ]


def sure(frontier: Frontier, language: str) -> str:
    """How surely the points are known."""
    both = (*steps(frontier, "free"), *steps(frontier, "nested"))
    gap = share_in_words(max(step.gap for step in both), language)
    opened = sorted({step.factor: step for step in both if not step.proven}.items())
    if not opened:
        return text("frontier.says.sure_all", language, gap=gap)
    points = listed((factor(step, language) for _, step in opened), language)
    return text("frontier.says.sure_open", language, points=points, gap=gap)
