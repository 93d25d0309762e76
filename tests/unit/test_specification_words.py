"""A word, or a class without brackets, where an object is made is answered with the line to write."""

import inspect
import re

import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault


@pytest.mark.parametrize(
    ("part", "value", "kind"),
    [
        ("covariance", "robust", Fault.of("arguments.kind_of_value", argument="covariance")),
        ("covariance", "cluster province", Fault.of("arguments.kind_of_value", argument="covariance")),
        ("covariance", "white", Fault.of("arguments.kind_of_value", argument="covariance")),
        ("estimator", "2SLS", Fault.of("arguments.kind_of_value", argument="estimator")),
        ("estimator", "re", Fault.of("arguments.kind_of_value", argument="estimator")),
        ("estimator", "OLS", Fault.of("arguments.kind_of_value", argument="estimator")),
        ("covariance", "ols", Fault.of("arguments.kind_of_value", argument="covariance")),
        ("covariance", "2sls", Fault.of("arguments.kind_of_value", argument="covariance")),
        ("estimator", "heckman", Fault.of("arguments.kind_of_value", argument="estimator")),
        ("estimator", dm.Poisson, Fault.of("arguments.kind_of_value", argument="estimator")),
        ("covariance", dm.Robust, Fault.of("arguments.kind_of_value", argument="covariance")),
    ],
)
def test_a_word_is_answered_with_what_it_means(part, value, kind):
    with refused(dm.SpecificationError, kind):
        dm.Specification("y", "x", entity="id", **{part: value})


def test_what_is_proposed_can_be_written():
    for made in (dm.Robust(), dm.Clustered("id"), dm.Unadjusted(), dm.DriscollKraay()):
        assert dm.Specification("y", "x", covariance=made).covariance == made
    for made in (dm.TwoStageLeastSquares(), dm.LeastSquares(), dm.RandomEffects(), dm.Poisson()):
        assert dm.Specification("y", "x", estimator=made).estimator == made


def test_an_unknown_part_of_a_copy_is_answered_with_the_nearest():
    spec = dm.Specification("y", "x", entity="id")
    with refused(dm.SpecificationError, "names.unknown_part", near="fixed_effects"):
        spec.replace(fixed_effect="id")
    assert spec.replace(fixed_effects="id").fixed_effects == ("id",)


def test_a_misspelt_public_name_is_answered_with_the_nearest():
    with pytest.raises(AttributeError, match="'Regressiontable'; nearest: RegressionTable"):
        dm.Regressiontable  # noqa: B018
    assert not hasattr(dm, "regression_discontinuity")
    assert not hasattr(dm, "_nothing")


@pytest.mark.parametrize(
    ("keyword", "remedy"),
    [
        ("fe", "fixed_effects='id'"),
        ("absorb", "fixed_effects='id'"),
        ("vce", r"covariance=…"),
        ("cluster", r"covariance=dm\.Clustered\('id'\)"),
        ("iv", "endogenous='x', instruments='z'"),
        ("weight", "weights='w'"),
        ("if", "sample='year >= 2000'"),
        ("if_", "sample='year >= 2000'"),
        ("subset", "sample='year >= 2000'"),
        ("id", "entity='id'"),
        ("t", "time='year'"),
        ("data", r"dm\.estimate\(specification, frame\)"),
        ("fixed_effect", "nearest: fixed_effects"),
    ],
)
def test_a_keyword_of_another_package_is_answered_with_ours(keyword, remedy):
    with pytest.raises(dm.SpecificationError, match=remedy) as caught:
        dm.Specification("y", "x", **{keyword: "id"})
    assert caught.value.got.en == f"{keyword}=…"
    assert "fixed_effects" in caught.value.expected.zh


def test_every_keyword_that_is_proposed_exists():
    names = list(inspect.signature(dm.Specification).parameters)
    for keyword in ("cluster", "fe", "entity_effects", "time_effects", "iv", "endog", "w", "if", "x", "y"):
        with pytest.raises(dm.SpecificationError) as caught:
            dm.Specification("y", "x", **{keyword: "id"})
        proposed = re.findall(r"(\w+)=", caught.value.remedy.en)
        assert proposed
        assert set(proposed) <= set(names)


def test_the_signature_stays_as_it_is_written():
    names = list(inspect.signature(dm.Specification).parameters)
    assert names[:3] == ["outcome", "regressors", "controls"]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'regressors'"):
        dm.Specification("y")


@pytest.mark.parametrize("keyword", ["absorb", "vce", "model"])
def test_a_remedy_in_chinese_holds_no_english_words(keyword):
    with pytest.raises(dm.SpecificationError) as raised:
        dm.Specification("y", "x", **{keyword: "id"})
    assert not any(word in raised.value.remedy.zh for word in (" or ", "e.g."))
