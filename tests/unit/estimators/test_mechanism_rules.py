"""Mediation, moderation and groups: what they refuse and how they say it, and what their notes tell."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import EstimationError, Fault, SpecificationError

DATA = Path(__file__).parents[2] / "reference" / "data"


@pytest.fixture(scope="module")
def panel():
    frame = pd.read_csv(DATA / "mechanisms_panel.csv")
    return frame.assign(
        copy=frame["x"],
        built=2 * frame["x"] - frame["z"] + 3,
        by_unit=frame["unit"] ** 2.0,
        constant=1.0,
        country="A",
        region=np.array(["东部", "中部", "西部"])[frame["unit"] % 3],
        late=frame["year"] > 2004,
        rare=((frame["unit"] == 4) & (frame["year"] > 2004)) * 1.0,
    )


def specification(estimator=None, **changes):
    return dm.Specification(
        "y",
        "x",
        controls="z",
        entity="unit",
        time="year",
        fixed_effects=("unit", "year"),
        estimator=estimator,
    ).replace(**changes)


def mediation(mediators=("m1", "m2"), **options):
    return dm.Mediation(mediators=mediators, **{"replications": 0} | options)


def said(result):
    return " ".join(note.en for note in result.notes), "".join(note.zh for note in result.notes)


@pytest.mark.parametrize(
    ("mediators", "error", "kind"),
    [
        ("x", SpecificationError, "mechanisms.mediator_in_specification"),
        ("z", SpecificationError, "mechanisms.mediator_in_specification"),
        ("y", SpecificationError, "mechanisms.mediator_in_specification"),
        (
            "copy",
            EstimationError,
            Fault.of(
                "mechanisms.mediator_without_variation", got="the same as 'x' within unit, year, up to scale"
            ),
        ),
        (
            "built",
            EstimationError,
            Fault.of("mechanisms.mediator_without_variation", got="collinear with z, x"),
        ),
        (
            ("m1", "copy"),
            EstimationError,
            Fault.of("mechanisms.mediator_without_variation", got="the same as 'x'"),
        ),
        ("by_unit", EstimationError, "mechanisms.mediator_without_variation"),
        ("constant", EstimationError, "mechanisms.mediator_without_variation"),
        ("m3", SpecificationError, Fault.of("names.unknown_column", name="m3")),
        ("region", SpecificationError, "terms.column_not_numbers"),
        ("i(region)", SpecificationError, Fault.of("terms.term_of_several_columns", n=2)),
    ],
)
def test_a_mediator_that_cannot_mediate_is_named(panel, mediators, error, kind):
    with refused(error, kind):
        dm.estimate(specification(mediation(mediators)), panel)


def test_one_cluster_is_refused_with_the_remedy(panel):
    spec = specification(mediation(replications=50), covariance=dm.Clustered("country"))
    with refused(EstimationError, "inference.one_cluster", name="country"):
        dm.estimate(spec, panel)


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"mediators": ()}, Fault.of("arguments.value_outside", argument="mediators")),
        ({"mediators": ("m1", "m1")}, Fault.of("arguments.value_outside", argument="mediators")),
        ({"structure": "circular"}, Fault.of("arguments.value_outside", argument="structure")),
        ({"interval": "normal"}, Fault.of("arguments.value_outside", argument="interval")),
        ({"replications": 5}, Fault.of("arguments.value_outside", argument="replications")),
        ({"most_orders": 1}, Fault.of("arguments.value_outside", argument="most_orders")),
    ],
)
def test_options_of_a_mediation_are_checked(options, kind):
    with refused(SpecificationError, kind):
        mediation(**options)


def test_the_treatment_must_be_a_regressor_that_varies(panel):
    with refused(SpecificationError, "mechanisms.treatment_not_a_regressor", listed="x"):
        dm.estimate(specification(mediation(treatment="xx")), panel)
    with refused(EstimationError, "mechanisms.treatment_collinear"):
        dm.estimate(specification(mediation(), regressors=("by_unit",)), panel)


def test_errors_that_the_bootstrap_cannot_follow_are_refused_only_where_it_runs(panel):
    spec = specification(mediation(replications=50), covariance=dm.DriscollKraay())
    with refused(SpecificationError, "mechanisms.covariance_not_resampled", got="DriscollKraay"):
        dm.estimate(spec, panel)
    assert dm.estimate(spec.replace(estimator=mediation()), panel).statistics["lags"] > 0


def test_the_treatment_chosen_is_the_one_whose_effect_is_split(panel):
    spec = specification(mediation("m2", treatment="m1"), regressors=("x", "m1"), controls=("z",))
    result = dm.estimate(spec, panel)
    plain = dm.estimate(spec.replace(estimator=dm.LeastSquares()), panel).coefficients
    assert result.statistics["total"] == pytest.approx(plain.loc["m1", "estimate"])


def test_samples_without_variation_are_counted_in_a_note(panel):
    result = dm.estimate(specification(mediation(replications=400), regressors=("rare",)), panel)
    left_out = 400 - result.statistics["n_replications"]
    # the one unit that varies is in no draw with probability (29/30)^30 = 0.36
    assert 100 < left_out < 190
    assert f"{left_out:.0f} bootstrap samples" in said(result)[0]
    assert np.isfinite(result.tables["effects"]["percentile_low"]).all()


def test_rows_without_a_mediator_are_dropped_and_counted(panel):
    gaps = panel.assign(m1=panel["m1"].mask(panel.index % 20 == 0))
    result = dm.estimate(specification(mediation()), gaps)
    assert result.statistics["n_obs"] == len(panel) - gaps["m1"].isna().sum()
    assert any("m1" in each.reason.en for each in result.dropped)


def test_opposite_signs_give_no_share_but_a_note(panel):
    result = dm.estimate(specification(mediation("m1")), panel.assign(y=panel["y"] - 3 * panel["m1"]))
    assert result.statistics["indirect"] < 0 < result.statistics["direct"]
    assert "proportion_mediated" not in result.statistics
    assert "遮掩效应" in said(result)[1]


def test_clusters_of_several_ways_are_drawn_by_the_first_and_the_note_says_so(panel):
    spec = specification(mediation("m1", replications=50), covariance=dm.Clustered(("unit", "year")))
    assert "clusters of unit only" in said(dm.estimate(spec, panel))[0]
    rows = dm.estimate(spec.replace(covariance=dm.Robust()), panel)
    assert "bootstrap of rows" in said(rows)[0]


def test_a_long_chain_is_compared_with_a_random_choice_of_orders(panel):
    rng = np.random.default_rng(0)
    names = [f"s{place}" for place in range(6)]
    frame = panel.assign(**{name: panel["m1"] + rng.standard_normal(len(panel)) for name in names})
    result = dm.estimate(specification(mediation(tuple(names), structure="serial", most_orders=40)), frame)
    orders = result.tables["order_permutations"]
    assert len(orders) == 40
    assert orders.index[0] == " -> ".join(names)
    assert orders.index.is_unique
    assert len(result.tables["effects"]) == 2**6 - 1 + 3


def long_chain(panel, count):
    rng = np.random.default_rng(1)
    names = tuple(f"s{place}" for place in range(count))
    columns = 0.3 * panel["x"].to_numpy()[:, None] + rng.standard_normal((len(panel), count)).cumsum(axis=1)
    return names, panel.assign(**dict(zip(names, columns.T, strict=True)))


def test_a_chain_with_more_ways_than_are_listed_says_which_and_counts_all(panel):
    names, frame = long_chain(panel, 12)
    result = dm.estimate(specification(mediation(names, structure="serial", replications=50)), frame)
    specific = result.tables["effects"].index[:-3]
    assert len(specific) == 794
    assert max(name.count(" -> ") for name in specific[:-1]) == 5
    assert specific[-1] == " -> ".join(["x", *names, "y"])
    english, chinese = said(result)
    assert "Listed are 794 of 4,095 specific indirect effects, those through at most 4 mediators" in english
    assert "4,095" in chinese
    assert "contrasts" not in result.tables
    assert "their differences are not given" in english
    total = result.tables["paths"].loc["total effect", "estimate"]
    assert result.statistics["indirect"] + result.statistics["direct"] == pytest.approx(total, rel=1e-9)
    sums = result.tables["indirect_sums"]
    assert np.isfinite(sums[["estimate", "delta_std_error", "percentile_low"]].to_numpy()).all()


def test_a_chain_of_forty_mediators_is_answered(panel):
    names, frame = long_chain(panel, 40)
    result = dm.estimate(specification(mediation(names, structure="serial", replications=0)), frame)
    sums = result.tables["indirect_sums"]["estimate"]
    assert sums.loc["mediators_passed"].sum() == pytest.approx(result.statistics["indirect"], rel=1e-9)
    total = result.tables["paths"].loc["total effect", "estimate"]
    assert result.statistics["indirect"] + result.statistics["direct"] == pytest.approx(total, rel=1e-8)
    assert "1,099,511,627,775" in said(result)[0]


def test_a_chain_whose_ways_are_all_listed_has_no_note_on_them(panel):
    result = dm.estimate(specification(mediation(structure="serial")), panel)
    assert "Listed are" not in said(result)[0]
    assert len(result.tables["contrasts"]) == 3


def test_the_interval_asked_for_is_the_one_shown(panel):
    for kind in ("percentile", "bca"):
        result = dm.estimate(specification(mediation(replications=200, interval=kind)), panel)
        row, table = (
            result.coefficients.loc["indirect effect"],
            result.tables["effects"].loc["indirect effect"],
        )
        assert row["conf_low"] == table[f"{kind}_low"]
        assert row["p_value"] == table[f"{kind}_p"]


def test_a_moderator_without_variation_is_named(panel):
    for moderator, found in (("constant", "a constant"), ("copy", None)):
        spec = specification(dm.Moderation(moderator=moderator))
        if found is None:
            # a moderator equal to the treatment is a square, which can be told apart
            assert "x:copy" in dm.estimate(spec, panel).coefficients.index
            continue
        with refused(EstimationError, "mechanisms.product_absorbed", found=found, effects="unit, year"):
            dm.estimate(spec, panel)


def test_a_product_that_the_effects_absorb_is_named(panel):
    # within a sample of one year per unit the product has nothing left
    frame = panel.assign(dose=panel["unit"] % 2 * 1.0, step=(panel["year"] > 2004) * 1.0)
    spec = specification(
        dm.Moderation(moderator="step"), regressors=("dose:step",), fixed_effects=("unit", "year")
    )
    with refused(EstimationError, "mechanisms.product_absorbed"):
        dm.estimate(spec, frame)


def test_a_moderator_that_the_effects_absorb_leaves_only_its_product(panel):
    result = dm.estimate(specification(dm.Moderation(moderator="by_unit")), panel)
    assert "by_unit" not in result.coefficients.index
    assert "x:by_unit" in result.coefficients.index
    assert "Omitted by_unit" in said(result)[0]


@pytest.mark.parametrize(
    ("estimator", "changes", "kind"),
    [
        (dm.Moderation(moderator="x"), {}, "mechanisms.moderator_is_treatment"),
        (dm.Moderation(moderator="w"), {"regressors": ("x", "x:w")}, "mechanisms.product_among_regressors"),
        (dm.Moderation(moderator="ww"), {}, Fault.of("names.unknown_column", near="w")),
        (dm.Moderation(moderator="region"), {}, "terms.column_not_numbers"),
    ],
)
def test_moderation_refuses_what_it_cannot_use(panel, estimator, changes, kind):
    with refused(SpecificationError, kind):
        dm.estimate(specification(estimator, **changes), panel)


def test_a_moderator_of_two_values_has_no_bins_and_the_note_says_why(panel):
    result = dm.estimate(specification(dm.Moderation(moderator="coastal")), panel)
    assert "bins" not in result.tables
    assert "the 2 values of the moderator do not fill 3 bins" in said(result)[0]
    assert result.tables["marginal_effects"]["moderator"].tolist() == [0.0, 1.0]
    with pytest.raises(SpecificationError):
        dm.Moderation(moderator="w", bins=1)


def test_too_few_clusters_for_the_test_of_linearity_are_noted(panel):
    spec = specification(dm.Moderation(moderator="w"), sample="unit <= 6")
    result = dm.estimate(spec, panel)
    assert "linearity_p" not in result.statistics
    assert "8 restrictions, but only 5 degrees of freedom" in said(result)[0]


@pytest.mark.parametrize(
    ("options", "error", "kind"),
    [
        ({"group": "region"}, SpecificationError, "mechanisms.number_of_groups"),
        ({"group": "region", "levels": ("东部", "北部")}, SpecificationError, "mechanisms.number_of_groups"),
        ({"group": "country"}, SpecificationError, "mechanisms.number_of_groups"),
        ({"group": "late"}, SpecificationError, "mechanisms.groups_cut_units"),
        ({"group": "coast"}, SpecificationError, "names.unknown_column"),
        (
            {"group": "coastal", "terms": "z"},
            SpecificationError,
            Fault.of("mechanisms.term_not_a_regressor", listed="x"),
        ),
    ],
)
def test_groups_that_cannot_be_compared_are_named(panel, options, error, kind):
    with refused(error, kind):
        dm.estimate(specification(dm.GroupDifference(**options)), panel)


def test_a_term_that_one_group_lacks_is_named(panel):
    frame = panel.assign(x=panel["x"].where(panel["coastal"] == 0, panel["by_unit"]))
    with refused(EstimationError, "mechanisms.term_without_variation_in_group", level="1"):
        dm.group_difference(specification(), frame, "coastal")


@pytest.mark.parametrize(
    "options", [{"methods": ("chow",)}, {"methods": ()}, {"levels": (1,)}, {"replications": 3}]
)
def test_options_of_a_comparison_are_checked(options):
    with pytest.raises(SpecificationError):
        dm.GroupDifference(group="coastal", **options)


def test_groups_within_units_can_be_compared_without_the_permutation(panel):
    result = dm.group_difference(specification(), panel, "late", methods=("interaction", "suest"))
    table = result.tables["differences"]
    assert "permutation_p" not in table.columns
    # errors of both groups share units: the two standard errors do not simply add up
    apart = np.hypot(table["first_std_error"], table["second_std_error"])["x"]
    assert table["suest_std_error"]["x"] != pytest.approx(apart, rel=0.01)


def test_rows_of_other_groups_are_dropped_with_their_reason(panel):
    result = dm.group_difference(specification(), panel, "region", levels=("西部", "东部"), replications=50)
    assert [each.reason.en for each in result.dropped] == ["in neither group of region"]
    assert result.dropped[0].n_rows == (panel["region"] == "中部").sum()
    assert result.coefficients.index[0] == "x:region[西部]"
    assert "东部 minus 西部" in said(result)[0]


def test_an_effect_without_a_bca_interval_is_noted(panel):
    # only one cluster varies: without it there is no estimate, so that nothing tells how fast the error changes
    halves = panel.assign(half=panel["unit"] % 2, x=panel["x"].where(panel["unit"] % 2 == 0, 0.0))
    spec = specification(
        mediation("m1", replications=60, interval="bca"),
        covariance=dm.Clustered("half"),
        fixed_effects=("unit",),
    )
    result = dm.estimate(spec, halves)
    assert result.coefficients.loc["indirect effect", ["p_value", "conf_low"]].isna().all()
    assert "4 effects have no BCa interval" in said(result)[0]
    assert "百分位区间" in said(result)[1]


def test_an_outcome_that_mediators_explain_without_rest_is_noted(panel):
    result = dm.estimate(specification(mediation("m1")), panel.assign(y=panel["x"] + 2 * panel["m1"]))
    assert result.coefficients.loc["m1 -> y", "estimate"] == pytest.approx(2)
    assert "explain the outcome without rest" in said(result)[0]


def test_periods_whose_scores_add_up_to_zero_give_no_driscoll_kraay_errors(panel):
    # two periods and unit effects: what a unit adds in one it takes away in the other
    spec = specification(sample="year <= 2002", fixed_effects="unit", covariance=dm.DriscollKraay())
    with refused(EstimationError, "inference.scores_cancel"):
        dm.estimate(spec.replace(estimator=dm.LeastSquares()), panel)


def test_a_slope_whose_two_way_clusters_leave_no_variance_keeps_its_own_error_in_the_covariance(panel):
    # the stacked covariance has a negative eigenvalue, set to zero, and nothing is left of the first slope's variance
    spec = specification(controls=(), fixed_effects="unit", covariance=dm.Clustered(("unit", "year")))
    few = panel.query("unit <= 4 and year <= 2003")
    result = dm.group_difference(spec, few, "coastal", methods=("suest",))
    sizes = np.sqrt(np.diag(result.covariance_matrix))
    assert sizes == pytest.approx(result.coefficients["std_error"].to_numpy())
    assert result.covariance_matrix.loc["x:coastal[0]", "x:coastal[1]"] == 0


def test_the_null_of_equal_groups_is_rarely_rejected():
    rng = np.random.default_rng(7)
    p_values = []
    for _ in range(40):
        frame = pd.DataFrame({"unit": np.repeat(np.arange(16), 4), "year": np.tile(np.arange(4), 16)})
        frame["group"] = frame["unit"] % 2
        frame["x"] = rng.standard_normal(64)
        frame["y"] = frame["x"] + rng.standard_normal(64)
        spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects=("unit", "year"))
        result = dm.group_difference(spec, frame, "group", methods=("permutation",), replications=199)
        p_values.append(result.tables["differences"]["permutation_p"]["x"])
    # an exact test at 10 per cent: more than 10 rejections in 40 have probability 0.2 per cent
    assert sum(p <= 0.1 for p in p_values) <= 10
    assert 0.3 < np.mean(p_values) < 0.7
