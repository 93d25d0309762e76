"""Errors have a kind and facts; the catalogue has their words, and no code writes them itself."""

from __future__ import annotations

import ast
import copy
import pickle
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pandas as pd
import pytest
from complete import check_complete
from plurals import fixed_plurals
from refused import refused
from trees import package_trees

import digimfg
from digimfg.errors import DigimfgError, EstimationError, PanelError
from digimfg.errors.catalogue import PARTS, entries, rooms
from digimfg.measures.descriptive import describe_variables
from digimfg.say import Said, say
from digimfg.text import Text
from digimfg.words import fields_of, parts_of

KIND = re.compile(r"[a-z_]+\.[a-z0-9_]+")
KINDS = [f"{room}.{name}" for room in rooms() for name in entries(room)]
TO_THE_CATALOGUE = (
    "put the words into src/digimfg/errors/words/<room>.toml and raise Error.of (CONTRIBUTING, An error): "
)
OF_THE_FAMILY = {f"names.{name}" for name in entries("names")}


class Made(NamedTuple):
    """An error that code makes: the place, its kinds, and what it passes."""

    place: str
    kinds: tuple[str, ...]
    names: frozenset[str]


def made_in(tree: ast.AST, name: str) -> Iterator[Made]:
    """Yield every ``Error.of("room.kind", …)`` of a file."""
    for node in ast.walk(tree):
        of = node.func if isinstance(node, ast.Call) else None
        if isinstance(of, ast.Attribute) and of.attr == "of" and ast.unparse(of.value) != "Text":
            said = [
                each.value
                for argument in node.args[:1]
                for each in ast.walk(argument)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            kinds = tuple(each for each in said if KIND.fullmatch(each))
            if kinds:
                names = frozenset(each.arg for each in node.keywords if each.arg is not None)
                if isinstance(node.func.value, ast.Name) and node.func.value.id == "Fault":
                    names |= {"where", "got", "remedy"}  # told by who knows the place
                    if all(each.startswith(("answers.", "importing.")) for each in kinds):
                        names |= {"expected"}
                yield Made(f"{name}:{node.lineno}", kinds, names)


def written_out_in(tree: ast.AST) -> Iterator[int]:
    """Yield the lines where an error is made of its parts in place of a kind."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = {each.arg for each in node.keywords}
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in ("of", "like") and (
                set(PARTS) <= given or (name.endswith("Error") and given & set(PARTS))
            ):
                yield node.lineno


@cache
def trees() -> dict[str, ast.Module]:
    """Return the code that makes errors, by file."""
    return {name: tree for name, tree in package_trees().items() if not name.startswith("errors/")}


@cache
def all_made() -> tuple[Made, ...]:
    """Return every error that the code makes."""
    return tuple(made for name, tree in trees().items() for made in made_in(tree, name))


def test_every_kind_that_code_names_has_words_and_every_word_is_named() -> None:
    named = {kind for made in all_made() for kind in made.kinds}
    assert len(named) > 500
    check_complete(
        named & set(KINDS), named, "a table [kind] to src/digimfg/errors/words/<room>.toml for each room.kind"
    )
    unnamed = sorted(set(KINDS) - named - OF_THE_FAMILY)
    assert unnamed == [], "kinds that no Error.of(…) names: take them out of src/digimfg/errors/words"


def test_an_error_passes_the_facts_of_its_words_and_the_parts_they_leave_open() -> None:
    wrong = []
    for made in all_made():
        words = [
            entries(room).get(name, {}) for room, _, name in (each.partition(".") for each in made.kinds)
        ]
        facts = {field for entry in words for template in entry.values() for field in fields_of(template)}
        if made.names - set(PARTS) != facts or any(
            not set(PARTS) <= made.names | set(each) for each in words
        ):
            wrong.append(f"{made.place} {made.kinds}: {sorted(made.names ^ facts)}")
    assert wrong == [], "facts or parts that the call has and its words lack, or the other way round"


def test_no_error_is_written_out_where_it_is_raised() -> None:
    found = [f"{name}:{line}" for name, tree in trees().items() for line in written_out_in(tree)]
    assert found == [], TO_THE_CATALOGUE + ", ".join(found)


def worded_in(tree: ast.AST) -> Iterator[int]:
    """Yield the lines where a part of an error of some kind is worded beside it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "of":
            parts = [each.value for each in node.keywords if each.arg in PARTS]
            made = [each for part in parts for each in ast.walk(part) if isinstance(each, ast.Call)]
            if any(isinstance(each.func, ast.Name) and each.func.id in ("Text", "say") for each in made):
                yield node.lineno


def test_no_part_of_an_error_is_worded_where_it_is_raised() -> None:
    found = [f"{name}:{line}" for name, tree in trees().items() for line in worded_in(tree)]
    assert found == [], TO_THE_CATALOGUE + ", ".join(found)


def test_the_search_for_errors_finds_them() -> None:
    code = "raise PanelError(where='a', expected='b', got='c', remedy='d')\nText.of('a')\n"
    code += "raise PanelError(where='a', **fault._asdict()) from Fault.of('did.z', m=2)\n"
    code += "raise PanelError.of('did.x' if one else 'did.y', n=3, where='a')"
    code += "\nPanelError.of('did.x', got=names or Text('none', '无'))"
    tree = ast.parse(code)
    assert list(worded_in(tree)) == [5]
    assert list(written_out_in(tree)) == [1, 3]
    assert list(made_in(tree, "a.py")) == [
        Made("a.py:3", ("did.z",), frozenset({"got", "m", "remedy", "where"})),
        Made("a.py:4", ("did.x", "did.y"), frozenset({"n", "where"})),
        Made("a.py:5", ("did.x",), frozenset({"got"})),
    ]


@pytest.mark.parametrize("room", rooms())
def test_words_say_the_same_facts_in_both_languages_and_are_whole(room: str) -> None:
    for kind, parts in entries(room).items():
        assert set(parts) <= set(PARTS), kind
        for part, words in parts.items():
            fields = [{name for _, name, _ in parts_of(each)} - {None} for each in (words.en, words.zh)]
            assert fields[0] == fields[1], (kind, part)
            assert words.en.strip(), (kind, part)
            assert words.zh.strip(), (kind, part)
            assert not words.en.removesuffix("...").endswith("."), (kind, part)
            assert not words.zh.endswith("。"), (kind, part)


def test_no_count_stands_beside_a_noun_that_is_fixed_in_the_plural() -> None:
    found = {
        f"{room}.{kind}.{part}": fixed
        for room in rooms()
        for kind, parts in entries(room).items()
        for part, words in parts.items()
        if (fixed := fixed_plurals(words.en))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("template", "fixed"),
    [
        ("at most {n} rows of {name}", [("n", "rows")]),
        ("{n_rows:,} complete rows, {k:d} hypotheses", [("n_rows", "complete rows"), ("k", "hypotheses")]),
        ("{df:.0f} degrees, {n:,.0f} others", [("df", "degrees"), ("n", "others")]),
        ("{n:,|row} of {share:.0%} of rows, {dtype} values, {n} of the units", []),
    ],
)
def test_the_search_for_fixed_plurals_finds_them(template, fixed) -> None:
    assert fixed_plurals(template) == fixed


def test_the_order_of_words_is_that_of_their_names() -> None:
    for room in rooms():
        assert list(entries(room)) == sorted(entries(room)), room


def test_an_error_holds_its_kind_its_facts_and_sentences_of_them() -> None:
    error = EstimationError.of("gmm.too_few_instruments", n_coefficients=4, n_instruments=3)
    assert error.kind == "gmm.too_few_instruments"
    assert error.facts == {"n_coefficients": 4, "n_instruments": 3}
    assert isinstance(error.got, Said)
    assert error.got.values == {"n_instruments": 3}
    assert "3" in error.message("zh")


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_is_copied_and_pickled_whole(again) -> None:
    error = EstimationError.of("gmm.too_few_instruments", n_coefficients=4, n_instruments=3)
    other = again(error)
    assert type(other) is EstimationError
    assert (other.kind, other.facts) == (error.kind, error.facts)
    assert other.message("zh") == error.message("zh")


def test_an_error_of_four_parts_has_no_kind() -> None:
    error = DigimfgError(where="a", expected=Text("b", "乙"), got=say("{n}", "{n}", n=1), remedy="d")
    assert (error.kind, error.facts) == ("", {})
    assert PanelError.like(error, where="e").message("zh").splitlines()[:2] == ["  位置: e", "  应为: 乙"]


def test_a_kind_or_a_fact_that_is_lacking_is_an_error_of_the_code() -> None:
    for kind in ("nowhere.such_kind", "gmm.such_kind", "gmm.too_few_instruments"):
        with pytest.raises(KeyError):
            EstimationError.of(kind)


def test_what_is_known_by_name_is_told_as_names() -> None:
    with refused(digimfg.MeasureError, "measures.statistic_unknown") as told:
        describe_variables(pd.DataFrame({"x": [1.0, 2.0]}), ["x"], statistics=("middle",))
    assert told.value.kind == "measures.statistic_unknown"
