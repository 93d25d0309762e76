"""Simulate a panel: Chinese provinces, cities, firms or countries, with known truth and realistic columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.frames.said import MARK
from digimfg.kinds import AtLeast, AtMost, Seed, Year
from digimfg.simulation.indicators import Moments, simulate_indicators
from digimfg.simulation.mechanisms import simulate_mechanisms
from digimfg.simulation.statements import simulate_statements
from digimfg.simulation.system import simulate_firms_system, simulate_system
from digimfg.simulation.truth import SimulationTruth

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SimulatedPanel", "simulate_panel"]

Floats = NDArray[np.float64]
SimulatedPanel = Literal["china_province", "china_city", "firm", "world"]

# Magnitudes of the China Statistical Yearbook, 2012 to 2023, rounded.
_PROVINCES = (
    Moments("resident_population_10k", 3800, 0.004, 0.80, 0.005, 0.1),
    Moments("gdp_per_capita_yuan", 36_000, 0.080, 0.42, 0.03, 0.7),
    Moments("urbanization_pct", 53, 0.080, 0.55, 0.03, 0.6, 100),
    Moments("fiscal_expenditure_100m_yuan", 3000, 0.085, 0.50, 0.05, 0.3),
    Moments("science_expenditure_100m_yuan", 45, 0.110, 0.90, 0.10, 0.6),
    Moments("education_expenditure_100m_yuan", 480, 0.080, 0.55, 0.04, 0.3),
    Moments("exports_10k_usd", 1_500_000, 0.060, 1.50, 0.15, 0.6),
    Moments("rd_intensity_pct", 1.3, 0.040, 0.60, 0.06, 0.7, 10),
    Moments("patents_granted", 12_000, 0.160, 1.30, 0.15, 0.7),
    Moments("broadband_subscribers_per_100", 10.5, 0.115, 0.35, 0.05, 0.8),
    Moments("mobile_phones_per_100", 72, 0.045, 0.22, 0.04, 0.8),
    Moments("it_employment_share_pct", 1.3, 0.030, 0.45, 0.07, 0.8, 30),
    Moments("telecom_revenue_100m_yuan", 280, 0.045, 0.65, 0.04, 0.5),
    Moments("software_revenue_100m_yuan", 110, 0.160, 1.80, 0.20, 0.7),
    Moments("digital_finance_index", 90, 0.130, 0.10, 0.04, 0.8),
    Moments("industrial_revenue_100m_yuan", 20_000, 0.040, 1.00, 0.06, 0.3),
    Moments("hightech_revenue_100m_yuan", 1100, 0.120, 1.60, 0.15, 0.6),
    Moments("energy_intensity_tce_per_10k_yuan", 0.95, -0.045, 0.45, 0.04, -0.5),
)
# Of the China City Statistical Yearbook, rounded in the same manner.
_CITIES = (
    Moments("resident_population_10k", 380, 0.004, 0.70, 0.005, 0.1),
    Moments("gdp_per_capita_yuan", 34_000, 0.080, 0.50, 0.03, 0.7),
    Moments("urbanization_pct", 50, 0.080, 0.55, 0.03, 0.6, 100),
    Moments("fiscal_expenditure_100m_yuan", 220, 0.085, 0.65, 0.05, 0.3),
    Moments("science_expenditure_100m_yuan", 3.5, 0.110, 1.10, 0.10, 0.6),
    Moments("education_expenditure_100m_yuan", 42, 0.080, 0.60, 0.04, 0.3),
    Moments("patents_granted", 1100, 0.160, 1.50, 0.15, 0.7),
    Moments("broadband_subscribers_per_100", 12, 0.115, 0.40, 0.05, 0.8),
    Moments("mobile_phones_per_100", 78, 0.045, 0.28, 0.04, 0.8),
    Moments("it_employment_share_pct", 1.1, 0.030, 0.55, 0.07, 0.8, 30),
    Moments("telecom_revenue_100m_yuan", 24, 0.045, 0.80, 0.04, 0.5),
    Moments("digital_finance_index", 90, 0.130, 0.12, 0.04, 0.8),
)
_SYSTEM = 20_240_811  # of the random numbers of the paper's system, far from the keys that spawning gives
_ITEMS = 20_240_812  # of those of firms' statements
_SECTORS = (0.10, 0.45, 0.45)
_SECTOR_COLUMNS = ("primary", "secondary", "tertiary")
_FIRMS = (
    Moments("total_assets_yuan", 2.6e9, 0.070, 1.20, 0.10, 0.2),
    Moments("revenue_yuan", 1.5e9, 0.080, 1.30, 0.20, 0.3),
    Moments("employees", 2200, 0.030, 1.10, 0.12, 0.2),
    Moments("fixed_assets_yuan", 5.5e8, 0.050, 1.40, 0.15, 0.1),
    Moments("firm_rd_expenditure_yuan", 4.5e7, 0.110, 1.40, 0.25, 0.5),
    Moments("debt_asset_ratio", 0.40, 0.0, 0.45, 0.12, 0.0, 1),
    Moments("top_shareholder_pct", 33, -0.01, 0.45, 0.05, 0.0, 100),
    Moments("tobin_q_ratio", 1.7, 0.0, 0.35, 0.25, 0.3),
)
_WORLD = (
    Moments("gdp_per_capita_usd2015", 5500, 0.020, 1.35, 0.05, 0.7),
    Moments("population", 9.0e6, 0.013, 1.50, 0.005, 0.0),
    Moments("human_capital", 2.1, 0.008, 0.22, 0.01, 0.6),
    Moments("internet_users_pct", 0.8, 0.260, 1.10, 0.15, 0.8, 100),
)
_SIZES: dict[str, tuple[int, int, int]] = {
    "china_province": (31, 2011, 2022),
    "china_city": (200, 2011, 2022),
    "firm": (600, 2011, 2022),
    "world": (120, 1995, 2019),
}


@checked
def simulate_panel(
    name: SimulatedPanel,
    *,
    seed: Seed | np.random.SeedSequence,
    truth: SimulationTruth | None = None,
    units: Annotated[int, AtLeast(2), AtMost(1_000_000)] | None = None,
    years: tuple[Year, Year] | None = None,
) -> pd.DataFrame:
    """Return a synthetic panel: known truth, columns with realistic moments, no real observation.

    Parameters
    ----------
    name
        ``"china_province"``: 31 provinces × 2011-2022, shocks and one outcome spread over the contiguity of
        the provinces; ``"china_city"``: 200 cities spread over the country, 2011-2022; ``"firm"``: listed
        manufacturers, 2011-2022, unbalanced (firms enter and leave), with a Poisson count of digital words;
        ``"world"``: countries × 1995-2019. Columns of the dictionary carry its units and pass
        `validate_panel` (for ``"world"``, where the whole panel must be there, they are checked column by
        column).
    seed
        Of the random numbers; the same seed gives the same bytes.
    truth
        Parameters; by default those of `SimulationTruth`.
    units
        Number of cities, firms or countries; provinces are 31.
    years
        First and last year.

    Returns
    -------
    pandas.DataFrame
        Keys, indicators, and the columns of `SimulationTruth`: ``digital_index control mediator
        threshold_variable instrument pilot pilot_start upgrading_…`` and those of the paper's system
        (``stage_… technology_index path_… fitness …``); ``pilot_start`` is missing where there
        never is a pilot. The column ``synthetic`` is 1: `estimate` notes it, and every exhibit shows it.

    Raises
    ------
    MeasureError
        If there is no such panel, or the size does not fit.

    Examples
    --------
    >>> provinces = simulate_panel("china_province", seed=1)
    >>> provinces.shape[0], provinces["province_name_en"].iloc[0]
    (372, 'Beijing')
    """
    import pandas as pd

    chosen = truth if truth is not None else SimulationTruth()
    n_units, window = _size(name, units, years)
    source = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    rng = np.random.default_rng(source)
    keys, weights = _units(name, n_units, rng)
    columns = simulate_mechanisms(n_units, window, chosen, rng, weights)
    moments = {"china_province": _PROVINCES, "china_city": _CITIES, "firm": _FIRMS, "world": _WORLD}[name]
    indicators = simulate_indicators(moments, columns["digital_index"], rng)
    if name in ("china_province", "china_city"):
        indicators |= _sectors(indicators, rng)
    if name == "firm":
        indicators |= _firm_columns(indicators, columns["digital_index"], rng)
        indicators |= _statements(indicators, columns["digital_index"], source)
    columns |= _system(name, columns["digital_index"], keys, weights, chosen, source)
    frame = pd.DataFrame({key: np.repeat(values, len(window)) for key, values in keys.items()})
    frame.insert(1, "year", np.tile(window, n_units))
    values = {column: matrix.ravel() for column, matrix in {**indicators, **columns}.items()}
    frame = pd.concat([frame, pd.DataFrame(values)], axis=1)
    for column in ("pilot", "employees", "population", "digital_words", "patents_granted"):
        if column in frame:
            frame[column] = frame[column].round()
    frame["pilot_start"] = frame["pilot_start"].where(np.isfinite(frame["pilot_start"]))
    if name == "china_city":
        frame["pilot_first_year"] = frame["pilot_start"]
    frame[MARK] = 1
    return _unbalanced(frame, window, n_units, rng) if name == "firm" else frame


def _statements(
    indicators: dict[str, Floats], digital: Floats, source: np.random.SeedSequence
) -> dict[str, Floats]:
    """Return items of statements, from random numbers that no other column takes."""
    own = np.random.SeedSequence(source.entropy, spawn_key=(*source.spawn_key, _ITEMS))
    return simulate_statements(
        indicators["fixed_assets_yuan"],
        np.maximum(indicators["employees"], 1.0),
        digital,
        np.random.default_rng(own),
    )


def _system(
    name: str,
    digital: Floats,
    keys: dict[str, NDArray[np.object_]],
    weights: Floats | None,
    truth: SimulationTruth,
    source: np.random.SeedSequence,
) -> dict[str, Floats]:
    """Return the paper's own system, from random numbers that no other column takes."""
    own = np.random.SeedSequence(source.entropy, spawn_key=(*source.spawn_key, _SYSTEM))
    rng = np.random.default_rng(own)
    found = simulate_system(digital, truth, rng, weights)
    if name == "firm":
        found |= simulate_firms_system(
            digital,
            found["governance_index"],
            keys["province"].tolist(),
            keys["industry"].tolist(),
            truth,
            rng,
        )
    return found


def _size(name: str, units: int | None, years: tuple[int, int] | None) -> tuple[int, NDArray[np.int64]]:
    usual, first, last = _SIZES[name]
    first, last = years if years is not None else (first, last)
    count = usual if units is None else units
    listed = {"china_province": 31, "china_city": len(_cities()), "world": len(_countries())}
    most = listed.get(name, 1_000_000)
    fits = 4 <= count <= most and (name != "china_province" or count == usual) and last - first >= 3
    if not fits:
        raise MeasureError.of(
            "simulation.size_of_panel", got=f"units={units!r}, years={years!r}", name=name, most=most
        )
    return count, np.arange(first, last + 1, dtype=np.int64)


def _units(
    name: str, n_units: int, rng: np.random.Generator
) -> tuple[dict[str, NDArray[np.object_]], Floats | None]:
    from digimfg.variables.china_places import CITIES, PROVINCES
    from digimfg.variables.industries import MANUFACTURING_INDUSTRIES

    if name == "world":
        return {"country": np.array(_countries()[:n_units], dtype=object)}, None
    if name == "china_city":
        listed = _cities()
        cities = [listed[place * len(listed) // n_units] for place in range(n_units)]
        return {
            "city": np.array(cities, dtype=object),
            "city_name_zh": np.array([CITIES[code] for code in cities], dtype=object),
            "province": np.array([f"{code[:2]}0000" for code in cities], dtype=object),
        }, None
    codes = np.array(list(PROVINCES), dtype=object)
    if name == "firm":
        firms = np.array([f"S{number:06d}" for number in range(1, n_units + 1)], dtype=object)
        industries = np.array(list(MANUFACTURING_INDUSTRIES), dtype=object)
        return {
            "firm": firms,
            "industry": industries[rng.integers(len(industries), size=n_units)],
            "province": codes[rng.integers(len(codes), size=n_units)],
        }, None
    from digimfg.measures.china_provinces import china_province_weights

    chinese = [PROVINCES[code][1] for code in codes]
    links = china_province_weights(chinese).matrix.toarray()
    names = {
        "province": codes,
        "province_name_zh": np.array(chinese, dtype=object),
        "province_name_en": np.array([PROVINCES[code][2] for code in codes], dtype=object),
    }
    return names, links / links.sum(axis=1, keepdims=True)


def _cities() -> tuple[str, ...]:
    """Return municipalities and prefectures that are there today, in the order of their codes."""
    from digimfg.panels.china_city import PANEL
    from digimfg.variables.china_places import CITIES

    dissolved = PANEL.usual.dissolved
    return tuple(code for code in sorted(CITIES) if code.endswith("00") and code not in dissolved)


def _countries() -> tuple[str, ...]:
    from digimfg.variables.countries import COUNTRY_CODES

    return tuple(sorted(COUNTRY_CODES))


def _sectors(indicators: dict[str, Floats], rng: np.random.Generator) -> dict[str, Floats]:
    """Return output and employment by sector; the three add up to the whole exactly."""
    gdp = indicators["gdp_per_capita_yuan"] * indicators["resident_population_10k"] / 10_000
    employment = 0.55 * indicators["resident_population_10k"]
    found = {"gdp_100m_yuan": gdp, "employment_10k": employment}
    rich = np.log(indicators["gdp_per_capita_yuan"] / np.median(indicators["gdp_per_capita_yuan"]))
    logits = [
        np.log(share)
        + tilt * rich
        + 0.15 * rng.standard_normal((len(gdp), 1))
        + 0.02 * rng.standard_normal(gdp.shape)
        for share, tilt in zip(_SECTORS, (-0.6, 0.0, 0.25), strict=True)
    ]
    total = sum(np.exp(logit) for logit in logits)
    shares = [np.exp(logit) / total for logit in logits]
    workers = [np.exp(logit + extra) for logit, extra in zip(logits, (1.1, -0.2, 0.0), strict=True)]
    labour = sum(workers)
    for column, share, people in zip(_SECTOR_COLUMNS, shares, workers, strict=True):
        found[f"{column}_value_added_100m_yuan"] = share * gdp
        found[f"{column}_employment_10k"] = people / labour * employment
    return found


def _firm_columns(
    indicators: dict[str, Floats], digital: Floats, rng: np.random.Generator
) -> dict[str, Floats]:
    standard = (digital - digital.mean()) / digital.std()
    margin = 0.04 + 0.01 * standard + 0.05 * rng.standard_normal(digital.shape)
    profit = margin * indicators["total_assets_yuan"]
    return {
        "net_profit_yuan": profit,
        "return_on_assets_ratio": margin,
        "total_liabilities_yuan": indicators["debt_asset_ratio"] * indicators["total_assets_yuan"],
        "state_owned": np.repeat(
            (rng.random(len(digital)) < 0.3).astype(np.float64), digital.shape[1]
        ).reshape(digital.shape),
        "digital_words": rng.poisson(np.exp(1.2 + 0.7 * standard)).astype(np.float64),
    }


def _unbalanced(
    frame: pd.DataFrame, window: NDArray[np.int64], n_units: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Let firms enter and leave: half are there from the first year, a fifth leave before the last."""
    periods = len(window)
    enter = np.where(rng.random(n_units) < 0.5, 0, rng.integers(0, max(1, periods // 2), size=n_units))
    leave = np.where(
        rng.random(n_units) < 0.8, periods, rng.integers(periods // 2 + 2, periods + 1, size=n_units)
    )
    place = np.arange(periods)
    there = (place[None, :] >= enter[:, None]) & (place[None, :] < leave[:, None])
    return frame[there.ravel()].reset_index(drop=True)
