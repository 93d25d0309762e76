"""Write the spatial weights of a specification beside its do-file and script, which name them W."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.estimators.spatial.alignment import align_weights
from digimfg.estimators.spatial.estimator import SpatialPanel
from digimfg.estimators.spatial.weights import WeightMatrix
from digimfg.terms.sample import sample_rows

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["WeightsFile", "weights_file"]


class WeightsFile:
    """Hold a file of weights and the lines that read it.

    Attributes
    ----------
    name, content
        Of the file: a row and a column for each unit in sorted order, standardised as the estimator does.
    stata, r
        Lines that make the matrix W of it.
    """

    def __init__(self, name: str, units: list[str], matrix: np.ndarray) -> None:
        columns = [f"w{place}" for place in range(1, len(units) + 1)]
        frame = pd.DataFrame(matrix, columns=columns)
        frame.insert(0, "unit", units)
        self.name = name
        self.content = frame.to_csv(index=False, lineterminator="\n")
        self.stata = f'import delimited "{name}", varnames(1) clear\nmkmat w1-{columns[-1]}, matrix(W)'
        self.r = f'W <- spdep::mat2listw(as.matrix(read.csv("{name}")[, -1]), style = "M")'


def weights_file(
    analysis: str, label: str, specification: Specification, frame: pd.DataFrame
) -> WeightsFile | None:
    """Return the file of a specification whose estimator has one matrix of weights, else nothing."""
    estimator, entity = specification.estimator, specification.entity
    if (
        not isinstance(estimator, SpatialPanel)
        or not isinstance(estimator.weights, WeightMatrix)
        or not entity
    ):
        return None
    rows = frame[sample_rows(specification.sample, frame)] if specification.sample else frame
    units = np.array(sorted(rows[entity].dropna().unique()))
    matrix, _ = align_weights(estimator.weights, units, estimator.standardization)
    plain = re.sub(r"\W+", "_", label)
    return WeightsFile(f"{analysis}_{plain}_w.csv", [str(unit) for unit in units], matrix.toarray())
