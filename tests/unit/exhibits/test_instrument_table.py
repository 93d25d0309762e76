"""A table of estimates with instruments shows the p values that its notes speak of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.display.table import Table, cell_text
from digimfg.exhibits import Evidence
from digimfg.text import LANGUAGES, Language


@pytest.fixture(scope="module")
def table() -> Table:
    random = np.random.default_rng(4)
    frame = pd.DataFrame([(firm, year) for firm in range(9) for year in range(12)], columns=["firm", "year"])
    z, u = random.normal(size=(2, len(frame)))
    frame["z"], frame["d"] = z, z + u
    frame["y"] = 0.1 * frame["d"] + u + random.normal(size=len(frame))
    specification = dm.Specification(
        "y",
        (),
        endogenous="d",
        instruments="z",
        entity="firm",
        time="year",
        fixed_effects="firm",
        estimator=dm.TwoStageLeastSquares(),
    )
    results = {"iv": dm.estimate(specification, frame)}
    shown = dm.RegressionTable("iv").show(Evidence(results=results))
    assert isinstance(shown, Table)
    return shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bootstrap_p_value_of_anderson_and_rubin_has_its_row_and_its_note(
    table: Table, language: Language
) -> None:
    label = {
        "en": "Anderson–Rubin test, wild bootstrap p value",
        "zh": "Anderson–Rubin检验wild bootstrap p值",
    }
    phrase = {"en": "Anderson–Rubin bootstrap p value ", "zh": "Anderson–Rubin检验的自助法p值为"}
    (shown,) = (
        cell_text(row.cells[1], language)
        for row in table.rows
        if cell_text(row.cells[0], language) == label[language]
    )
    (note,) = (
        cell_text(note, language) for note in table.notes if phrase[language] in cell_text(note, language)
    )
    assert f"{phrase[language]}{shown}" in note
