"""Read the treatment of a specification: each unit's first treated period, for tools around the
estimators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.design import build_design
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.did.cohorts import cohort_panel
from digimfg.estimators.did.estimator import StaggeredDifferenceInDifferences
from digimfg.estimators.panel_rows import check_plain
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators.did.panel import StaggeredPanel
    from digimfg.specification import Specification

__all__ = ["check_treatment", "treatment_panel"]


def check_treatment(frame: pd.DataFrame, treatment: str) -> None:
    """Refuse values other than 0 and 1; missing ones pass.

    Raises
    ------
    SpecificationError
        Saying how many others there are.
    """
    values = frame[treatment].dropna()
    odd = values[~values.isin([0, 1])]
    if len(odd):
        raise SpecificationError.of("policy.treatment_values", treatment=treatment, n=len(odd))


def treatment_panel(specification: Specification, frame: pd.DataFrame, label: Text) -> StaggeredPanel:
    """Return the panel of a specification whose only regressor is a 0/1 treatment that stays on, or that
    names a cohort.

    Raises
    ------
    SpecificationError
        If the treatment is of another kind.
    EstimationError
        If nobody is treated.
    """
    design = build_design(specification, frame)
    check_plain(design, label)
    estimator = specification.estimator
    cohort = estimator.cohort if isinstance(estimator, StaggeredDifferenceInDifferences) else None
    panel = cohort_panel(design, cohort=cohort, anticipation=0, label=label)
    if not np.any(panel.time >= panel.first):
        raise EstimationError.of("policy.no_treated_rows", where=label)
    return panel
