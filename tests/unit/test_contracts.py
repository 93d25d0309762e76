"""What every panel, source and exhibit states, so that no caller asks for its name or guesses."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Mapping
from inspect import isabstract
from pathlib import Path
from typing import ClassVar

import pytest

import digimfg
from digimfg.exhibits import Evidence, Exhibit, FigureExhibit, Labelled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.panels import Panel, all_panels
from digimfg.registry import instances
from digimfg.sources import Source
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
    assert of_words <= set(stated) <= set(options)


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
def test_a_panel_states_its_keys_its_columns_and_what_is_usual_in_them(panel: Panel) -> None:
    assert panel.variables[: len(panel.keys)] == panel.keys
    assert set(panel.variables) <= set(dictionary())
    assert set(panel.sources) <= set(SOURCES)
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


def test_no_check_of_panels_asks_for_the_name_of_one() -> None:
    folder = Path(digimfg.__file__).parent / "panels"
    for name in ("checks", "domain_checks", "magnitudes", "slips"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                asked = [part for part in (node.left, *node.comparators) if isinstance(part, ast.Attribute)]
                assert not any(part.attr == "name" for part in asked), f"{name}:{node.lineno}"
