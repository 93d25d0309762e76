"""Check an instrument: what variation is left, whose it is, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.errors import SpecificationError
from digimfg.estimators.instrumental.data import instrumented
from digimfg.estimators.instrumental.stages import stage_results
from digimfg.estimators.least_squares import LeastSquares
from digimfg.instrument_check.finding import InstrumentFinding, Severity
from digimfg.instrument_check.leverage import leverage_findings, leverage_table
from digimfg.instrument_check.origin import identity_findings, lag_findings, one_series_findings
from digimfg.instrument_check.placebo import (
    first_stage_and_estimate,
    placebo_findings,
    placebo_instruments,
)
from digimfg.kinds import Count, DrawsOrNone, Jobs, Seed, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.instrumental.data import Instrumented
    from digimfg.specification import Specification

__all__ = ["InstrumentReport", "check_instrument"]

_LITTLE = 0.01


@checked
@shown(Text("Check of the instrument", "工具变量检查"), first="findings")
@dataclass(frozen=True, kw_only=True, eq=False)
class InstrumentReport:
    """What `check_instrument` found.

    Parameters
    ----------
    findings
        One per check and instrument, in the order of the checks.
    coefficients
        First stage of the instruments: ``estimate std_error statistic p_value conf_low conf_high``.
    variation
        By instrument: ``std_dev`` as given, ``std_dev_left`` freed of effects and exogenous terms,
        ``share_left``, the share of its variance that is left.
    leverage
        By unit and period, see `InstrumentLeveragePlot`: ``leverage first_stage estimate_without``.
    placebo
        By draw: ``first_stage_f estimate`` with the instruments of other units.
    statistics
        ``first_stage_f estimate partial_r2 placebo_p n_obs``.
    notes
        Of the sample, then the findings that are not fine.
    specification
        As checked.
    """

    findings: tuple[InstrumentFinding, ...]
    coefficients: pd.DataFrame
    variation: pd.DataFrame
    leverage: pd.DataFrame
    placebo: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]
    specification: Specification

    @property
    def problems(self) -> tuple[InstrumentFinding, ...]:
        """Return the findings that question the instrument."""
        return tuple(each for each in self.findings if each.severity == "problem")


@checked
@keeps_marks
@one_thread
def check_instrument(
    specification: Specification,
    frame: StoredFrame,
    *,
    placebo_draws: DrawsOrNone = 499,
    n_lags: Count = 2,
    seed: Seed = 0,
    n_jobs: Jobs | None = None,
) -> InstrumentReport:
    """Check where instruments get their variation from.

    1. How much variation effects and exogenous terms leave. 2. How much of the first stage comes from one
      unit or
    period. 3. Whether an instrument is one cross-section times one series, as fixed telephones of 1984 times
    national internet users (Huang, Yu & Zhang 2019 and many after them). 4. Whether it is a relabelled lag
    or lead of the regressor. 5. Whether it is made of the regressor itself (means of others, lag times
    change). 6. Whether instruments of other units do as well.

    Parameters
    ----------
    specification
        With one endogenous term; its estimator does not matter.
    frame
        As for `estimate`.
    placebo_draws
        Permutations of the instrument over units; 0 leaves them out.
    n_lags
        Lags of the endogenous term to compare with.
    seed
        Of the permutations.
    n_jobs
        See `run_parallel`.

    Returns
    -------
    InstrumentReport

    Raises
    ------
    SpecificationError
        If there is not exactly one endogenous term, or too few instruments.
    EstimationError
        If effects and exogenous terms leave nothing of the instruments.

    Examples
    --------
    >>> import digimfg as dm, numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"province": np.repeat(range(30), 10), "year": np.tile(range(2011, 2021), 30)})
    >>> frame["tel"] = rng.uniform(1, 9, size=30)[frame.province] * (frame.year - 2000) ** 1.5
    >>> frame["digital"] = 0.01 * frame.tel + rng.normal(size=300)
    >>> frame["upgrading"] = frame.digital + rng.normal(size=300)
    >>> spec = dm.Specification("upgrading", (), endogenous="digital", instruments="tel", entity="province",
    ...     time="year", fixed_effects=("province", "year"), estimator=dm.TwoStageLeastSquares())
    >>> [finding.check for finding in dm.check_instrument(spec, frame, placebo_draws=19).problems]
    ['one_series']
    """
    if len(specification.endogenous) != 1:
        raise _several(f"endogenous={specification.endogenous!r}")
    # Whatever the estimator does with effects, here they are absorbed.
    absorbing = specification.replace(estimator=LeastSquares())
    data = instrumented(build_design(absorbing, frame))
    design = data.design
    if len(design.endogenous_terms) != 1:
        raise _several(", ".join(design.endogenous_terms))
    first_stage_f, estimate = first_stage_and_estimate(data)
    column = data.free_endogenous[:, 0]
    fitted = data.basis @ (data.basis.T @ column)
    partial_r2 = float(fitted @ fitted / (column @ column))
    variation = _variation(data)
    leverage = leverage_table(data)
    placebo = placebo_instruments(data, placebo_draws, seed, n_jobs=n_jobs)
    names = ", ".join(design.instrument_terms)
    findings = [
        *_variation_findings(variation),
        *leverage_findings(leverage, estimate, names),
        *one_series_findings(design),
        *lag_findings(design, n_lags),
        *identity_findings(design, partial_r2),
        *(placebo_findings(placebo, first_stage_f, design) if placebo_draws else ()),
    ]
    statistics = {
        "n_obs": float(design.n_obs),
        "first_stage_f": first_stage_f,
        "estimate": estimate,
        "partial_r2": partial_r2,
    }
    if len(placebo):
        above = np.count_nonzero(placebo["first_stage_f"].to_numpy() >= first_stage_f)
        statistics["placebo_p"] = float((1 + above) / (1 + len(placebo)))
    first = stage_results(design, wild_bootstrap=False)[design.endogenous_terms[0]].coefficients
    return InstrumentReport(
        findings=tuple(findings),
        coefficients=first.loc[list(design.instrument_terms)],
        variation=variation,
        leverage=leverage,
        placebo=placebo,
        statistics=statistics,
        notes=(*design.notes, *data.notes, *(each.text for each in findings if each.severity != "fine")),
        specification=specification,
    )


def _several(got: str) -> SpecificationError:
    return SpecificationError.of("instrument_check.options_refused", got=got)


def _variation(data: Instrumented) -> pd.DataFrame:
    design = data.design
    weights = None if design.weights is None else design.weights / design.weights.mean()
    centred = design.instruments - np.average(design.instruments, axis=0, weights=weights)
    root = np.ones(design.n_obs) if weights is None else np.sqrt(weights)
    total = np.sum((centred * root[:, None]) ** 2, axis=0)
    left = np.sum(data.free_instruments**2, axis=0)
    return pd.DataFrame(
        {
            "std_dev": np.sqrt(total / design.n_obs),
            "std_dev_left": np.sqrt(left / design.n_obs),
            "share_left": left / total,
        },
        index=pd.Index(list(design.instrument_terms), name="instrument", dtype=object),
    )


def _variation_findings(variation: pd.DataFrame) -> list[InstrumentFinding]:
    findings = []
    for name, share in zip(variation.index, variation["share_left"].to_numpy(), strict=True):
        text = note_of("instrument_check.variation", value=100 * share, name=name)
        severity: Severity = "attention" if share < _LITTLE else "fine"
        findings.append(
            InstrumentFinding(check="variation", instrument=str(name), severity=severity, text=text)
        )
    return findings
