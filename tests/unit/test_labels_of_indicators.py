"""Indicators and quoted names are called by their labels wherever a term is, never as they are written."""

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.exhibits import Evidence
from digimfg.labels import term_label

LABELS = {
    "place": dm.Text("country", "国家"),
    "year": dm.Text("year", "年份"),
    "a: b": dm.Text("rate", "税率"),
}


@pytest.mark.parametrize(
    ("term", "en", "zh"),
    [
        ("i(place)", "indicators of country", "国家虚拟变量"),
        ("i(place):year", "indicators of country × year", "国家虚拟变量×年份"),
        ("year:i(place)", "year × indicators of country", "年份×国家虚拟变量"),
        ("i(place, ref=CHN)", "indicators of country (reference CHN)", "国家虚拟变量（基准组CHN）"),
        ("i( place , ref = 'a b' )", "indicators of country (reference a b)", "国家虚拟变量（基准组a b）"),
        (
            "x:i(year, ref=-1, min=-4, max=6)",
            "x × indicators of year (reference -1, -4 and below together, 6 and above together)",
            "x×年份虚拟变量（基准组-1，-4及以下合并，6及以上合并）",
        ),
        ("i(`a: b`)", "indicators of rate", "税率虚拟变量"),
        ("`a: b`", "rate", "税率"),
        ("L.(x:year)", "x × year (lag 1)", "x×年份（滞后1期）"),
        ("i(unknown)", "indicators of unknown", "unknown虚拟变量"),
    ],
)
def test_a_term_with_indicators_is_read_as_words(term, en, zh):
    label = term_label(term, LABELS)
    assert (label.en, label.zh) == (en, zh)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lists_of_controls_and_notes_show_no_term_as_it_is_written(language):
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"place": np.repeat(list("abcdef"), 8), "year": list(range(2000, 2008)) * 6})
    frame["x"], frame["y"] = random.normal(size=(2, 48))
    spec = dm.Specification(
        "y", "x", controls="i(place):year", entity="place", time="year", fixed_effects=("place", "year")
    )
    evidence = Evidence(results={"(1)": dm.estimate(spec, frame)})
    shown = " ".join(
        str(note.language(language)) for note in dm.RegressionTable("t", labels=LABELS).show(evidence).notes
    )
    assert "i(" not in shown
    assert {"en": "indicators of country × year", "zh": "国家虚拟变量×年份"}[language] in shown
