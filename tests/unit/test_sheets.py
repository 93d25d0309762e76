"""Sheets hold the words of labels and headings: each in both languages, each asked for by code, none twice."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from complete import check_complete
from trees import package_trees

import digimfg
from digimfg.derived import keeping
from digimfg.display.answer_words import ANSWER_WORDS, CODE_WORDS, FIELD_WORDS
from digimfg.display.statistics import STATISTIC_LABELS
from digimfg.registry import instances
from digimfg.sheets import as_words, sheet_beside, sheets_beside
from digimfg.text import Text
from digimfg.variables import describe_variable
from digimfg.variables.topics import names_of

PACKAGE = Path(digimfg.__file__).parent
TEMPLATES = {"errors", "notes"}
"""Rooms whose words are sentences with facts, which have tests of their own."""
SHEETS = [path for path in sorted(PACKAGE.rglob("words/*.toml")) if path.parts[-3] not in TEMPLATES]
NAMES_OF_CODE = {"display", "variables"}
"""Rooms whose entries are named as columns, fields and codes are: two of these may be called the same."""


def tables(held: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the words of a sheet, and those of each of its tables."""
    yield {name: each for name, each in held.items() if not isinstance(each, dict)}
    yield from (each for each in held.values() if isinstance(each, dict))


def names_in(tree: ast.AST) -> tuple[set[str], set[str]]:
    """Return the strings and names of a file, and the patterns of those that are put together."""
    whole, composed = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            whole.add(node.value)
        elif isinstance(node, ast.Name):
            whole.add(node.id)
        elif isinstance(node, ast.Attribute):
            whole.add(node.attr)
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            whole.add(node.arg)
        elif isinstance(node, ast.JoinedStr):
            fixed = [re.escape(each.value) if isinstance(each, ast.Constant) else "" for each in node.values]
            if re.search("[a-z]", "".join(fixed)):
                composed.add("".join(each or r"\w+" for each in fixed))
    return whole, composed


@cache
def trees() -> dict[Path, ast.Module]:
    return {PACKAGE / name: tree for name, tree in package_trees().items()}


@cache
def asks(room: Path | None = None) -> Callable[[str], bool]:
    """Return whether code names a word: that of a room, or any."""
    found = [names_in(tree) for path, tree in trees().items() if room is None or path.parent == room]
    whole = {name for names, _ in found for name in names}
    composed = re.compile("|".join(sorted({each for _, patterns in found for each in patterns})) or "(?!)")
    return lambda name: name in whole or name in CODES or composed.fullmatch(name) is not None


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: "/".join(path.parts[-3::2]))
def test_words_are_read_one_at_a_time_as_the_whole_sheet_would_be(path: Path) -> None:
    whole = tomllib.loads(path.read_text(encoding="utf-8"))
    words, of_tables = list(tables(whole)), sheets_beside(str(path.parents[1] / "room.py"), path.stem)
    assert dict(sheet_beside(str(path.parents[1] / "room.py"), path.stem)) == {
        name: as_words(each) for name, each in words[0].items()
    }
    assert [dict(each) for each in of_tables.values()] == [
        {name: as_words(each) for name, each in table.items()} for table in words[1:]
    ]
    assert list(of_tables) == [name for name, each in whole.items() if isinstance(each, dict)]


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: "/".join(path.parts[-3::2]))
def test_words_of_a_sheet_are_whole_used_and_said_once(path: Path) -> None:
    held = list(tables(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert any(held)
    for name, each in ((name, each) for table in held for name, each in table.items()):
        assert isinstance(each, str | list), name
        words = [each] if isinstance(each, str) else each
        assert isinstance(each, str) or (len(each) == 2 and each[0] != each[1]), (
            f"{name}: one string for both"
        )
        assert all(isinstance(word, str) and word.strip() for word in words), name
        assert asks()(name), f"nothing asks for {name}"
    if path.parts[-3] not in NAMES_OF_CODE:
        said = [str(each) for each in held[0].values()]
        assert sorted({each for each in said if said.count(each) > 1}) == []
        assert [name for name in held[0] if not asks(path.parents[1])(name)] == [], "no code of the room asks"


def asked_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the sheets that a module opens and the names by which it asks them, where it says these itself."""
    opened = {
        node.targets[0].id: "/".join(
            each.value for each in node.value.args[1:] if isinstance(each, ast.Constant)
        )
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "sheet_beside"
    }
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=asked)) if name in opened:
                yield opened[name], str(asked)


def test_every_name_that_code_asks_a_sheet_for_is_in_it() -> None:
    asked = [(path, *each) for path, tree in trees().items() for each in asked_in(tree)]
    assert len(asked) > 500
    for path, sheet, name in asked:
        assert name in sheet_beside(str(path), *sheet.split("/")), f"{path.name}: {sheet}.toml: {name}"


def test_no_sheet_of_answers_repeats_what_the_next_one_says() -> None:
    rows = {"scale"}  # names rows, which are looked up among the words of answers alone
    later = {**STATISTIC_LABELS, **ANSWER_WORDS}
    assert [name for name, words in FIELD_WORDS.items() if later.get(name) == words] == []
    alike = {name for name, words in ANSWER_WORDS.items() if STATISTIC_LABELS.get(name) == words}
    assert alike == rows
    assert all(CODE_WORDS.values())


UNITS = tomllib.loads((PACKAGE / "variables" / "units.toml").read_text(encoding="utf-8"))
CODES = {*describe_variable("sector").categories, *describe_variable("table").categories}
"""Codes of data, by which words are asked for."""
TOPICS = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((PACKAGE / "variables" / "sheets").glob("*.toml"))
}


def test_every_variable_is_whole_and_is_a_column_of_some_panel_or_register() -> None:
    listed = {name for panel in instances("panels", "PANEL").values() for name in panel.variables}
    unused = []
    for topic, held in TOPICS.items():
        shared = {name: each for name, each in held.items() if not isinstance(each, dict)}
        assert names_of(topic) == tuple(name for name in held if name not in shared)
        for name in names_of(topic):
            for part in ("label", "definition"):
                words = held[name][part]
                assert isinstance(words, str) or (len(words) == 2 and words[0] != words[1]), (name, part)
            again = [part for part in shared if held[name].get(part) == shared[part]]
            assert again == [], f"{topic}.toml, {name}: the first lines say it for all"
            if name not in listed and not asks()(name):
                unused.append(name)
    assert unused == [], "no panel lists these among its variables and no code names them"


def test_a_unit_of_several_variables_stands_in_the_sheet_of_units_and_each_of_these_is_used() -> None:
    units = [each["unit"] for held in TOPICS.values() for each in held.values() if isinstance(each, dict)]
    named = {each for each in units if isinstance(each, str)}
    check_complete(UNITS, named, "it to src/digimfg/variables/units.toml, or write the unit as a pair")
    pairs = [tuple(each) for each in units if not isinstance(each, str)]
    known = {pair for pair in pairs if UNITS.get(pair[1]) == pair[0]}
    assert known == set(), "units.toml has these: write the Chinese name alone"
    several = {pair for pair in pairs if pairs.count(pair) > 1}
    repeated = {pair for pair in several if pair[1] not in UNITS}
    assert repeated == set(), "several variables have these: add them to src/digimfg/variables/units.toml"


def test_a_sheet_is_read_when_it_is_asked_for_and_says_both_languages(tmp_path: Path) -> None:
    words = sheet_beside(str(tmp_path / "room.py"), "late", "table")
    (tmp_path / "words").mkdir()
    text = 'x = "δ"\n[table]\nrows = ["Rows", "行"]\nsame = "N"\n'
    (tmp_path / "words" / "late.toml").write_text(text, encoding="utf-8")
    assert dict(words) == {"rows": Text("Rows", "行"), "same": Text("N", "N")}
    assert len(words) == 2
    assert sheet_beside(str(tmp_path / "room.py"), "late")["x"] == Text("δ", "δ")
    with pytest.raises(KeyError):
        words["columns"]


def test_the_search_for_names_finds_what_is_written_and_what_is_put_together() -> None:
    whole, composed = names_in(ast.parse('f(a=b.c)["d"]; g(f"low_{x}"); h(f"{x}_{y}")'))
    assert {"f", "a", "b", "c", "d"} <= whole
    assert composed == {r"low_\w+"}


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Return what steps of make depend on, in a checkout whose files are empty."""
    root = tmp_path_factory.mktemp("checkout")
    for path in PACKAGE.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            empty = root / "src" / path.relative_to(PACKAGE.parent)
            empty.parent.mkdir(parents=True, exist_ok=True)
            empty.touch()
    names = ("data_code", "run_code", "all_code")
    shows = "".join(f"show_{name}:\n\t@printf '%s\\n' $({name})\n" for name in names)
    text = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    (root / "Makefile").write_text(f"{text}\n{shows}", encoding="utf-8")
    shown = {
        name: subprocess.run(
            ["make", "-s", "-C", str(root), f"show_{name}"], capture_output=True, text=True, check=True
        ).stdout
        for name in names
    }
    return {name: {each.removeprefix("src/") for each in said.split()} for name, said in shown.items()}


def test_steps_of_make_are_due_when_words_or_variables_change(steps: dict[str, set[str]]) -> None:
    sheets = {path.relative_to(PACKAGE.parent).as_posix() for path in PACKAGE.rglob("*.toml")}
    used = {each for each in sheets if "/thesis/" not in each}
    assert sorted(used - steps["all_code"]) == []
    assert sorted(each for each in used - steps["run_code"] if not each.startswith("digimfg/cli/")) == []
    of_data = {each for each in used if each.split("/")[1] in ("sources", "panels", "variables", "measures")}
    assert len(of_data) > 30
    assert sorted(of_data - steps["data_code"]) == []


def test_what_is_kept_of_computed_columns_knows_the_sheets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PACKAGE", tmp_path)
    (tmp_path / "variables" / "sheets").mkdir(parents=True)
    hashes = []
    for label in ("Rows", "Lines"):
        (tmp_path / "variables" / "sheets" / "a.toml").write_text(label, encoding="utf-8")
        hashes.append(keeping._code_hash.__wrapped__())
    assert hashes[0] != hashes[1]
