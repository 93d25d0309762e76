"""What Chinese provinces, cities and listed firms usually have, to within a factor: enough to tell 万元 from
亿元.

Levels are totals of the 31 provinces in the statistical yearbooks of the National Bureau of Statistics and
the ministries, rounded. Nineteen of them, those of accounts, people, budgets, research, patents, high-tech
industry and CO2, were held against compiled provincial series of 2008 to 2023: totals lie within 0.2 powers
of ten of their lines, provinces within 0.05 (people) to 1.43 (high-tech revenue) of their shares, and no
allowance below is nearer than 0.2 to what was found (``tests/reference/usual_levels.json``). The others were
set by those most like them, as bounds and no estimates.

A wrong unit is off by a power of ten or more (万 is four, 亿 eight), a series in its own unit by less: an
allowance is chosen between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["FIRM_RANGES", "NATIONAL_LEVELS", "POPULATION_2020_10K", "RANGES", "NationalLevel", "Usual"]


@dataclass(frozen=True, slots=True)
class NationalLevel:
    """Hold a national total in the dictionary's unit, and how far a province may lie from its share by
    population.

    Parameters
    ----------
    in_2011, in_2020
        Total of the 31 provinces, rounded; other years lie on the line of constant growth through both.
    spread
        Largest usual distance of one province from its share by population, in powers of ten; by default 0.8,
        0.2 above the largest found of output, services and budgets (0.6).
    drift
        Largest usual distance of the total from that line, in powers of ten; by default 0.6, three times the
        furthest found (0.2, patents).
    """

    in_2011: float
    in_2020: float
    spread: float = 0.8
    drift: float = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """State what is usual in a panel: the levels of its columns, and how its series move. Its checks compare
    with it.

    Parameters
    ----------
    totals
        Columns that grow with the number of people.
    ranges, file_ranges
        Column → where the median of a unit lies over its years, and the median of a whole file.
    people
        Resident population of each unit in 2020, 10,000 persons; or that of a usual one, where units differ
        by `spread`.
    spread
        How much further a unit may lie from its share of a total, in powers of ten; populations of cities lie
        within 0.91 of the usual one, and 1.4 leaves the half that columns differ by.
    even
        Whether every unit has every year, and no total is zero.
    slips
        How bad a value is that stands a power of ten off its neighbours in time.
    longest_gap
        Years over which neighbours in time are compared.
    covered
        Share of the people of all provinces from which a file's total is compared with the national one.
    drift_a_year
        Powers of ten by which the line through 2011 and 2020 may miss further, a year outside 2008 to 2023:
        twice the most that was needed back to 1990 (0.021, industry).
    nowhere_zero
        A total whose `spread` is no larger is zero in no unit: at 1.4 it is a twenty-fifth of its share.
    per_person
        Powers of ten by which a column per person may miss its total over the population: found to 2020 are
        0.18 (registered for resident people), and a slip is 1.
    dissolved
        Unit → its last full year, and the units that took it over.
    """

    totals: Mapping[str, NationalLevel] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    file_ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    people: Mapping[str, float] | float = 0.0
    spread: float = 0.0
    even: bool = False
    slips: Literal["error", "warning"] = "error"
    longest_gap: int = 10
    covered: float = 0.8
    drift_a_year: float = 0.04
    nowhere_zero: float = 1.4
    per_person: float = 0.8
    dissolved: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)


POPULATION_2020_10K = {
    "110000": 2189.0, "120000": 1387.0, "130000": 7461.0, "140000": 3492.0, "150000": 2405.0,
    "210000": 4259.0, "220000": 2407.0,
    "230000": 3185.0, "310000": 2487.0, "320000": 8475.0, "330000": 6457.0, "340000": 6103.0,
    "350000": 4154.0, "360000": 4519.0,
    "370000": 10153.0, "410000": 9937.0, "420000": 5775.0, "430000": 6644.0, "440000": 12601.0,
    "450000": 5013.0, "460000": 1008.0,
    "500000": 3205.0, "510000": 8367.0, "520000": 3856.0, "530000": 4721.0, "540000": 365.0, "610000": 3953.0,
    "620000": 2502.0,
    "630000": 592.0, "640000": 720.0, "650000": 2585.0,
}  # fmt: skip
"""Resident population of the provinces in the census of 2020, 10,000 persons (National Bureau of Statistics,
2021)."""

NATIONAL_LEVELS = {
    "gdp_100m_yuan": NationalLevel(488e3, 1014e3),
    "primary_value_added_100m_yuan": NationalLevel(45e3, 78e3, 1.4),
    "secondary_value_added_100m_yuan": NationalLevel(227e3, 384e3, 1.0),
    "tertiary_value_added_100m_yuan": NationalLevel(216e3, 552e3),
    "industry_value_added_100m_yuan": NationalLevel(195e3, 313e3, 1.3),
    "resident_population_10k": NationalLevel(134.9e3, 141.2e3, 0.5, 0.4),
    "registered_population_10k": NationalLevel(134e3, 140e3, 0.6, 0.4),
    "employment_10k": NationalLevel(76e3, 75e3, 0.6),
    "primary_employment_10k": NationalLevel(26e3, 17.7e3, 1.6),
    "secondary_employment_10k": NationalLevel(22e3, 21.5e3, 1.0),
    "tertiary_employment_10k": NationalLevel(27e3, 35.8e3, 0.7),
    "fiscal_revenue_100m_yuan": NationalLevel(52.5e3, 100e3),
    "fiscal_expenditure_100m_yuan": NationalLevel(92.7e3, 210.6e3),
    "science_expenditure_100m_yuan": NationalLevel(1.9e3, 5.8e3, 1.4),
    "education_expenditure_100m_yuan": NationalLevel(15.5e3, 34.7e3),
    "trade_10k_usd": NationalLevel(364e6, 466e6, 2.5, 0.7),
    "exports_10k_usd": NationalLevel(190e6, 259e6, 2.8, 0.7),
    "imports_10k_usd": NationalLevel(174e6, 206e6, 3.0, 0.7),
    "fdi_10k_usd": NationalLevel(16e6, 25e6, 3.0, 1.0),
    "loans_100m_yuan": NationalLevel(548e3, 1727e3, 1.0),
    "deposits_100m_yuan": NationalLevel(809e3, 2126e3, 1.0),
    "retail_sales_100m_yuan": NationalLevel(180e3, 392e3),
    "fixed_investment_100m_yuan": NationalLevel(311e3, 519e3, 0.9, 0.7),
    "capital_stock_100m_yuan": NationalLevel(900e3, 2600e3, 1.3, 0.9),
    "university_students_10k": NationalLevel(2.3e3, 3.3e3),
    "broadband_subscribers_10k": NationalLevel(15e3, 48e3, 0.8, 0.7),
    "internet_ports_10k": NationalLevel(23e3, 95e3, 0.8, 0.7),
    "mobile_phones_10k": NationalLevel(98.6e3, 159e3, 0.7),
    "mobile_internet_users_10k": NationalLevel(64e3, 135e3, 0.8, 0.7),
    "base_stations_10k": NationalLevel(175.0, 931.0, 0.9, 0.7),
    "optical_cable_km": NationalLevel(842e3, 1118e3, 1.8, 0.8),
    "domains_10k": NationalLevel(774.0, 4198.0, 2.5, 1.0),
    "web_pages_10k": NationalLevel(8.7e6, 31.5e6, 3.8, 1.0),
    "telecom_services_100m_yuan": NationalLevel(11.8e3, 30e3, 1.3, 0.95),
    "telecom_revenue_100m_yuan": NationalLevel(9.9e3, 13.6e3, 0.7),
    "it_employment_10k": NationalLevel(213.0, 487.0, 1.6),
    "software_revenue_100m_yuan": NationalLevel(18.8e3, 81.6e3, 3.6, 0.7),
    "ecommerce_sales_100m_yuan": NationalLevel(40e3, 189e3, 2.0, 0.7),
    "ecommerce_purchases_100m_yuan": NationalLevel(25e3, 108e3, 2.2, 0.8),
    "express_parcels_10k": NationalLevel(367e3, 8336e3, 2.0, 0.8),
    "online_retail_100m_yuan": NationalLevel(12e3, 118e3, 2.4, 0.9),
    "industrial_firms": NationalLevel(326e3, 399e3, 1.5),
    "industrial_revenue_100m_yuan": NationalLevel(842e3, 1084e3, 1.6),
    "industrial_profit_100m_yuan": NationalLevel(61e3, 68e3, 2.8, 0.7),
    "manufacturing_revenue_100m_yuan": NationalLevel(730e3, 945e3, 2.4),
    "manufacturing_employment_10k": NationalLevel(4.1e3, 3.8e3, 2.6, 0.7),
    "hightech_firms": NationalLevel(21.7e3, 40.2e3, 2.0, 0.7),
    "hightech_revenue_100m_yuan": NationalLevel(87.5e3, 174.6e3, 2.8, 0.7),
    "hightech_profit_100m_yuan": NationalLevel(5.2e3, 12.4e3, 2.8, 0.7),
    "new_product_revenue_100m_yuan": NationalLevel(100.6e3, 238e3, 3.5, 0.7),
    "export_delivery_100m_yuan": NationalLevel(99.6e3, 122e3, 3.8, 0.7),
    "rd_expenditure_100m_yuan": NationalLevel(8.7e3, 24.4e3, 2.0),
    "industrial_rd_expenditure_100m_yuan": NationalLevel(6.0e3, 15.3e3, 3.0, 0.7),
    "rd_personnel_person_years": NationalLevel(2.88e6, 5.23e6, 1.7),
    "patents_applied": NationalLevel(1.50e6, 5.02e6, 2.0, 0.7),
    "patents_granted": NationalLevel(0.88e6, 3.52e6, 2.0, 0.7),
    "invention_patents_granted": NationalLevel(112e3, 441e3, 2.2, 0.7),
    "patents_in_force": NationalLevel(2.30e6, 11.2e6, 2.0, 0.7),
    "technology_market_100m_yuan": NationalLevel(4.8e3, 28.3e3, 3.2, 0.7),
    "industrial_so2_t": NationalLevel(20.2e6, 2.5e6, 2.3, 0.8),
    "industrial_wastewater_10k_t": NationalLevel(2.31e6, 1.8e6, 2.0, 0.7),
    "industrial_solid_waste_10k_t": NationalLevel(323e3, 368e3, 2.2, 0.7),
    "co2_10k_t": NationalLevel(900e3, 1000e3, 1.5),
}  # fmt: skip
"""Totals that grow with the number of people (statistical yearbooks; rounded, as orders of magnitude
need)."""

RANGES = {
    "gdp_per_capita_yuan": (1_500.0, 500_000.0),
    "gdp_index_previous_year": (80.0, 135.0),
    "consumer_price_index_previous_year": (85.0, 135.0),
    "producer_price_index_previous_year": (65.0, 150.0),
    "investment_price_index_previous_year": (80.0, 140.0),
    "urbanization_pct": (8.0, 100.0),
    "population_density_per_km2": (0.5, 10_000.0),
    "land_area_km2": (500.0, 1_700_000.0),
    "tertiary_gdp_pct": (12.0, 95.0),
    "secondary_gdp_pct": (6.0, 92.0),
    "structure_upgrading_ratio": (0.1, 20.0),
    "broadband_subscribers_per_100": (0.2, 130.0),
    "mobile_phones_per_100": (0.3, 300.0),
    "telecom_services_per_capita_yuan": (40.0, 30_000.0),
    "it_employment_share_pct": (0.15, 30.0),
    "ecommerce_firms_pct": (0.5, 40.0),
    "websites_per_100_firms": (10.0, 120.0),
    "computers_per_100_employees": (5.0, 150.0),
    "digital_finance_index": (5.0, 700.0),
    "rd_intensity_pct": (0.02, 10.0),
    "energy_intensity_tce_per_10k_yuan": (0.08, 8.0),
    "solid_waste_utilization_pct": (0.3, 130.0),
}
"""Ratios and indices: where the median of a province or a city lies over its years."""

FIRM_RANGES = {
    "total_assets_yuan": (1e5, 1e13), "total_liabilities_yuan": (1e4, 1e13), "fixed_assets_yuan": (1e4, 1e12),
    "revenue_yuan": (1e5, 1e13), "operating_costs_yuan": (1e5, 1e13), "pay_yuan": (1e4, 1e12),
    "employees": (3.0, 1e5),
    "debt_asset_ratio": (0.04, 1.5), "return_on_assets_ratio": (-0.6, 0.6), "tobin_q_ratio": (0.2, 30.0),
    "top_shareholder_pct": (2.0, 99.0),
}  # fmt: skip
"""Where the median of a file of firms lies, from small firms to listed ones."""
