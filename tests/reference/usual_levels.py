"""Measure how far provinces and the country lie from the usual levels of the package; write usual_levels.json.

Usage: python tests/reference/usual_levels.py [../shared/data]

Two compilations of the China Statistical Yearbooks and the yearbooks on science and technology (National Bureau of
Statistics), not part of the project: provincial accounts and energy, 1990-2025, and indicators of high-tech industry,
research, patents and budgets, 2010-2023. For each column in the dictionary's unit: the largest distance of a province's
median from its share by population of the national total (`spread`), and of a year's total of the provinces from the line
through 2011 and 2020 (`drift`), in powers of ten, over 2008-2023; `drift_a_year`: by how much a year the total
misses the line further before 2008 than the level allows. `cities`: the largest distance of a city's population, 2007-2023.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from digimfg.panels.usual_levels import NATIONAL_LEVELS, POPULATION_2020_10K
from digimfg.variables.unit_names import unit_code

HERE = Path(__file__).parent
ENERGY = "panels/china_province_energy/china_provincial_1990_2025_raw.csv"
CITIES = "panels/china_city/city_panel_2007_2023.xlsx"
HIGHTECH = "panels/china_province_hightech"
CHINA = sum(POPULATION_2020_10K.values())

ACCOUNTS = {
    "gdp_100m_yuan": ("Regional GDP", 1.0),
    "secondary_value_added_100m_yuan": ("Secondary industry value added", 1.0),
    "tertiary_value_added_100m_yuan": ("Tertiary industry value added from Long", 1.0),
    "industry_value_added_100m_yuan": ("Industrial value added from Long", 1.0),
    "resident_population_10k": ("Population", 1.0),
    "co2_10k_t": ("Total apparent CO2 emissions (mt)", 100.0),
}
INDICATORS = {
    "hightech_firms": ("IndustryOperation", "企业数", 1.0),
    "hightech_revenue_100m_yuan": ("IndustryOperation", "主营业务收入", 1.0),
    "hightech_profit_100m_yuan": ("IndustryOperation", "利润总额", 1.0),
    "fiscal_expenditure_100m_yuan": ("PublicBudget", "合计", 1.0),
    "education_expenditure_100m_yuan": ("PublicBudget", "教育", 1.0),
    "science_expenditure_100m_yuan": ("PublicBudget", "科学技术", 1.0),
    "rd_expenditure_100m_yuan": ("RDActivity", "合计", 1e-4),
    "rd_personnel_person_years": ("RDLaborHour", "合计", 1.0),
    "patents_applied": ("RDPatentAccept", "合计", 1.0),
    "patents_granted": ("RDPatentAuthority", "合计", 1.0),
    "invention_patents_granted": ("RDPatentAuthority", "发明", 1.0),
    "patents_in_force": ("RDPatentValid", "合计", 1.0),
    "technology_market_100m_yuan": ("MarketPull", "金额", 1e-4),
}


def columns(folder: Path) -> dict[str, pd.DataFrame]:
    """Return name → province, year, value, people, in the dictionary's unit."""
    accounts = pd.read_csv(folder / ENERGY, encoding="utf-8-sig").rename(
        columns={"Province": "province", "Year": "year"}
    )
    found = {
        name: accounts.assign(value=factor * pd.to_numeric(accounts[column], errors="coerce"))
        for name, (column, factor) in ACCOUNTS.items()
    }
    for name, (file, part, factor) in INDICATORS.items():
        table = pd.read_csv(folder / HIGHTECH / f"{file}.csv")
        found[name] = table[table["chn_block4"] == part].assign(
            value=lambda one, by=factor: by * one["value"]
        )
    return {name: _known(table) for name, table in found.items()}


def _known(table: pd.DataFrame) -> pd.DataFrame:
    code = table["province"].map(lambda name: unit_code("province", name))
    known = table.assign(code=code, people=code.map(POPULATION_2020_10K))
    return known.loc[known["people"].notna() & (known["value"] > 0), ["code", "year", "value", "people"]]


def distances(name: str, table: pd.DataFrame) -> dict[str, float]:
    """Return the distances of one column from its level."""
    level = NATIONAL_LEVELS[name]
    growth = np.log10(level.in_2020 / level.in_2011) / 9
    usual = 10 ** (np.log10(level.in_2011) + growth * (table["year"] - 2011)) * table["people"] / CHINA
    known = table.assign(usual=usual, away=np.log10(table["value"] / usual))
    lately = known["year"].between(2008, 2023)
    sums = known.groupby("year")[["value", "usual", "people"]].sum()
    sums = sums[sums["people"] >= 0.8 * CHINA]
    total = np.log10(sums["value"] / sums["usual"])
    inside = (total.index >= 2008) & (total.index <= 2023)
    before = total[total.index < 2008].abs()
    need = (before - level.drift) / (2008 - before.index.to_numpy())
    spread = known[lately].groupby("code")["away"].median().abs().max()
    answer = {"spread": round(float(spread), 2), "drift": round(float(total[inside].abs().max()), 2)}
    return answer | ({"drift_a_year": round(max(0.0, float(need.max())), 3)} if len(before) else {})


def cities(folder: Path) -> float:
    """Return how far the population of a city lies from that of a usual one."""
    table = pd.read_excel(folder / CITIES, engine="openpyxl")
    usual = NATIONAL_LEVELS["resident_population_10k"].in_2020 * 420.0 / CHINA
    return round(
        float(np.log10(table["population"] / usual).groupby(table["city_code"]).median().abs().max()), 2
    )


def per_person(folder: Path) -> float:
    """Return how far GDP per person lies from GDP over people to 2020; later years of the compilation join others' series."""
    table = pd.read_csv(folder / ENERGY, encoding="utf-8-sig").query("Year <= 2020")
    away = np.log10(table["GDP per capita from Long"] / (table["Regional GDP"] * 1e4 / table["Population"]))
    return round(float(away.abs().max()), 2)


if __name__ == "__main__":
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[2] / "shared" / "data"
    observed = {"columns": {name: distances(name, table) for name, table in columns(data).items()}}
    observed |= {"cities": cities(data), "per_person": per_person(data)}
    (HERE / "usual_levels.json").write_text(json.dumps(observed, indent=1) + "\n", encoding="utf-8")
