"""The input-output panel: sectors of countries in two tables, with their places in value chains and their
inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.measures.input_content import input_coefficients
from digimfg.measures.input_output import InputOutputTable
from digimfg.measures.production_stages import upstreamness
from digimfg.measures.value_chains import gvc_participation, value_added_exports
from digimfg.panels import Panel
from digimfg.panels.early_internet_use import early_internet_use
from digimfg.panels.formulas import positive_log
from digimfg.text import Text
from digimfg.variables.keys import SECTORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.panels import Frames

__all__ = ["LOGS_IN_YEAR", "PANEL", "TABLES", "build"]

_REST_OF_WORLD = "ROW"
_LEAST_OUTPUT_MUSD = 0.001
_LEAST_EXPORTS_MUSD = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    name: str
    source: str
    year: int
    manufacturing: str
    ict: tuple[str, ...]
    services: tuple[str, ...]


TABLES = (
    _Table(
        name="oecd_2019_g20",
        source="oecd_icio_2019_g20",
        year=2019,
        manufacturing="C",
        ict=("J",),
        services=tuple("GHIJKLMNOPQRST"),
    ),
    _Table(
        name="oecd_2020_11s",
        source="oecd_icio_2020",
        year=2020,
        manufacturing="MANUF_EXFOOD",
        ict=("ACCOM_ICT",),
        services=(
            "TRADE",
            "TRANSPORT",
            "ACCOM_ICT",
            "FIN_REALESTATE",
            "PROF_ADMIN_PUBADM",
            "EDU_HEALTH",
            "ARTS_OTHER",
        ),
    ),
)


"""The tables, each with its year and what its sectors are."""

LOGS_IN_YEAR = {
    "log_gdp_per_capita": ("NY.GDP.PCAP.KD", "gdp_per_capita_usd2015"),
    "log_population": ("SP.POP.TOTL", "population"),
}
"""Column → the World Bank's code that it is the natural log of in the year of the table, and that column's
name."""


def build(sources: Mapping[str, Frames]) -> pd.DataFrame:
    """Measure every sector of every country in both tables; the rest of the world counts in the tables but
    has no rows.

    Net taxes count as value added of the sector that pays them, so that value added in exports adds up to
    exports. A sector without exports has no shares of exports; one that exports less than a million US$ has
    no forward participation, position or total participation, whose denominator is those exports: they are
    missing. Sectors that do not exist and carry a placeholder in the source (private households of
    Australia, China and Japan, output of one US$) have no rows. Income and population are the World Bank's
    in the year of the table.
    """
    frame = pd.concat([_measure(table, sources[table.source]) for table in TABLES], ignore_index=True)
    exists = (frame["country"] != _REST_OF_WORLD) & (frame["output_musd"] >= _LEAST_OUTPUT_MUSD)
    frame = frame[exists]
    names = sources["country_codes"]["countries"]
    bank = sources["world_bank_core"]["annual"]
    penn = sources["penn_world_table"]["annual"]
    early = early_internet_use(sources["world_factbook_early"]["internet_users"], names, bank, penn)
    of_country = names.rename(columns={"name_en": "country_name_en", "name_zh": "country_name_zh"})
    of_year = bank.assign(**{name: positive_log(bank[code]) for name, (code, _) in LOGS_IN_YEAR.items()})
    frame = (
        frame.merge(of_country, on="country", how="left")
        .merge(
            of_year[["country", "year", *LOGS_IN_YEAR]],
            on=["country", "year"],
            how="left",
        )
        .merge(early, on="country", how="left")
    )
    return frame[list(PANEL.variables)]


def _measure(table: _Table, frames: Frames) -> pd.DataFrame:
    basic = InputOutputTable.from_frames(
        frames["transactions"],
        frames["final_demand"],
        value_added=frames["primary"]["value_added"],
        net_taxes=frames["primary"]["net_taxes"],
    )
    full = basic.taxes_as_value_added()
    exports = value_added_exports(full).frame
    chains = gvc_participation(full, "sector").frame
    ict = input_coefficients(full, table.ict).frame
    services = input_coefficients(full, table.services).frame
    exported = np.where(basic.exports >= _LEAST_EXPORTS_MUSD, 1.0, np.nan)
    sector = exports["sector"]
    produced = np.where(basic.output > 0, basic.output, np.nan)
    return pd.DataFrame(
        {
            "country": exports["country"],
            "sector": sector,
            "table": table.name,
            "year": table.year,
            "sector_name_en": sector.map({code: name.en for code, name in SECTORS.items()}),
            "sector_name_zh": sector.map({code: name.zh for code, name in SECTORS.items()}),
            "manufacturing": (sector == table.manufacturing).astype("int64"),
            "output_musd": basic.output,
            "log_output": np.log(produced),
            "value_added_musd": basic.value_added,
            "value_added_output_share": basic.value_added / produced,
            "gross_exports_musd": basic.exports,
            "exports_output_share": basic.exports / produced,
            "domestic_value_added_export_share": exports["domestic_value_added_share"],
            "backward_participation_share": chains["backward_participation"],
            "forward_participation_ratio": chains["forward_participation"] * exported,
            "gvc_participation_ratio": chains["participation"] * exported,
            "gvc_position": chains["position"] * exported,
            "upstreamness": upstreamness(full).frame["upstreamness"],
            "ict_direct_input_coefficient": ict["direct_coefficient"],
            "ict_complete_input_coefficient": ict["complete_coefficient"],
            "ict_value_added_share": ict["value_added_share"],
            "ict_domestic_value_added_share": ict["value_added_share_domestic"],
            "ict_foreign_value_added_share": ict["value_added_share"] - ict["value_added_share_domestic"],
            "services_direct_input_share": services["direct_dependence"],
            "services_complete_input_coefficient": services["complete_coefficient"],
            "services_value_added_share": services["value_added_share"],
            "non_ict_services_value_added_share": services["value_added_share"] - ict["value_added_share"],
        }
    )


PANEL = Panel(
    name="world_input_output",
    title=Text(
        "World input-output: countries × sectors in two tables (2019 G20 × ISIC sections, 2020 76 "
            "economies × 11 sectors)",
        "世界投入产出：国家 × 部门，两张表（2019年 G20 × ISIC 门类；2020年76个经济体 × 11个部门）",
    ),
    keys=("country", "sector", "table"),
    variables=(
        "country", "sector", "table", "year", "country_name_en", "country_name_zh", "sector_name_en",
        "sector_name_zh",
        "manufacturing",
        "ict_value_added_share", "ict_domestic_value_added_share", "ict_foreign_value_added_share",
        "ict_direct_input_coefficient", "ict_complete_input_coefficient",
        "services_value_added_share", "non_ict_services_value_added_share", "services_direct_input_share",
        "services_complete_input_coefficient",
        "domestic_value_added_export_share", "backward_participation_share", "forward_participation_ratio",
        "gvc_participation_ratio", "gvc_position", "upstreamness",
        "output_musd", "log_output", "value_added_musd", "value_added_output_share", "gross_exports_musd",
        "exports_output_share",
        "log_gdp_per_capita", "log_population", "internet_users_share_2009",
    ),
    sources=(
        "country_codes", "oecd_icio_2019_g20", "oecd_icio_2020", "penn_world_table", "world_bank_core",
        "world_factbook_early",
    ),
    build=build,
)  # fmt: skip
