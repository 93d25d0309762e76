"""Several moderators of one effect, each with its own equation, tested as the family that they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.errors import SpecificationError
from digimfg.estimate import estimate
from digimfg.kinds import AtLeast, AtMost, Differing, Entries, Or, Seed, StoredFrame
from digimfg.labels import term_label
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.robustness.multiple_testing import benjamini_hochberg, romano_wolf
from digimfg.robustness.partialled import chosen_term
from digimfg.robustness.rerun import without_wild_bootstrap
from digimfg.shown import shown
from digimfg.specification import Specification
from digimfg.text import Text

__all__ = ["ModeratorTests", "moderator_tests"]

_WHERE = "dm.moderator_tests"


@checked
@shown(Text("Moderators of one effect", "同一效应的多个调节变量"))
@dataclass(frozen=True, kw_only=True, eq=False)
class ModeratorTests:
    """Hold how each moderator changes the effect.

    Parameters
    ----------
    table
        Index ``moderator``; ``estimate std_error statistic p_value conf_low conf_high`` of the interaction,
        ``per_sd`` (change of the effect for a standard deviation of the moderator in its sample), ``n_obs``,
        and adjusted over all of them: ``p_holm``, ``q_value`` (Benjamini and Hochberg) and, with draws,
        ``p_romano_wolf``.
    regressor
        Whose effect.
    notes
        What a reader must know.
    """

    table: pd.DataFrame
    regressor: str
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def moderator_tests(
    specification: Specification,
    frame: StoredFrame,
    moderators: Annotated[Sequence[str], Entries(), Differing()],
    *,
    regressor: str | None = None,
    draws: Annotated[int, AtLeast(99), AtMost(10_000_000), Or(0)] = 0,
    seed: Seed = 0,
) -> ModeratorTests:
    """Test several moderators of one effect, with p values adjusted for their number.

    Each has its own equation: the specification with the moderator and its product with the regressor.

    Parameters
    ----------
    specification
        The equation without moderators.
    frame
        As for `dm.estimate`.
    moderators
        Terms of one column each: the six paths, say.
    regressor
        Whose effect may change; by default the first regressor.
    draws, seed
        Of Romano and Wolf's stepdown (`dm.romano_wolf`; least squares with clustered errors); 0 for none.

    Raises
    ------
    SpecificationError
        If a moderator is the regressor itself, or what `dm.estimate` and `dm.romano_wolf` raise.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.assign(trend=lambda d: d["year"] - 1935)
    >>> spec = dm.Specification("invest", "value", entity="firm", time="year", fixed_effects="firm")
    >>> found = dm.moderator_tests(spec, frame, ("capital", "trend"))
    >>> bool((found.table["p_holm"] >= found.table["p_value"]).all())
    True
    """
    plain = without_wild_bootstrap(specification)
    name = chosen_term(regressor, plain, [*plain.endogenous, *plain.regressors, *plain.controls], _WHERE)
    hypotheses: dict[str, tuple[Specification, str]] = {}
    rows: dict[str, dict[str, float]] = {}
    for moderator in moderators:
        if moderator == name:
            raise SpecificationError.of("robustness.moderator_is_regressor", where=_WHERE, got=moderator)
        product = f"{name}:{moderator}"
        further = tuple(each for each in (moderator,) if each not in (*plain.regressors, *plain.controls))
        asked = plain.replace(regressors=(*plain.regressors, product), controls=(*plain.controls, *further))
        result = estimate(asked, frame)
        if product not in result.coefficients.index:
            raise SpecificationError.of(
                "robustness.regressor_absorbed", where=_WHERE, term=term_label(product)
            )
        line = result.coefficients.loc[[product]].astype(float).iloc[0]
        rows[moderator] = {
            **{
                part: float(line[part])
                for part in ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
            },
            "per_sd": float(line["estimate"]) * _deviation(asked, frame, moderator),
            "n_obs": result.statistics["n_obs"],
        }
        hypotheses[moderator] = (asked, product)
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("moderator")
    table["p_holm"] = _holm(table["p_value"].to_numpy(dtype=np.float64))
    table["q_value"] = benjamini_hochberg(table["p_value"])
    if draws:
        found = romano_wolf(hypotheses, frame, draws=draws, seed=seed)
        table["p_romano_wolf"] = found.table["p_value_adjusted"]
    note = note_of("robustness.moderators", n=len(table), name=term_label(name))
    return ModeratorTests(table=table, regressor=name, notes=(note,))


def _deviation(specification: Specification, frame: pd.DataFrame, moderator: str) -> float:
    design = build_design(specification.replace(fixed_effects=()), frame)
    if moderator not in design.terms:
        return float("nan")
    return float(np.std(design.regressors[:, design.terms.index(moderator)], ddof=1))


def _holm(p_values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float]:
    """Return p values adjusted by Holm's stepdown."""
    order = np.argsort(p_values, kind="stable")
    steps = np.minimum(1.0, p_values[order] * (len(p_values) - np.arange(len(p_values))))
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.maximum.accumulate(steps)
    return [float(each) for each in adjusted]
