"""Verdicts follow the declared rule, and nothing else."""

import math

import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import AnalysisError, Fault
from digimfg.evidence.claims import Rule
from digimfg.evidence.decision import detectable_effect, seen


class P:
    def __init__(self, p_value):
        self.p_value = p_value


def judged(claim, specifications, tests=None):
    return dm.verdict([claim], {claim.estimates[0].analysis: specifications}, {"promotion": tests or {}})[
        claim.id
    ]


def test_agreement_of_enough_robust_specifications_is_support(claim, result):
    specifications = {"baseline": result(0.2, 0.05, 0.001)} | {
        f"r{i}": result(0.2, 0.08, 0.02) for i in range(3)
    }
    assert judged(claim(), specifications).status == "supported"
    specifications["r3"] = result(0.1, 0.1, 0.3)
    assert judged(claim(), specifications).status == "supported"  # three of four
    specifications["r4"] = result(0.1, 0.1, 0.3)
    assert judged(claim(), specifications).status == "mixed"  # three of five


def test_the_sign_is_that_of_the_claim(claim, result):
    specifications = {name: result(-0.2, 0.05, 0.001) for name in ("baseline", "r1", "r2")}
    assert judged(claim(), specifications).status == "contradicted"
    assert judged(claim(sign=-1), specifications).status == "supported"
    specifications["r2"] = result(0.2, 0.05, 0.001)
    assert judged(claim(), specifications).status == "mixed"


def test_a_claim_without_direction_takes_either_sign_and_cannot_be_contradicted(claim, result):
    specifications = {"baseline": result(-0.2, 0.05, 0.001), "r1": result(0.2, 0.05, 0.001)}
    assert judged(claim(sign=0), specifications).status == "supported"
    specifications["r1"] = result(0.0, 0.05, 0.99)
    assert judged(claim(sign=0), specifications).status == "mixed"


def test_without_a_robust_specification_nothing_is_supported(claim, result):
    verdict = judged(claim(), {"baseline": result(0.2, 0.05, 0.001)})
    assert verdict.status == "mixed"
    assert "cannot be supported" in verdict.reason.en


def test_a_failed_validity_test_takes_support_away(claim, result):
    specifications = {name: result(0.2, 0.05, 0.001) for name in ("baseline", "r1")}
    one = claim(validity=("pretrends",))
    assert judged(one, specifications, {"pretrends": P(0.4)}).status == "supported"
    assert judged(one, specifications, {"pretrends": P(0.01)}).status == "mixed"
    assert "fails" in judged(one, specifications, {"pretrends": P(0.01)}).reason.en


def test_a_null_with_little_power_says_so(claim, result):
    weak = judged(claim(), {"baseline": result(0.05, 0.2, 0.8), "r1": result(0.02, 0.2, 0.9)})
    assert (weak.status, weak.low_power) == ("not_supported", True)
    assert weak.headline.en == "not supported (little power)"
    assert weak.headline.zh == "未获支持（功效不足）"
    strong = judged(claim(), {"baseline": result(0.005, 0.02, 0.8), "r1": result(0.002, 0.02, 0.9)})
    assert (strong.status, strong.low_power) == ("not_supported", False)
    assert "informative null" in strong.reason.en


def test_a_null_whose_robust_specifications_speak_is_mixed(claim, result):
    specifications = {
        "baseline": result(0.1, 0.09, 0.2),
        "r1": result(0.2, 0.08, 0.02),
        "r2": result(0.2, 0.08, 0.02),
    }
    assert judged(claim(), specifications).status == "mixed"


def test_with_few_clusters_the_bootstrap_counts(claim, result):
    specifications = {
        "baseline": result(0.2, 0.07, 0.004, clusters=30.0, wild=0.09),
        "r1": result(0.2, 0.07, 0.004, clusters=30.0, wild=0.06),
    }
    verdict = judged(claim(), specifications)
    assert verdict.status == "mixed"
    assert verdict.estimates[0].main.bootstrapped
    assert "wild-bootstrap p 0.090" in verdict.reason.en
    many = {name: result(0.2, 0.07, 0.004, clusters=60.0, wild=0.09) for name in specifications}
    assert judged(claim(), many).status == "supported"


def test_the_minimum_detectable_effect_is_2_8_errors_and_more_with_few_clusters(result):
    one = seen("s", result(0.1, 1.0, 0.5, clusters=float("nan")), "adoption", Rule())
    assert detectable_effect(one, Rule()) == pytest.approx(2.8016, abs=1e-4)
    few = seen("s", result(0.1, 1.0, 0.5, clusters=10.0), "adoption", Rule())
    assert detectable_effect(few, Rule()) == pytest.approx(
        2.2622 + 0.8834, abs=1e-3
    )  # t with 9 degrees of freedom


def test_the_star_takes_the_same_outcome_and_term_only(claim, result):
    specifications = {
        "baseline": result(0.2, 0.05, 0.001),
        "same": result(0.2, 0.05, 0.001),
        "other_outcome": result(-0.2, 0.05, 0.001, outcome="exports"),
        "other_term": result(-0.2, 0.05, 0.001, term="broadband"),
    }
    verdict = judged(claim(), specifications)
    assert [each.specification for each in verdict.estimates[0].robust] == ["same"]
    assert verdict.status == "supported"


def test_named_robust_specifications_may_have_other_outcomes(claim, result):
    specifications = {
        "baseline": result(0.2, 0.05, 0.001),
        "exports": result(0.2, 0.05, 0.001, outcome="exports"),
    }
    assert judged(claim(robust=("exports",)), specifications).status == "supported"


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ({"main": "base"}, Fault.of("evidence.unknown_name", near="baseline")),
        ({"robust": ("control",)}, Fault.of("evidence.unknown_name", near="controls")),
        ({"term": "adaption"}, Fault.of("evidence.unknown_name", near="adoption", known=("adoption",))),
        (
            {"validity": ("pretrend",)},
            Fault.of("evidence.unknown_name", near="pretrends", known=("pretrends",)),
        ),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_the_nearest(claim, result, link, kind):
    specifications = {name: result(0.2, 0.05, 0.001) for name in ("baseline", "controls")}
    with refused(AnalysisError, kind):
        judged(claim(**link), specifications, {"pretrends": P(0.5)})


def test_results_that_were_not_made_are_an_error_that_says_how(claim):
    with refused(AnalysisError, "evidence.analysis_without_results", analysis="promotion"):
        dm.verdict([claim()], {})


def test_an_analysis_of_data_that_are_not_shipped_may_be_absent_and_its_command_is_named(claim):
    found = dm.verdict([claim(analysis="provinces", data="china_province")], {})["X1"]
    assert found.status == "not_testable"
    assert [need.command for need in found.needs] == ["digimfg data import FILE --panel china_province"]
    assert "china_province" in found.reason.zh


def test_an_analysis_that_the_project_does_not_have_is_named(claim):
    found = dm.verdict([claim()], {}, absent=("promotion",))["X1"]
    assert found.status == "not_testable"
    assert "'promotion'" in found.reason.en


def test_several_parts_agree_or_are_mixed(claim, result):
    one, two = claim().estimates[0], claim(main="other").estimates[0]
    both = claim()
    both = type(both)(
        **{name: getattr(both, name) for name in both.__dataclass_fields__} | {"estimates": (one, two)}
    )
    specifications = {name: result(0.2, 0.05, 0.001) for name in ("baseline", "other", "r1")}
    assert judged(both, specifications).status == "supported"
    specifications["other"] = result(0.0, 0.05, 0.99)
    assert judged(both, specifications).status == "mixed"


def test_the_claim_of_shortening_waves_cannot_be_decided_by_four_of_them():
    found = dm.verdict([claim for claim in dm.ledger() if claim.id == "C02"], {})["C02"]
    assert found.status == "undecidable"
    assert found.facts[0].attainable == pytest.approx(1 / 12)
    assert [(each.version.version, each.headline.en) for each in found.earlier] == [
        (1, "not supported (little power)")
    ]
    assert found.facts[0].numbers["p_decreasing_length"] == pytest.approx(1 / 6)
    assert found.facts[0].numbers["floor_two_sided_length"] == pytest.approx(1 / 12)
    assert "0.0833" in found.reason.en


def test_recorded_facts_carry_their_audit():
    wanted = {"C22": "corrected", "C23": "open", "C26": "holds", "C27": "additions", "C28": "open"}
    verdicts = dm.verdict([claim for claim in dm.ledger() if claim.id in wanted], {})
    assert {claim: verdicts[claim].audits[0].status for claim in wanted} == wanted
    assert {claim: verdicts[claim].status for claim in wanted} == {
        "C22": "verified", "C23": "verified", "C26": "unchecked", "C27": "unchecked", "C28": "verified",
    }  # fmt: skip
    assert all(verdicts[claim].earlier[0].status == "recorded" for claim in wanted)
    assert verdicts["C22"].audits[0].quantities["value"].round(4).tolist() == [
        27.8846,
        63.5945,
        2.0865,
        2.6692,
    ]
    assert verdicts["C28"].audits[0].quantities["value"].round(2).tolist() == [913, 1725, 1.89, 1540]


def test_a_claim_that_is_not_testable_here_names_the_command_that_would_make_it_so():
    untestable = [claim for claim in dm.ledger() if not claim.estimates and claim.needs and not claim.facts]
    verdicts = dm.verdict(untestable, {}).verdicts
    commands = [(need.command, found.reason.en) for found in verdicts for need in found.needs if need.command]
    assert {found.status for found in verdicts} == {"not_testable"}
    assert "digimfg data fetch world_bank" in {command for command, _ in commands}
    assert all(f"`{command}`" in reason for command, reason in commands)


def test_an_unknown_claim_is_answered_with_the_nearest():
    verdicts = dm.verdict(dm.ledger()[:2], {})
    with refused(AnalysisError, "evidence.unknown_name", near="C01"):
        verdicts["C1"]


def test_nothing_is_missing_from_a_verdict_that_has_no_clusters(claim, result):
    specifications = {name: result(0.2, 0.05, 0.001, clusters=math.nan) for name in ("baseline", "r1")}
    assert judged(claim(), specifications).status == "supported"
