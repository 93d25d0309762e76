"""Procedure 2 says no more than its evidence: equivalence, adjusted p-values, rows that could fail, designs put to the test."""

import math
from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import AnalysisError
from digimfg.evidence.claims import Rule
from digimfg.evidence.second_procedure import adjusted, combine, nested
from digimfg.specification import Specification


def pack(p_value=0.6, power=0.9, low=0.05, high=0.4, extrapolated=0.0, beyond=(0.05, 0.3)):
    bounds = pd.DataFrame({"conf_low": [0.1, low], "conf_high": [0.3, high]}, index=[0.0, 1.0])
    return SimpleNamespace(
        p_value=p_value, power=power, intervals=bounds, extrapolated=extrapolated,
        detrended_low=beyond[0], detrended_high=beyond[1],
    )  # fmt: skip


@pytest.fixture
def judged(claim, result):
    def of(main, robust=(), *, studies=None, tests=None, rule=None, kind="structural", **link):
        made = {"baseline": result(*main)}
        for number, (estimate, *rest) in enumerate(robust):
            # No two estimates of data are one number.
            made[f"r{number}"] = result(estimate * (1 + 1e-6 * (number + 1)), *rest, controls=f"x{number}")
        own = replace(claim(rule=rule or Rule(), **link), kind=kind)
        return dm.verdict(
            [own], {"promotion": made}, {"promotion": tests or {}}, studies={"promotion": studies or {}}
        )["X1"]

    return of


STRONG = (0.2, 0.05, 0.0001)


def test_an_interval_within_the_smallest_effect_is_an_informative_null_whatever_its_p_value(judged):
    assert judged((0.005, 0.02, 0.8)).status == "informative_null"
    assert judged((0.05, 0.02, 0.013), [(0.05, 0.02, 0.01)]).status == "informative_null"
    assert judged((0.005, 0.2, 0.98)).status == "inconclusive"


def test_support_and_contradiction_need_rows_that_could_fail(judged):
    assert judged(STRONG, [STRONG]).status == "supported"
    assert judged(STRONG).status == "inconclusive"
    assert judged(STRONG, [(0.1, 0.1, 0.3)]).status == "inconclusive"
    down = (-0.2, 0.05, 0.0001)
    assert judged(down, [down]).status == "contradicted"
    assert judged(down, [STRONG]).status == "inconclusive"


def test_a_p_value_counts_after_adjustment_over_all_claims(claim, result):
    claims = [
        replace(claim(f"X{i}", rule=Rule(), main=f"m{i}", robust=("r",)), kind="structural") for i in range(5)
    ]
    results = {f"m{i}": result(0.25, 0.1, 0.015, outcome=f"y{i}") for i in range(5)}
    results |= {"r": result(0.25, 0.1, 0.015, controls="x")}
    together = dm.verdict(claims, {"promotion": results})
    assert {each.status for each in together.verdicts} == {"inconclusive"}
    assert together["X0"].estimates[0].p_adjusted == pytest.approx(0.075)
    assert dm.verdict(claims[:1], {"promotion": results})["X0"].status == "supported"


def test_holm_is_that_of_the_textbook():
    # Holm (1979): the smallest p times m, the next times m - 1, never falling.
    assert adjusted((0.01, 0.04, 0.03, 0.005)) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert all(math.isnan(p) for p in adjusted((math.nan,)))


EXPOSURE = {"design": "exposure", "falsification": "pack"}


@pytest.mark.parametrize(
    ("found", "status", "identification"),
    [
        (pack(), "supported", "survives"),
        (pack(p_value=0.01), "inconclusive", "fails"),
        (pack(power=0.3), "inconclusive", "uncertain"),
        (pack(low=-0.1), "inconclusive", "uncertain"),
        (pack(beyond=(-0.1, 0.3)), "inconclusive", "uncertain"),
    ],
)
def test_an_exposure_supports_only_what_survives_falsification_with_power(
    judged, found, status, identification
):
    verdict = judged(STRONG, [STRONG], studies={"pack": found}, kind="causal", **EXPOSURE)
    assert (verdict.status, verdict.estimates[0].identification) == (status, identification)
    assert "pass" not in verdict.reason.en


def test_an_exposure_without_falsification_is_refused(judged):
    with refused(AnalysisError, "evidence.no_falsification"):
        judged(STRONG, [STRONG], design="exposure")


def test_a_validity_test_without_power_is_refused(judged):
    with refused(AnalysisError, "evidence.test_without_power"):
        judged(STRONG, [STRONG], tests={"pretrends": SimpleNamespace(p_value=0.4)}, validity=("pretrends",))
    powerful = SimpleNamespace(p_value=0.4, power=0.9)
    assert (
        judged(STRONG, [STRONG], tests={"pretrends": powerful}, validity=("pretrends",)).status == "supported"
    )


MAIN = Specification(
    "y", "d", controls=("a", "b"), entity="country", time="year", fixed_effects=("country", "year")
)


@pytest.mark.parametrize(
    ("other", "hollow"),
    [
        (MAIN.replace(controls="a"), True),
        (MAIN.replace(controls=()), True),
        (MAIN.replace(fixed_effects="year"), True),
        (MAIN.replace(covariance=dm.DriscollKraay()), True),
        (MAIN.replace(controls="a", covariance=dm.Robust()), True),
        (MAIN.replace(controls=("a", "b", "c")), False),
        (MAIN.replace(controls=("a", "c")), False),
        (MAIN.replace(sample="year >= 1990"), False),
        (MAIN.replace(outcome="z"), False),
        (MAIN.replace(controls=(), sample="year >= 1990"), False),
    ],
)
def test_a_row_is_hollow_if_it_is_nested_in_the_main_one_or_the_same_estimate_again(other, hollow):
    assert (nested(other, MAIN) is not None) is hollow


def test_a_nested_row_is_refused_by_name_and_left_out_of_a_star(claim, result):
    made = {
        "baseline": result(*STRONG, controls="x"),
        "fewer": result(*STRONG),
        "other": result(0.19, *STRONG[1:], controls="z"),
    }
    with refused(AnalysisError, "evidence.row_nested_in_main", name="fewer"):
        dm.verdict([claim(rule=Rule(), robust=("fewer",))], {"promotion": made})
    starred = dm.verdict([claim(rule=Rule())], {"promotion": made})["X1"]
    assert [each.specification for each in starred.estimates[0].robust] == ["other"]


def test_a_row_that_is_the_main_estimate_in_other_words_is_refused_and_left_out_of_a_star(claim, result):
    # A control that the effects take, or a balanced panel of one that is balanced, changes no number.
    made = {
        "baseline": result(*STRONG),
        "absorbed": result(*STRONG, controls="constant"),
        "other": result(0.19, *STRONG[1:], controls="z"),
    }
    with refused(AnalysisError, "evidence.main_estimate_again", name="absorbed"):
        dm.verdict([claim(rule=Rule(), robust=("other", "absorbed"))], {"promotion": made})
    starred = dm.verdict([claim(rule=Rule())], {"promotion": made})["X1"]
    assert [each.specification for each in starred.estimates[0].robust] == ["other"]
    first = dm.verdict([claim(robust=("absorbed",))], {"promotion": made})["X1"]
    assert len(first.estimates[0].robust) == 1  # procedure 1 counted it


def battery(*rows):
    columns = ["estimate", "std_error", "p_value", "conf_low", "conf_high", "n_obs"]
    values = [[e, s, p, e - 2 * s, e + 2 * s, 100.0] for _, e, s, p in rows]
    return SimpleNamespace(
        coefficients=pd.DataFrame(values, columns=columns, index=[name for name, *_ in rows])
    )


def test_declared_rows_of_a_battery_count_and_a_bound_counts_by_its_sign(judged):
    rows = battery(
        ("lagged", 0.1, 0.1, 0.3), ("trends", 0.25, 0.05, 0.001), ("beta*", -0.3, math.nan, math.nan)
    )
    link = {"battery": "checks", "battery_rows": ("lagged", "trends", "beta*"), "robust": ()}
    found = judged(STRONG, studies={"checks": rows}, **link)
    assert (found.status, found.estimates[0].agreeing, len(found.estimates[0].robust)) == (
        "inconclusive",
        1,
        3,
    )


def test_a_row_of_a_battery_that_is_the_main_estimate_again_is_refused(judged):
    with refused(AnalysisError, "evidence.main_estimate_again"):
        judged(
            STRONG,
            studies={"checks": battery(("errors", 0.2, 0.1, 0.05))},
            battery="checks",
            battery_rows=("errors",),
        )


def test_without_a_direction_the_joint_hypothesis_is_tested(claim, result):
    made = {
        "baseline": result(0.2, 0.1, 0.04),
        "services": result(0.1, 0.2, 0.6, outcome="s"),
        "r": result(0.19, *STRONG[1:], controls="x"),
    }
    own = replace(
        claim(rule=Rule(), sign=0, joint=("baseline", "services"), robust=("r",)), kind="structural"
    )
    found = dm.verdict([own], {"promotion": made})["X1"]
    assert found.estimates[0].p_decides == pytest.approx(0.08)
    assert found.status == "inconclusive"


def test_further_parts_and_tests_never_make_a_claim_supported():
    statuses = ("supported", "contradicted", "informative_null", "inconclusive", "mixed", "undecidable")
    for count in (1, 2):
        for parts in product(statuses, repeat=count):
            for flags in product((True, False), repeat=count + 1):
                for more in statuses:
                    if combine((*parts, more), flags) == "supported":
                        assert combine(parts, flags[:-1]) == "supported"
    one, two = adjusted((0.01, 0.03)), adjusted((0.01, 0.03, 0.5))
    assert all(after >= before for before, after in zip(one, two, strict=False))


def test_parts_are_mixed_only_where_identified_ones_disagree():
    assert combine(("supported", "contradicted"), (True, True)) == "mixed"
    assert combine(("supported", "contradicted"), (True, False)) == "inconclusive"
    assert combine(("supported", "inconclusive"), (True, True)) == "inconclusive"
    assert combine(("undecidable", "undecidable"), (True, True)) == "undecidable"


def test_an_association_does_not_pass_for_a_cause(judged):
    assert judged(STRONG, [STRONG], kind="causal").headline.en == "supported, as an association"
    assert judged(STRONG, [STRONG], kind="structural").headline.en == "supported"


@pytest.mark.parametrize(
    ("link", "found", "grade"),
    [
        ({"construct": "A", "design": "experiment", "smallest_effect": 0.2}, None, "high"),
        ({"construct": "A", "design": "experiment"}, None, "moderate"),
        ({"construct": "C", **EXPOSURE}, pack(), "low"),
        ({"construct": "D", **EXPOSURE}, pack(p_value=0.01), "very low"),
        ({}, None, "very low"),
    ],
)
def test_the_grade_falls_with_the_fit_of_construct_the_design_and_the_power(judged, link, found, grade):
    verdict = judged(STRONG, [STRONG], studies={"pack": found} if found else None, **link)
    assert verdict.estimates[0].grade == grade


def test_every_verdict_says_the_minimum_detectable_effect(judged):
    for main in (STRONG, (0.005, 0.02, 0.8), (0.005, 0.2, 0.98)):
        assert "minimum detectable effect" in judged(main, [STRONG]).reason.en
