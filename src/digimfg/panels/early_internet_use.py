"""Internet users about 2009 as a share of population: the exposure of both panels."""

from __future__ import annotations

import pandas as pd

from digimfg.sources.world_factbook_early import INTERNET_USERS_YEAR, OTHER_NAMES

__all__ = ["early_internet_use"]


def early_internet_use(
    early: pd.DataFrame, names: pd.DataFrame, bank: pd.DataFrame, penn: pd.DataFrame
) -> pd.DataFrame:
    """Return ``country`` and ``internet_users_share_2009`` (0-1) for the countries that have both counts.

    Parameters
    ----------
    early
        ``name internet_users`` of the early edition of the World Factbook.
    names
        ``country name_en`` of the country codes.
    bank, penn
        Annual frames of the World Bank and of the Penn World Table, under the publishers' codes. The
        population is the World Bank's in the year of the counts; where it has none (Taiwan), the Penn World
        Table's.
    """
    code = dict(zip(names["name_en"], names["country"], strict=True)) | OTHER_NAMES
    frame = pd.DataFrame({"country": early["name"].map(code), "users": early["internet_users"]})
    frame = frame.dropna(subset="country")
    first = bank.loc[bank["year"] == INTERNET_USERS_YEAR].set_index("country")["SP.POP.TOTL"]
    second = penn.loc[penn["year"] == INTERNET_USERS_YEAR].set_index("country")["pop"] * 1e6
    population = frame["country"].map(first).fillna(frame["country"].map(second))
    frame["internet_users_share_2009"] = frame["users"] / population
    kept = frame.dropna(subset="internet_users_share_2009")
    return kept[["country", "internet_users_share_2009"]].reset_index(drop=True)
