"""What every panel, source and exhibit states, so that no caller asks for its name or guesses."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Mapping
from inspect import isabstract
from pathlib import Path
from typing import Any, ClassVar, get_args

import pytest
from complete import check_complete

import digimfg
from digimfg.covariance import Covariance, SmallSample
from digimfg.display.covariance_names import covariance_phrase
from digimfg.errors import MeasureError, PanelError, SourceError, SpecificationError
from digimfg.exhibits import Evidence, Exhibit, FigureExhibit, Labelled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.measures.contract import Gives, measure
from digimfg.panels import Panel, all_panels
from digimfg.registry import instances
from digimfg.sources import Source
from digimfg.text import Text
from digimfg.variables import dictionary

PANELS = all_panels()
SOURCES: dict[str, Source] = instances("sources", "SOURCE")


def all_below(kind: type[Exhibit]) -> list[type[Exhibit]]:
    return [each for child in kind.__subclasses__() for each in (child, *all_below(child))]


for _name in dir(digimfg):
    getattr(digimfg, _name)  # kinds are known once their files are read
instances("paper.exhibits", "__all__")
instances("evidence", "__all__")
EXHIBITS = sorted(
    (kind for kind in all_below(Exhibit) if kind.__module__.startswith("digimfg.") and not isabstract(kind)),
    key=lambda kind: kind.__name__,
)


def check_uses(kind: type[Exhibit]) -> None:
    """Every option of words says what it names, and every option named exists."""
    assert any("uses" in vars(each) for each in kind.__mro__[: kind.__mro__.index(Exhibit)]), "states no uses"
    shared = {each.name for base in (Exhibit, Labelled, FigureExhibit) for each in dataclasses.fields(base)}
    options = {each.name: str(each.type) for each in dataclasses.fields(kind) if each.name not in shared}
    of_words = {
        name for name, held in options.items() if re.search(r"\bstr\b", re.sub(r"Literal\[.*?\]", "", held))
    }
    uses = kind.uses
    stated = [*uses.results, *uses.tests, *uses.studies, *uses.columns, *uses.other]
    assert len(stated) == len(set(stated))
    check_complete(of_words & set(stated), of_words, "each to `uses` (`other` where it names nothing)")
    check_complete(options.keys() & set(stated), stated, "the option that `uses` names")


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
def test_a_panel_states_its_keys_its_columns_and_what_is_usual_in_them(panel: Panel) -> None:
    assert panel.variables[: len(panel.keys)] == panel.keys
    known = [name for name in panel.variables if name in dictionary()]
    check_complete(known, panel.variables, "a table of the name to a sheet of src/digimfg/variables/sheets")
    check_complete(SOURCES.keys() & set(panel.sources), panel.sources, "a SOURCE to src/digimfg/sources")
    usual = panel.usual
    numbers = {name for name in panel.variables if dictionary()[name].dtype in ("float", "integer")}
    assert {*usual.totals, *usual.ranges, *usual.file_ranges} <= numbers
    assert all(low < high for low, high in (*usual.ranges.values(), *usual.file_ranges.values()))
    assert all(
        level.in_2011 > 0 and level.in_2020 > 0 and level.spread > 0 for level in usual.totals.values()
    )
    people = usual.people.values() if isinstance(usual.people, Mapping) else [usual.people]
    assert all(count > 0 for count in people) or not usual.totals
    assert usual.longest_gap >= 1


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_source_states_what_a_data_section_must_say(source: Source) -> None:
    assert source.name in SOURCES
    assert source.title.en
    assert source.title.zh
    for part in (
        source.producer,
        source.licence,
        source.citation,
        source.url,
        source.vintage,
        source.accessed,
    ):
        assert part
    assert all(len(digest) == 64 for digest in source.files.values())
    assert (source.vintage.split(",")[-1].strip() in source.title.en) == source.vintage_in_title


@pytest.mark.parametrize("kind", EXHIBITS, ids=lambda kind: kind.__name__)
def test_an_exhibit_has_the_options_that_all_share(kind: type[Exhibit]) -> None:
    options = {each.name: each for each in dataclasses.fields(kind)}
    assert {"title", "notes", "note_form"} <= set(options)
    assert kind.kind in ("table", "figure")
    assert "notes" not in vars(kind).get("__annotations__", {})


@pytest.mark.parametrize("kind", EXHIBITS, ids=lambda kind: kind.__name__)
def test_an_exhibit_states_which_results_and_columns_it_uses(kind: type[Exhibit]) -> None:
    check_uses(kind)


@dataclasses.dataclass(frozen=True)
class Silent(FigureExhibit):
    def build(self, evidence: Evidence) -> Chart:
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class Forgetful(Silent):
    _: dataclasses.KW_ONLY
    variable: str = "x"

    uses: ClassVar[Uses] = Uses(results=("specification",))


@pytest.mark.parametrize("kind", [Silent, Forgetful])
def test_an_exhibit_that_states_nothing_or_forgets_an_option_breaks_the_contract(kind: type[Exhibit]) -> None:
    with pytest.raises(AssertionError):
        check_uses(kind)


SOURCE = next(iter(SOURCES.values()))
PANEL = PANELS["world"]


@pytest.mark.parametrize(
    "change",
    [
        *(
            {part: " "}
            for part in ("name", "producer", "licence", "citation", "url", "vintage", "extraction")
        ),
        {"title": Text("Title", "")},
        {"accessed": "yesterday"},
        {"files": {"a.csv": "0" * 63}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_source_that_does_not_state_what_it_must_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(SourceError):
        dataclasses.replace(SOURCE, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"keys": ()},
        {"keys": PANEL.keys[::-1]},
        {"variables": (*PANEL.variables, PANEL.variables[-1])},
        {"title": Text("", "题")},
        {"name": ""},
    ],
)
def test_a_panel_whose_keys_do_not_stand_first_or_that_has_no_name_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(PanelError):
        dataclasses.replace(PANEL, **change)


@pytest.mark.parametrize(
    ("reads", "gaps", "gives"),
    [
        (("value",), "refused", Gives("index")),  # no such argument
        ((), "refused", Gives("index")),  # reads nothing that could have gaps
        (("values",), "dropped", Gives("index")),
        (("values",), "refused", Gives("points")),  # type: ignore[arg-type]
        (("values",), "refused", Gives("index", 1, 0)),
        (("values",), "refused", Gives("index", direction=2)),  # type: ignore[arg-type]
    ],
)
def test_a_measure_that_states_what_is_none_is_refused(reads: Any, gaps: Any, gives: Gives) -> None:
    def largest(values: list[float]) -> float:
        return max(values)

    with pytest.raises(MeasureError):
        measure(*reads, gaps=gaps, gives={"": gives})(largest)


def check_covariance(kind: type[Any]) -> None:
    """What designs, notes and small samples ask of any covariance is stated."""
    asked = kind(*{"Clustered": ("x",), "Conley": ("x", "y", 1.0)}.get(kind.__name__, ()))
    assert asked.small_sample in get_args(SmallSample)
    assert all(isinstance(each, tuple) for each in (asked.cluster_columns, asked.required_terms))
    assert isinstance(asked.needs_keys, bool)
    said = covariance_phrase(asked)
    assert said.en
    assert said.zh


@pytest.mark.parametrize("kind", get_args(Covariance), ids=lambda kind: kind.__name__)
def test_a_covariance_states_its_rule_its_columns_and_how_it_is_described(kind: type[Any]) -> None:
    check_covariance(kind)


class Undescribed:
    """States all that `digimfg.covariance` asks but has no words."""

    small_sample, cluster_columns, required_terms, needs_keys = "stata", (), (), False


class Ruleless(Undescribed):
    small_sample = None


@pytest.mark.parametrize("kind", [Undescribed, Ruleless, object])
def test_a_covariance_that_states_less_breaks_the_contract_and_is_refused(kind: type[Any]) -> None:
    with pytest.raises((AssertionError, AttributeError)):
        check_covariance(kind)
    with pytest.raises(SpecificationError):
        digimfg.Specification("y", "x", covariance=kind())


@pytest.mark.parametrize("lacking", ["label", "errors_label", "fit"])
def test_an_estimator_that_lacks_a_statement_cannot_be_made(lacking: str) -> None:
    stated = {
        "label": Text("Dummy", "示例"),
        "errors_label": lambda _self, _covariance: None,
        "fit": lambda _self, _design: None,
    }
    assert type("Whole", (digimfg.Estimator,), stated)()
    with pytest.raises(TypeError, match=lacking):
        type("Dummy", (digimfg.Estimator,), {name: stated[name] for name in stated if name != lacking})()


def test_no_check_of_panels_asks_for_the_name_of_one() -> None:
    folder = Path(digimfg.__file__).parent / "panels"
    for name in ("checks", "domain_checks", "magnitudes", "slips"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                asked = [part for part in (node.left, *node.comparators) if isinstance(part, ast.Attribute)]
                assert not any(part.attr == "name" for part in asked), f"{name}:{node.lineno}"
