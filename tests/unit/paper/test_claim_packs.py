"""Packs: each claim's test on each kind of panel, what it needs, and what verdicts make of it."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refused import refused
from scipy.stats import beta, binom

import digimfg as dm
from benchmarks import monte_carlo_claims
from benchmarks.monte_carlo_claims import put
from digimfg.errors import Fault
from digimfg.evidence.claim_answer import decide_parts, deciding_p
from digimfg.evidence.over_panels import votes_of_panels
from digimfg.evidence.verdicts import judge
from digimfg.paper.ledger import grounds
from digimfg.paper.packs.declared import PANEL_KEYS, TESTS, panel_tests
from digimfg.paper.packs.pack_test import plain_rule
from digimfg.paper.packs.roles import ROLES
from digimfg.paper.packs.testing import claim_test, pack_versions
from digimfg.paper.packs.within_var import fit_within_var
from digimfg.variables import dictionary

NOTHING = dm.SimulationTruth(
    stage_path=0.0, coevolution=0.0, symbiosis=0.0, inertia_release=0.0, increasing_returns=0.0, moderation=0.0,
    core_spillover=0.0, backwash=0.0, selection=0.0, rule_selection=0.0, levels=0.0, rate_effect=0.0,
    performance_effect=0.0, tail_shape=2.0, threshold_gain=0.0,
)  # fmt: skip
EVERY = sorted((panel, claim) for panel, claim in TESTS if panel != "china_city")


@pytest.fixture(scope="module")
def twins():
    return {panel: dm.simulate_panel(panel, seed=2) for panel in ("china_province", "firm", "world")}


@pytest.fixture(scope="module")
def nulls():
    return {
        panel: dm.simulate_panel(panel, seed=3, truth=NOTHING)
        for panel in ("china_province", "firm", "world")
    }


@pytest.mark.parametrize(("panel", "claim"), EVERY)
def test_a_claim_is_supported_on_the_twin_and_not_where_nothing_happens(panel, claim, twins, nulls):
    found, nothing = (claim_test(each[panel], claim, panel, describe=False) for each in (twins, nulls))
    weak = (panel, claim) == ("china_province", "C06")  # its power with 31 provinces is a third
    assert found.status == "supported" or (weak and found.status == "inconclusive")
    assert nothing.status in ("inconclusive", "informative_null")
    assert found.synthetic
    assert nothing.synthetic


NAMELESS = [each for each in EVERY if each[1] not in ("C16", "C17", "C20", "C30", "C30b")]
"""Tests that do not hang on which unit is which, and take little time."""


@pytest.mark.parametrize(("panel", "claim"), NAMELESS)
def test_row_order_and_the_names_of_units_change_nothing(panel, claim, twins):
    frame = twins[panel]
    key = PANEL_KEYS[panel][0]
    shuffled = frame.sample(frac=1, random_state=1).assign(**{key: "u" + frame[key].astype(str)})
    one, other = (claim_test(each, claim, panel, describe=False) for each in (frame, shuffled))
    np.testing.assert_allclose(one.parts.to_numpy(float), other.parts.to_numpy(float), rtol=1e-7, atol=1e-12)


def test_every_test_is_of_a_claim_and_asks_for_roles_and_columns_that_there_are():
    claims = {claim.id for claim in dm.ledger()}
    for (_, claim), test in TESTS.items():
        assert claim in claims
        assert set(test.roles) <= set(ROLES)
        named = {test_part.outcome for test_part in test.parts if test_part.outcome}
        assert named <= set(test.roles)
    for role in ROLES.values():
        assert role.like == "" or role.like in ROLES
        for name in role.indicators:
            assert name.lstrip("-") in dictionary(), name


def test_rules_are_those_declared_and_say_what_was_known():
    versions = pack_versions()
    assert set(versions) == {f"{claim}@{panel}" for panel, claim in TESTS}
    for (panel, claim), test in TESTS.items():
        last = versions[f"{claim}@{panel}"][-1]
        assert last.rule == json.loads(json.dumps(plain_rule(test)))
        assert last.estimate_known in ("yes", "no", "cannot be shown")


def test_a_pack_without_its_variables_says_which_and_what_would_be_enough(twins):
    frame = twins["china_province"].drop(columns=["stage_diffusion", "broadband_subscribers_per_100"])
    frame = frame.drop(columns=["mobile_phones_per_100"])
    answer = claim_test(frame, "C13", "china_province")
    assert answer.status == "not_testable"
    assert len(answer.missing) == 1
    assert "1 of: ecommerce_sales_100m_yuan" in answer.missing[0].en
    assert "found only software_revenue_100m_yuan" in answer.missing[0].en
    assert len(answer.found) == 4


def test_a_role_without_a_column_is_filled_from_the_dictionary(twins):
    frame = twins["china_province"].drop(columns=["stage_diffusion"])
    answer = claim_test(frame, "C13", "china_province")
    assert answer.status != "not_testable"
    assert any("mean of software_revenue_100m_yuan" in each.en for each in answer.found)


def test_indicators_of_one_layer_only_are_named(twins):
    kept = ["province", "year", "broadband_subscribers_per_100", "mobile_phones_per_100"]
    answer = claim_test(twins["china_province"][kept], "C06", "china_province")
    assert answer.missing[0].en.startswith("indicators of one layer only")
    assert answer.missing[0].zh.startswith("仅有一个层次的指标")
    assert len(answer.missing) == 3


def test_few_units_or_years_are_refused_with_how_many_would_be_enough(twins):
    frame = twins["world"]
    for short in (frame[frame["year"] < 1999], frame[frame["country"] < "AGO"]):
        answer = claim_test(short, "C33", "world")
        assert answer.status == "not_testable"
        assert "12 units with 6 years" in answer.missing[0].en


def test_a_column_of_another_name_is_named_in_the_call_or_in_the_labels(twins, tmp_path):
    frame = twins["world"].rename(columns={"digital_index": "数字化水平"})
    plain = claim_test(twins["world"], "C15", "world", describe=False)
    assert claim_test(frame, "C15", "world", describe=False).status == "not_testable"
    named = claim_test(frame, "C15", "world", describe=False, variables={"digital_index": "数字化水平"})
    pd.testing.assert_frame_equal(plain.parts, named.parts)
    path = tmp_path / "labels.toml"
    path.write_text('[columns."数字化水平"]\nrole = "digital_index"\n', encoding="utf-8")
    labelled = claim_test(dm.label_columns(frame, path), "C15", "world", describe=False)
    pd.testing.assert_frame_equal(plain.parts, labelled.parts)


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({"digital_indx": "x"}, "paper.role_unknown"),
        ({"digital_index": "digital_indx"}, Fault.of("paper.role_unfilled", name="digital_index")),
    ],
)
def test_a_role_or_a_column_that_is_not_there_is_refused_with_the_nearest(variables, kind, twins):
    with refused(dm.MeasureError, kind):
        claim_test(twins["world"], "C15", "world", variables=variables)


def test_a_claim_without_a_test_on_the_panel_is_refused(twins):
    with refused(dm.AnalysisError, "paper.claim_without_test"):
        claim_test(twins["world"], "C13", "world")


def test_provinces_of_other_names_are_tested_without_their_neighbours(twins):
    frame = twins["china_province"]
    own = claim_test(frame, "C20", "china_province")
    other = claim_test(frame.assign(province="u" + frame["province"]), "C20", "china_province")
    pd.testing.assert_frame_equal(own.parts, other.parts)
    assert "among low neighbours" in own.described[0].en
    assert "neighbours are not known" in other.described[0].en


def verdict_with(*answers):
    claims = [claim for claim in dm.ledger() if claim.id == "C13"]
    return judge(claims, {}, panels={"C13": answers})["C13"]


@pytest.fixture(scope="module")
def answer(twins):
    return claim_test(twins["china_province"], "C13", "china_province")


def test_a_simulated_panel_is_shown_and_decides_nothing(answer):
    found = verdict_with(answer)
    assert found.status == "not_testable"
    assert found.headline.en == "not testable here; supported on china_province (synthetic data)"
    assert "synthetic data, no evidence" in found.reason.en
    assert [need.name for need in found.needs] == ["china_province"]


def test_an_observed_panel_decides_a_claim_without_estimates_and_says_on_which(answer):
    found = verdict_with(replace(answer, synthetic=False))
    assert found.status == "supported"
    assert found.headline.en == "supported on china_province"
    assert found.needs == ()


def test_two_panels_that_decide_differently_are_both_shown(answer):
    one = replace(answer, synthetic=False)
    other = replace(one, panel="china_city", status="contradicted")
    found = verdict_with(one, other, answer)
    assert found.status == "mixed"
    for words in ("supported on china_province", "contradicted on china_city", "(synthetic data)"):
        assert words in found.headline.en
    undecided = verdict_with(one, replace(other, status="inconclusive"))
    assert undecided.status == "inconclusive"


def test_a_verdict_of_its_own_does_not_change_by_panels(answer):
    claims = [claim for claim in dm.ledger() if claim.id == "C02"]
    plain = judge(claims, {}, grounds=grounds())["C02"]
    shown = judge(
        claims, {}, panels={"C02": [replace(answer, synthetic=False, claim="C02")]}, grounds=grounds()
    )["C02"]
    assert shown.status == plain.status
    assert shown.headline.en == f"{plain.headline.en}; supported on china_province"


def parts(*rows):
    return pd.DataFrame(rows, columns=["sign", "estimate", "p_value", "conf_low", "conf_high"])


@pytest.mark.parametrize(
    ("rows", "combine", "expected"),
    [
        ([(1, 0.4, 0.01, 0.1, 0.7), (-1, -0.4, 0.04, -0.7, -0.1)], "all", "supported"),
        ([(1, 0.4, 0.01, 0.1, 0.7), (1, -0.4, 0.02, -0.7, -0.1)], "all", "contradicted"),
        ([(1, 0.4, 0.20, -0.1, 0.7), (1, -0.4, 0.04, -0.7, -0.1)], "all", "inconclusive"),
        ([(1, 0.4, 0.01, 0.1, 0.7), (1, 0.01, 0.7, -0.04, 0.06)], "all", "informative_null"),
        ([(0, 0.4, 0.01, 0.1, 0.7), (0, -0.4, 0.02, -0.7, -0.1)], "both_signs", "supported"),
        ([(0, 0.4, 0.01, 0.1, 0.7), (0, 0.4, 0.02, 0.1, 0.7)], "both_signs", "inconclusive"),
    ],
)
def test_parts_decide_together(rows, combine, expected):
    assert decide_parts(parts(*rows), combine, 0.1, 0.05) == expected


def test_the_autoregression_is_least_squares_with_two_way_effects_and_its_jackknife(twins):
    frame = twins["world"]
    names = ("digital_supply", "manufacturing_output")
    fit = fit_within_var(frame, names, "country", "year")
    spec = dm.Specification(
        names[1], [f"L.{name}" for name in names], entity="country", time="year",
        fixed_effects=("country", "year"), covariance=dm.Clustered("country", small_sample="cv3"),
    )  # fmt: skip
    result = dm.estimate(spec, frame)
    np.testing.assert_allclose(fit.slopes[1], result.coefficients["estimate"].iloc[:2], rtol=1e-8)
    value, error = fit.combination(np.array([[0.0, 0.0], [1.0, 0.0]]))
    assert value == pytest.approx(result.coefficients["estimate"].iloc[0])
    assert error == pytest.approx(result.coefficients["std_error"].iloc[0], rel=0.02)


def test_a_pack_is_an_analysis_of_every_test_of_its_panel():
    for panel in ("china_province", "firm", "world"):
        pack = dm.claim_pack(panel)
        assert set(pack.claims) == set(pack.studies) == set(panel_tests(panel))
    assert dm.claim_pack("china_city").studies == {}
    assert set(dm.list_claim_tests()["claim"]) == {claim for _, claim in TESTS}


def test_the_table_shows_parts_and_what_is_missing(answer, twins):
    lacking = claim_test(twins["china_province"][["province", "year"]], "C33", "china_province")
    table = dm.ClaimTestTable({"C13": answer, "C33": lacking})
    cells = [getattr(cell, "en", cell) for row in table.build(table.evidence).rows for cell in row.cells]
    assert "fusion → innovation" in cells
    assert any("digital supply (a column 'digital_supply'" in str(cell) for cell in cells)


POWER = Path(__file__).parents[2] / "reference" / "claim_tests.json"
STUDIED = [row for rows in json.loads(POWER.read_text(encoding="utf-8")).values() for row in rows]


def test_no_rule_supports_a_claim_in_more_than_five_percent_of_null_panels():
    for row in STUDIED:
        count = row["null_panels"]
        wrong = round(row["null_supported"] * count)
        if count >= 500:
            assert wrong <= 0.05 * count, row
            assert beta.ppf(0.95, wrong + 1, count - wrong) <= 0.075, row
        assert binom.sf(wrong - 1, count, 0.05) > 0.01, row  # few panels: no more than chance allows


def test_every_test_was_studied_with_thirty_one_units_and_twelve_years():
    found = {(row["panel"], row["claim"]) for row in STUDIED if row["units"] == 31}
    assert {key for key in EVERY if key[1] != "C33b"} <= found


def test_the_page_shows_what_was_found():
    page = (Path(__file__).parents[3] / "docs" / "claim_tests.md").read_text(encoding="utf-8")
    for row in STUDIED:
        head = f"| {row['claim']} | {row['panel']} | {row['units']:,} × {row['periods']} | {row['null_panels']} |"
        bound = monte_carlo_claims.upper_bound(row)
        assert f"{head} {row['null_supported']:.3f} | {bound:.3f} |" in page


def test_a_sample_of_the_study_comes_back():
    stored = {(row["claim"], row["panel"]): row for row in STUDIED if row["units"] == 31}
    said = [answer for seed in (1_000, 1_001) for answer in put(31, monte_carlo_claims.NULL, seed)]
    for answer in said:
        key = (answer["claim"], answer["panel"])
        assert answer["status"] != "supported" or stored[key]["null_supported"] > 0


def observed(answer, panel, p_value, status="supported"):
    return replace(answer, synthetic=False, panel=panel, p_value=p_value, status=status)


def test_p_values_are_adjusted_by_holm_over_panels_and_both_verdicts_stay_in_sight(answer):
    one, other = observed(answer, "china_province", 0.03), observed(answer, "china_city", 0.04)
    assert verdict_with(one).status == "supported"
    both = verdict_with(one, other)
    assert both.status == "inconclusive"
    assert both.headline.en.startswith("inconclusive; supported on china_province; supported on china_city")
    assert "p over 2 panels by Holm: china_province 0.060, china_city 0.060" in both.reason.en
    assert "2个面板间经Holm校正的p值" in both.reason.zh
    clear = verdict_with(observed(answer, "china_province", 0.02), other)
    assert clear.status == "supported"
    assert clear.headline.en == "supported on china_province; supported on china_city"


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from(["supported", "contradicted", "inconclusive", "informative_null"])),
        min_size=1, max_size=5,
    ),
    st.randoms(),
)  # fmt: skip
def test_more_panels_never_decide_what_each_alone_left_open(drawn, random):
    answers = [
        SimpleNamespace(panel=str(place), status=status, p_value=p) for place, (p, status) in enumerate(drawn)
    ]
    votes, p_values = votes_of_panels(answers, 0.05)
    for each, vote, p in zip(answers, votes, p_values, strict=True):
        assert vote in (each.status, "inconclusive")
        assert p >= each.p_value
    places = list(range(len(answers)))
    random.shuffle(places)
    assert votes_of_panels([answers[place] for place in places], 0.05)[0] == tuple(
        votes[place] for place in places
    )


def test_the_level_at_which_parts_decide_is_that_of_the_rule():
    rng = np.random.default_rng(5)
    for _ in range(300):
        count = int(rng.integers(1, 5))
        frame = pd.DataFrame(
            {
                "sign": 1, "estimate": rng.normal(size=count), "p_value": rng.uniform(size=count) ** 3,
                "conf_low": -9.0, "conf_high": 9.0,
            }
        )  # fmt: skip
        for combine, signed in (("all", frame), ("both_signs", frame.assign(sign=0))):
            decided = decide_parts(signed, combine, 0.0, 0.05) in ("supported", "contradicted")
            assert decided == (deciding_p(signed, combine) < 0.05)


@pytest.mark.parametrize(("panel", "claim"), [each for each in EVERY if each[1] != "C15"])
def test_what_a_scope_calls_described_is_printed(panel, claim, twins):
    answer = claim_test(twins[panel], claim, panel)
    described = " ".join(each.en for each in answer.described)
    assert "described" in described or "described" not in TESTS[(panel, claim)].scope.en
    assert all(each.zh for each in answer.described)
    assert all(each.en in answer.reason.en for each in answer.described)
    quiet = claim_test(twins[panel], claim, panel, describe=False)
    assert quiet.described == ()
    pd.testing.assert_frame_equal(quiet.parts, answer.parts)


def test_what_was_not_tested_has_no_p_value_and_counts_for_nothing_over_panels(twins):
    lacking = claim_test(twins["china_province"][["province", "year"]], "C33", "china_province")
    assert lacking.p_value is None
    votes, p_values = votes_of_panels([lacking], 0.05)
    assert votes == ("inconclusive",)
    assert np.isnan(p_values).all()


def test_panels_that_differ_are_named_with_what_would_be_enough(answer):
    one = observed(answer, "china_province", 0.001)
    opposed = verdict_with(one, observed(answer, "china_city", 0.001, "contradicted"))
    assert opposed.status == "mixed"
    assert "more rows of either would not settle" in opposed.reason.en
    assert "各面板结论相反" in opposed.reason.zh
    wide = answer.parts.assign(std_error=3 * answer.parts["std_error"])
    unsure = replace(observed(answer, "china_city", 0.4, "inconclusive"), parts=wide)
    left = verdict_with(one, unsure)
    assert left.status == "inconclusive"
    assert "china_city leaves open what china_province decides: about" in left.reason.en
    count = int(left.reason.en.split("about ")[-1].split(" clusters")[0].replace(",", ""))
    sizes = wide["n_clusters"] * (2.8016 * wide["std_error"] / wide["estimate"].abs()).clip(lower=1) ** 2
    assert count == np.ceil(sizes.max())
    assert "leaves open" not in verdict_with(one, observed(answer, "china_city", 0.01)).reason.en
