"""Tables of answers for a thesis call provinces and countries by their names, never by a code that has one."""

import re

import pandas as pd
import pytest

import digimfg as dm


@pytest.fixture(scope="module")
def twin():
    return dm.simulate_panel("china_province", seed=1)


def answers(twin):
    spec = dm.Specification(
        "upgrading_linear",
        "digital_index",
        entity="province",
        time="year",
        fixed_effects=("province", "year"),
    )
    yield dm.cluster_influence(spec, twin, cluster="province")
    scores = twin.groupby("province")["digital_index"].mean()
    yield scores.to_frame()
    yield scores.reset_index()
    yield pd.DataFrame({"country": ["CHN", "DEU"], "x": [1.0, 2.0]}).set_index("country")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_code_stands_where_a_name_exists(twin, tmp_path, language):
    for number, answer in enumerate(answers(twin)):
        path = tmp_path / f"{number}_{language}.md"
        dm.save(answer, path)
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b[1-6]\d0000\b|CHN|DEU", text), text[:300]
        assert {"en": "Tianjin", "zh": "天津"}[language] in text or {"en": "China", "zh": "中国"}[
            language
        ] in text


def test_the_labels_of_an_exhibit_come_before_names(twin):
    spec = dm.Specification("upgrading_linear", "digital_index", entity="province", time="year")
    answer = dm.cluster_influence(spec, twin, cluster="province")
    table = dm.AnswerTable(answer, labels={"120000": dm.Text("Tientsin", "津")}).build(
        dm.Evidence(studies={"one": answer})
    )
    stubs = [row.cells[0] for row in table.rows]
    assert dm.Text("Tientsin", "津") in stubs
    assert dm.Text("Hebei", "河北") in stubs


def test_a_trace_names_the_unit_beside_its_code():
    assert str(dm.trace("world", {"country": "CHN", "year": 2010}, "log_tfp")).startswith(
        "world: country China (CHN), year 2010, "
    )
