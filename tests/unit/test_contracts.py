"""What every panel, source and exhibit states, so that no caller asks for its name or guesses."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest

import digimfg
from digimfg.exhibits import Exhibit
from digimfg.panels import Panel, all_panels
from digimfg.registry import instances
from digimfg.sources import Source
from digimfg.variables import dictionary

PANELS = all_panels()
SOURCES: dict[str, Source] = instances("sources", "SOURCE")
EXHIBITS = [
    value
    for name in dir(digimfg)
    if isinstance(value := getattr(digimfg, name), type) and issubclass(value, Exhibit)
]


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


def test_no_check_of_panels_asks_for_the_name_of_one() -> None:
    folder = Path(digimfg.__file__).parent / "panels"
    for name in ("checks", "domain_checks", "magnitudes", "slips"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                asked = [part for part in (node.left, *node.comparators) if isinstance(part, ast.Attribute)]
                assert not any(part.attr == "name" for part in asked), f"{name}:{node.lineno}"
