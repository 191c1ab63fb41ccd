"""Toyland with everything a planner may give: every optional table and every key of a scenario, right."""

from pathlib import Path

TABLES = {
    "catalogue/transformations.csv": """\
from_service,to_service,places_factor,capital_cost_place_eur,status,basis
old_day,day_care,0.5,400.00,illustrative,toyland
""",
    "catalogue/complexes.csv": """\
complex,services,saved_running_eur,basis
roof,day_care residence,500.00,toyland
""",
    "catalogue/embedded.csv": """\
service,host_service,places_per_facility,basis
respite,day_care,2,toyland
""",
    "catalogue/apart.csv": """\
target_group,other_group,basis
older_people,children,toyland
""",
    "catalogue/professions.csv": """\
service,profession,posts_per_place,basis
day_care,nurse,0.1,toyland
residence,nurse,0.2,toyland
""",
    "renovations.csv": """\
site,kind,by_year,cost_eur,places_lost,origin,basis
day_NOR01,energy,2030,1000.00,4,attested,toyland
""",
    "candidates.csv": """\
site,municipality,service,min_places,max_places,most_facilities,running_cost_facility_eur,\
capital_cost_place_eur,capital_cost_facility_eur,from_year,basis
plot_NOR03,NOR03,residence,,6,1,1500.00,,,2030,toyland
plot_SOU01,SOU01,residence,,,2,,,,,toyland
""",
    "agreements.csv": """\
municipality,host,service,status,basis
NOR02,NOR01,*,signed,toyland
NOR03,SOU03,day_care,refused,toyland
""",
    "staff.csv": """\
territory,profession,year,posts,basis
NOR,nurse,2027,5.5,toyland
SOU01,nurse,2030,4,toyland
""",
    "stated_needs.csv": "municipality,group,year,need_users,source_class,basis\n"
    + "".join(
        f"{m},respite,{year},2,municipal_study,toyland\n"
        for m in ("NOR01", "NOR02", "NOR03", "SOU01", "SOU02", "SOU03")
        for year in (2027, 2030)
    ),
    "trip_costs.csv": """\
municipality,host,service,cost_user_eur
NOR02,NOR01,day_care,120.5
""",
    "settlements.csv": """\
settlement,municipality,name,lon,lat,population
90001,NOR01,Горно,25.0,43.0,900
00101,NOR01,Село,25.1,43.0,300
00102,NOR02,Празно,25.2,43.1,0
00103,NOR02,Никъде,,,40
""",
}
MORE = {
    "catalogue/groups.csv": "respite,Отмяна,Respite,Отмяна,Respite,2\n",
    "catalogue/services.csv": (
        "old_day,Стар център,Old centre,Стар център,Old centre,day_care,2,,,day_and_community,old,day_care,2029,"
        "municipal,community,older_people,1,1,20,0.2,30,0,900.00,900.00,100.00,0.00,0.00,0.00\n"
        "respite,Отмяна,Respite,Отмяна,Respite,respite,1,,,residential,new,,,"
        "municipal,residential,children,1,0,0,0.3,30,1,1500.00,0.00,100.00,10.00,500.00,0.00\n"
        "assistance,Асистент,Assistance,Асистент,Assistance,residence,2,,0.9,home_and_mobile,new,,,"
        "municipal,home,older_people,1,0,0,0.4,0,0,800.00,0.00,0.00,0.00,0.00,0.00\n"
    ),
    "register.csv": (
        "old_SOU02,SOU02,old_day,8,7,keep,,,,estimated,Toyland: an old type\n"
        "day_NOR03,NOR03,day_care,5,,keep,,2027,2030,attested,Toyland: under construction\n"
    ),
}
KEYS = """\
years = [2027, 2030]
old_types_until = 2028
agreements_default = "refused"
single_assignment = ["residence"]
most_openings_per_year = 3
capital_life_years = 20
shares = [{ service = "assistance", least = 0.1, most = 0.8 }]
locks = [
  { id = "home", author = "a", reason = "r", what = "places", value = 6, relation = "least",\
 service = "residence", municipality = "NOR01", site = "home_NOR01", year = 2027 },
  { id = "guests", author = "a", reason = "r", what = "users", value = 1, relation = "most",\
 service = "day_care", municipality = "NOR02", host = "NOR01" },
]
site_limits = [{ service = "residence", territory = "SOU", relation = "most", number = 2, basis = "b" }]
hubs = [{ municipality = "SOU01", most_services = 3, excluded_services = ["day_care"], reason = "r" }]
"""
END = """
[streams.own]
name_bg = "Свои"
name_en = "Own"
kind = "running"
payer = "other"
by_year = { 2027 = 1000.0, 2030 = 2000.0 }
status = "illustrative"
basis = "b"

[streams.plan]
name_bg = "План"
name_en = "Plan"
kind = "capital"
amount_eur = 5000.0
first_year = 2026
last_year = 2028
carry_over = false
purposes = ["renovate", "transform"]
status = "illustrative"
basis = "b"

[projection]
method = "constant"

[solver]
tolerance = 1e-4
tolerances = { unmet = 1e-3, keep_users = 1e-3 }
nodes = { cost = 1000 }
"""


def everything(folder: Path) -> Path:
    """A copy of toyland in ``folder`` made whole; gives the folder."""
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for name, rows in MORE.items():
        with (folder / name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(rows)
    given = [Path(name).stem for name in TABLES if not name.startswith("catalogue/")]
    inputs = "".join(f'{key} = "{key}.csv"\n' for key in given)
    scenario = (folder / "toyland.toml").read_text(encoding="utf-8")
    scenario = scenario.replace("years = [2027]\n", KEYS).replace("[inputs]\n", "[inputs]\n" + inputs)
    growing = scenario.replace("amount_eur = 62600.0\n", "amount_eur = 62600.0\ngrowth_per_year = 0.01\n")
    (folder / "toyland.toml").write_text(growing + END, encoding="utf-8", newline="\n")
    return folder
