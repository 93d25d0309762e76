"""Labels of what spatial panels and thresholds add to the terms of a specification."""

import pytest

from digimfg.labels import term_label
from digimfg.text import Text

LABELS = {"x": Text("trade", "贸易"), "core": Text("core to periphery", "核心到外围")}


@pytest.mark.parametrize(
    ("term", "en", "zh"),
    [
        ("W.x", "spatial lag of trade", "贸易的空间滞后"),
        ("W.log(x)", "spatial lag of log of trade", "贸易的对数的空间滞后"),
        ("W[core].x", "spatial lag of trade, core to periphery", "贸易的空间滞后，核心到外围"),
        ("W[core].x:z", "spatial lag of trade × z, core to periphery", "贸易×z的空间滞后，核心到外围"),
        ("rho", "spatial lag of the outcome (ρ)", "被解释变量的空间滞后（ρ）"),
        (
            "rho[core]",
            "spatial lag of the outcome (ρ), core to periphery",
            "被解释变量的空间滞后（ρ），核心到外围",
        ),
        ("lambda", "spatial error (λ)", "空间误差（λ）"),
        ("x:regime[2]", "trade × regime = 2", "贸易×门槛区间=2"),
    ],
)
def test_labels_compose_in_both_languages(term, en, zh):
    assert term_label(term, LABELS) == Text(en, zh)


def test_a_label_given_for_the_whole_term_wins():
    assert term_label("rho", {"rho": "spillover"}).en == "spillover"
