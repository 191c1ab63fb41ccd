"""Bad scenarios and norms of toyland: keys, values, names, paths, and what contradicts the files."""

import shutil

import pytest

from tests.hostile.corpus import REGISTER, SCENARIO, both, refused, remake, swap

NORMS = "catalogue/norms.toml"
UNIT = "check the figure and its unit."
LEAVES = (
    "leaves the scenario's folder; write a path relative to the scenario's folder, "
    "or give the file on the command line."
)

REFUSED = {
    "norm on an indicator that is not there": (
        remake(NORMS, lambda data: data.replace(b'"older"', b'"oldr"', 1)),
        ['norms.toml, norm "day_care.need", indicator: "oldr" is not an indicator at hand; the nearest is "older".'],
    ),
    "norm on a service that is not there": (
        remake(NORMS, lambda data: data.replace(b'"day_care"\ngives = "minimum"', b'"day_cara"\ngives = "minimum"')),
        [
            'norms.toml, norm "day_care.minimum", service: "day_cara" is not a service of the catalogue; '
            'the nearest is "day_care".'
        ],
    ),
    "the same, where the scenario names its services": (
        both(
            remake(
                NORMS, lambda data: data.replace(b'"day_care"\ngives = "minimum"', b'"day_cara"\ngives = "minimum"')
            ),
            swap(SCENARIO, "years = [2027]", 'years = [2027]\nservices = ["day_care"]'),
        ),
        [
            'norms.toml, norm "day_care.minimum", service: "day_cara" is not a service of the catalogue; '
            'the nearest is "day_care".'
        ],
    ),
    "norm that has run out": (
        remake(NORMS, lambda data: data.replace(b'gives = "need"', b'gives = "need"\nvalid_to = 2026', 1)),
        [
            'norms.toml, norms: "day_care" has no norm that gives its need; '
            "add one, state its needs, or leave its services out."
        ],
    ),
    "norm for the whole world": (
        swap(NORMS, "rate = 1.0, per = 100.0", "rate = 1e6, per = 1.0"),
        [
            'norms.toml, norm "day_care.need", rule: gives 1.2e+09 users or places in one territory; '
            "check rate, per and amounts."
        ],
    ),
    "norms that are no list": (
        remake(NORMS, lambda _: b"format = 1\nnorms = 5\n"),
        ["norms.toml, norms: is not a list; begin each norm with [[norms]]."],
    ),
    "service without money": (
        swap(SCENARIO, "amount_eur = 62600.0", 'amount_eur = 62600.0\nservices = ["residence"]'),
        [
            'toyland.toml, streams: "day_care" has no budget: no running stream may pay it; '
            "add the service to a running stream, or leave it out of the scenario's services."
        ],
    ),
    "money for other municipalities only": (
        both(
            swap(SCENARIO, '["NOR", "SOU"]', '["NOR"]'),
            swap(SCENARIO, "amount_eur = 62600.0", 'amount_eur = 62600.0\nmunicipalities = ["SOU01"]'),
        ),
        [
            'toyland.toml, streams: "day_care" has no budget: no running stream may pay it; '
            "add the service to a running stream, or leave it out of the scenario's services."
        ],
    ),
    "no stream at all": (
        remake(SCENARIO, lambda data: data.split(b"[streams.state]")[0] + b"streams = {}\n"),
        [
            'toyland.toml, inputs.streams: this key is not known; the nearest is "staff".',
            "toyland.toml, streams: this key is missing; add it.",
        ],
    ),
    "streams empty": (
        remake(SCENARIO, lambda data: data.split(b"[streams.state]")[0] + b"[streams]\n"),
        [
            f'toyland.toml, streams: "{service}" has no budget: no running stream may pay it; '
            "add the service to a running stream, or leave it out of the scenario's services."
            for service in ("day_care", "residence")
        ],
    ),
    "people as money": (
        swap(SCENARIO, "amount_eur = 62600.0", 'indicator = "older"'),
        [
            'toyland.toml, streams.state.indicator: "older" is in persons, not in thousand EUR; '
            "name an indicator of money, or use shared_by."
        ],
    ),
    "stream for a service that is not there": (
        swap(SCENARIO, 'services = ["residence"]', 'services = ["residense"]'),
        ['toyland.toml, streams.programme.services: "residense" does not exist; the nearest is "residence".'],
    ),
    "key misspelt": (
        swap(SCENARIO, "mode = ", "mod = "),
        ['toyland.toml, mod: this key is not known; the nearest is "mode".'],
    ),
    "key of a stream misspelt": (
        swap(SCENARIO, "new_places_only", "new_place_only"),
        ['toyland.toml, streams.programme.new_place_only: this key is not known; the nearest is "new_places_only".'],
    ),
    "key twice": (
        swap(SCENARIO, "years = [2027]", "years = [2027]\nyears = [2028]"),
        ["toyland.toml: says a key or table twice (at line 11, column 15); keep one of them."],
    ),
    "NaN": (
        swap(SCENARIO, "62600.0", "nan"),
        ['toyland.toml, streams.state.amount_eur: "nan" is not a finite number; write the figure itself.'],
    ),
    "negative factor": (
        swap(SCENARIO, "62600.0", "62600.0\nfactor = -1.0"),
        [f'toyland.toml, streams.state.factor: "-1" is negative; {UNIT}'],
    ),
    "year 9999": (
        swap(SCENARIO, "years = [2027]", "years = [9999]"),
        [f'toyland.toml, years.0: "9999" is not between 2020 and 2100; {UNIT}'],
    ),
    "no region": (swap(SCENARIO, '["NOR", "SOU"]', "[]"), ["toyland.toml, regions: is empty; name a region."]),
    "unknown region": (
        swap(SCENARIO, '"SOU"]', '"SUO"]'),
        ['toyland.toml, regions: "SUO" is not a region; the nearest is "SOU".'],
    ),
    "unknown service": (
        swap(SCENARIO, "years = [2027]", 'years = [2027]\nservices = ["day_cara"]'),
        ['toyland.toml, services: "day_cara" is not a service of the catalogue; the nearest is "day_care".'],
    ),
    "path out of the folder": (
        swap(SCENARIO, '"register.csv"', '"../secret.csv"'),
        [f'toyland.toml, inputs.register: "../secret.csv" {LEAVES}'],
    ),
    "absolute path": (
        swap(SCENARIO, '"register.csv"', '"/etc/passwd"'),
        [f'toyland.toml, inputs.register: "/etc/passwd" {LEAVES}'],
    ),
    "path of thousands of letters": (
        swap(SCENARIO, '"register.csv"', f'"{"a" * 5000}"'),
        [
            f'toyland.toml, inputs.register: "{"a" * 80}…" cannot be a path; '
            "write a path relative to the scenario's folder."
        ],
    ),
    "path with NUL": (
        swap(SCENARIO, '"register.csv"', '"register\\u0000.csv"'),
        ['toyland.toml, inputs.register: "register\\u0000.csv" holds a control character; type the text again.'],
    ),
    "file that is not there": (
        swap(SCENARIO, '"register.csv"', '"registre.csv"'),
        ['toyland.toml, inputs.register: "registre.csv" does not exist; looked in toyland and in the shipped data.'],
    ),
    "a folder of the shipped data for a file": (
        swap(SCENARIO, '"register.csv"', '"register"'),
        ['toyland.toml, inputs.register: "register" is a folder; name the file in it.'],
    ),
    "name that leaves the output folder": (
        swap(SCENARIO, 'name = "toyland"', 'name = "../../toyland"'),
        [
            'toyland.toml, name: "../../toyland" cannot name a folder; '
            "use Latin letters, digits, - and _, at most 100: it names a folder."
        ],
    ),
}


@pytest.mark.parametrize(("change", "sentences"), REFUSED.values(), ids=REFUSED)
def test_a_bad_scenario_is_refused_in_these_sentences(toyland, run, change, sentences):
    shutil.copy(toyland / REGISTER, toyland.parent / "secret.csv")
    assert refused(run, toyland, change) == sentences
