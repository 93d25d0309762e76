"""Findings: what tools without a specification say, one number with its interval and p value a row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.kinds import Finite, Number
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Finding", "Findings"]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Hold one number that a claim may rest on.

    Parameters
    ----------
    label
        What it is, with its unit.
    estimate
        The number.
    p_value
        Two-sided, of the null that the number is zero; NaN where it has none.
    std_error, conf_low, conf_high
        Its error and 95 % interval; NaN where its tool gives none.
    n_obs
        Observations; NaN where they are not counted.
    """

    label: Text
    estimate: Finite
    p_value: Number = math.nan
    std_error: Number = math.nan
    conf_low: Number = math.nan
    conf_high: Number = math.nan
    n_obs: Number = math.nan


@checked
@shown(Text("Findings", "结果"), first="coefficients")
@dataclass(frozen=True, kw_only=True, eq=False)
class Findings:
    """Hold what a study found, so that a ledger can rest on it as it does on estimates.

    A claim names the study as `main` and a row as `term`; further rows may be its ``battery_rows``.

    Parameters
    ----------
    rows
        Name → finding, in the order in which they are shown.
    notes
        What a reader must know.

    Examples
    --------
    >>> slope = Finding(label=Text("slope", "斜率"), estimate=0.5, p_value=0.04, conf_low=0.1, conf_high=0.9)
    >>> Findings(rows={"slope": slope}).coefficients.loc["slope", "p_value"].item()
    0.04
    """

    rows: Mapping[str, Finding]
    notes: tuple[Text, ...] = ()

    @property
    def coefficients(self) -> pd.DataFrame:
        """Return the numbers, one row a finding: ``estimate p_value std_error conf_low conf_high n_obs``."""
        import pandas as pd

        names = [field.name for field in fields(Finding) if field.name != "label"]
        return pd.DataFrame(
            [[float(getattr(each, name)) for name in names] for each in self.rows.values()],
            index=pd.Index(list(self.rows), name="row", dtype=object),
            columns=names,
        )
