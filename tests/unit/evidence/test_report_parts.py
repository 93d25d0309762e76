"""What the report says of verdicts: counts and estimates as they are, and no more than the rule allows."""

import re
from collections import Counter

import pytest
from refused import refused

import digimfg as dm
from digimfg.documents.build import read_book
from digimfg.errors import ExhibitError
from digimfg.paper import report_parts as module
from digimfg.project import Project
from digimfg.text import LANGUAGES, Text

HERE = Text("here", "此处")


@pytest.fixture
def judged(claim, result):
    """Give verdicts of the recorded claims, of one that passes its rule and of one that does not."""
    supported = {"baseline": result(0.2, 0.05, 0.001), "controls": result(0.15, 0.05, 0.004)}
    open_one = {"baseline": result(0.02, 0.05, 0.7), "controls": result(0.01, 0.08, 0.9)}
    claims = [
        *(each for each in dm.ledger() if not each.estimates),
        claim("X1"),
        claim("X2", analysis="fusion"),
    ]
    return dm.verdict(claims, {"promotion": supported, "fusion": open_one})


@pytest.fixture
def parts(judged, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "judge_project", lambda *_: (judged, {}))
    return module.report_parts(Project(tmp_path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_counts_what_the_verdicts_are(parts, judged, language):
    text = parts["answer"]("", language, HERE)
    statuses = Counter(each.status for each in judged.verdicts)
    numbers = [int(each) for each in re.findall(r"\d+", text.partition("\n")[0].replace(",", ""))]
    assert numbers[:3] == [len(judged.verdicts), 2, statuses["supported"]]
    table = [line.split("|")[2].strip() for line in text.splitlines() if line.startswith("|")][2:]
    assert sum(map(int, table)) == len(judged.verdicts)


def test_a_claim_that_does_not_pass_is_not_said_to_hold(parts, judged):
    for name in ("X1", "X2"):
        verdict = judged[name]
        text = parts["claim"](name, "en", HERE)
        assert verdict.headline.en in text
        (one,) = verdict.estimates
        for value in (one.main.estimate, one.main.std_error):
            assert f"{value:.3f}" in text.replace("−", "-")
        assert ("neither the claim nor its opposite is shown" in text) == (verdict.status == "inconclusive")
        assert ("It passes the rule" in text) == (verdict.status == "supported")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_claims_are_shown_as_they_are(parts, judged, tmp_path, language):
    """Dollars, stars and brackets of the paper are words, no formulas and no references."""
    (tmp_path / "paper").mkdir()
    (tmp_path / "paper" / "a.md").write_text("# A\n\n{{verdicts}}\n\n{{claim: C22}}\n", encoding="utf-8")
    book = read_book(Project(tmp_path), language, parts)
    table = next(block.table for block in book.blocks if hasattr(block, "table"))
    assert len(table.rows) == len(judged.verdicts)
    for row, verdict in zip(table.rows, judged.verdicts, strict=True):
        assert row.cells[0] == verdict.claim.id
        assert row.cells[1] == " ".join(verdict.claim.text.language(language).split())


def test_names_that_are_not_there_are_refused_with_the_nearest(parts):
    with refused(ExhibitError, "names.unknown_name", near="X1"):
        parts["claim"]("X11", "en", HERE)
    with refused(ExhibitError, "names.unknown_name"):
        parts["claims"]("2.11", "en", HERE)
    with refused(ExhibitError, "names.unknown_name", where="here"):
        parts["findings"]("nothing", "en", HERE)
