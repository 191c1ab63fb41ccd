"""The unit of money decides nothing: a plan in hundredths of EUR, or in thousands of them, is the same plan."""

import pytest

from tests.toyland import toyland


def in_unit(scale):
    """Toyland with every amount multiplied."""
    country = toyland()
    services = country.tables["services"].copy()
    for column in services.columns:
        if column.endswith("_eur"):
            services[column] = services[column] * scale
    budgets = {name: {year: eur * scale for year, eur in by.items()} for name, by in country.budgets_eur.items()}
    return type(country)(country.scenario, {**country.tables, "services": services}, budgets)


@pytest.fixture(scope="module")
def usual():
    return toyland().results()


@pytest.mark.parametrize("scale", [0.01, 1e4])
def test_amounts_multiplied_give_the_same_plan_and_amounts_multiplied(usual, scale):
    results = in_unit(scale).results()
    for name in ("allocation", "capacity", "unmet", "compliance"):
        assert results[name].equals(usual[name]), name
    amounts, before = (tables["spending"]["amount_eur"].astype(float) for tables in (results, usual))
    assert amounts.tolist() == pytest.approx((before * scale).tolist(), abs=0.005)
    keys = ["municipality", "service", "stream", "kind", "year"]
    assert results["spending"][keys].equals(usual["spending"][keys])
