"""What a frame says of itself is written and read in one room; elsewhere nobody looks into its ``attrs``."""

from __future__ import annotations

import ast

import pandas as pd
from trees import package_trees

import digimfg as dm
from digimfg.frames.said import (
    add_notes,
    add_sources,
    notes_of,
    say_of_joined,
    say_of_source_columns,
    sources_of,
)


def readings(code: str | ast.Module) -> list[int]:
    """Return the lines that look into the declarations of a frame, by the attribute or by its name."""
    found = []
    for node in ast.walk(ast.parse(code) if isinstance(code, str) else code):
        named = isinstance(node, ast.Attribute) and node.attr == "attrs"
        asked = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("getattr", "setattr", "hasattr")
            and any(isinstance(each, ast.Constant) and each.value == "attrs" for each in node.args)
        )
        if named or asked:
            found.append(node.lineno)
    return sorted(found)


def test_only_the_room_of_frames_reads_what_they_say_of_themselves():
    found = [
        f"{path}:{line}"
        for path, tree in package_trees().items()
        if not path.startswith("frames/")
        for line in readings(tree)
    ]
    assert found == []


def test_the_search_finds_such_readings():
    assert readings("frame.attrs['notes']\nx = getattr(frame, 'attrs')\nframe.attributes") == [1, 2]


def test_what_is_said_of_columns_follows_those_computed_and_joined():
    frame = pd.DataFrame({"x": [1.0], "y": [2.0], "z": [3.0]})
    add_sources(frame, [dm.Text("Yearbook", "年鉴")], ("x",))
    add_notes(frame, [dm.Text("Revised", "修订")], ("x",))
    add_notes(frame, [dm.Text("October", "十月")])
    say_of_source_columns(frame, ("x", "y"), "z")
    assert sources_of(frame, ("z",)) == (dm.Text("Yearbook", "年鉴"),)
    assert sources_of(frame, ("y",)) == ()
    assert [note.en for note in notes_of(frame, ("z",))] == ["Revised", "October"]
    other = pd.DataFrame({"z": [3.0]})
    say_of_joined(other, frame, ("z",))
    assert [note.en for note in notes_of(other, ("z",))] == ["Revised", "October"]
    assert notes_of(other, ("q",)) == ()
