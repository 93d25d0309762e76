"""Rows with the keys of another row are told in both languages, by the labels of the keys."""

from __future__ import annotations

import pandas as pd
from statsmodels.datasets import grunfeld

import digimfg as dm


def test_rows_that_repeat_keys_are_counted_with_the_labels_of_the_keys():
    frame = grunfeld.load_pandas().data
    specification = dm.Specification("invest", "value", entity="firm", time="year", covariance=dm.Robust())
    notes = dm.estimate(specification, pd.concat([frame, frame.head(3)], ignore_index=True)).notes
    (note,) = (note for note in notes if "repeat" in note.en)
    assert note.en == "3 rows repeat the keys (Firm, Year) of an earlier row"
    assert note.zh == "3行的主键（企业、年份）与前面的行重复"
    assert not any("repeat" in note.en for note in dm.estimate(specification, frame).notes)
