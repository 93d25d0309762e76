"""How standard errors are named in notes and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from digimfg.inference.covariance import Clustered, Conley, DriscollKraay, Robust, Unadjusted
from digimfg.labels import term_label
from digimfg.text import Text, counted, in_sentence

if TYPE_CHECKING:
    from digimfg.inference.covariance import Covariance

__all__ = ["covariance_phrase"]


def covariance_phrase(covariance: Covariance, labels: Mapping[str, Text | str] | None = None) -> Text:
    """Return the name of the standard errors, without the rule for small samples.

    Examples
    --------
    >>> covariance_phrase(Clustered(("mill", "county")))
    Text(en='standard errors clustered by mill and county', zh='聚类到mill、county层面的标准误')
    """
    if isinstance(covariance, Clustered):
        columns = [term_label(column, labels) for column in covariance.columns]
        return Text(
            "standard errors clustered by " + " and ".join(in_sentence(column.en) for column in columns),
            "聚类到" + "、".join(column.zh for column in columns) + "层面的标准误",
        )
    if isinstance(covariance, DriscollKraay):
        name = Text("Driscoll–Kraay standard errors", "Driscoll–Kraay标准误")
        lags = covariance.lags
        return name if lags is None else Text(f"{name.en} with {lags} lags", f"滞后{lags}期的{name.zh}")
    if isinstance(covariance, Conley):
        return _conley_phrase(covariance)
    if isinstance(covariance, Robust):
        return Text("heteroskedasticity-robust standard errors", "异方差稳健标准误")
    if isinstance(covariance, Unadjusted):
        return Text("homoskedastic standard errors", "同方差标准误")
    label = getattr(covariance, "label", None)
    return label if isinstance(label, Text) else Text.of(type(covariance).__name__)


def _conley_phrase(covariance: Conley) -> Text:
    kernel = {"uniform": Text("uniform", "均匀"), "bartlett": Text("Bartlett", "Bartlett")}[covariance.kernel]
    lags = covariance.lags
    return Text(
        f"Conley spatial standard errors, cutoff {covariance.cutoff_km:g} km, {kernel.en} kernel"
        + (f", serial correlation over {counted(lags, 'period')}" if lags else ""),
        f"Conley空间标准误，截断距离{covariance.cutoff_km:g}公里，{kernel.zh}核"
        + (f"，序列相关{lags}期" if lags else ""),
    )
