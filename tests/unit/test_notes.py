"""Notes have names and facts; the catalogue has their words, and no code writes them itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest
from complete import check_complete
from plurals import fixed_plurals
from trees import PACKAGE, package_texts, package_trees

from digimfg.errors.catalogue import entries as errors_of
from digimfg.errors.catalogue import rooms as rooms_of_errors
from digimfg.notes import entries, note_of, rooms
from digimfg.say import say
from digimfg.sheets import table_in
from digimfg.text import Text
from digimfg.words import fields_of, parts_of

NAME = re.compile(r"[a-z_]+\.[a-z0-9_]+")
BELOW = {"say.py", "sentences.py", "stored_text.py"}
"""What makes sentences of any template: of a sentence's first letter, and of what was stored."""
ENTRIES = {f"{room}.{name}": entry for room in rooms() for name, entry in entries(room).items()}
APART = {
    "design.term_and_reason": ({"reason"}, {"why"}),
    "did.first_keys_of_kind": ({"more"}, {"all"}),
    "inference.terms_and_more": ({"more"}, {"all"}),
    "inference.varies_in_one_group_only": (set(), {"inside"}),
}
"""What either language says in its own way: English counts what is not listed ("and 2 more"), Chinese all that
there is ("等5个")."""


class Call(NamedTuple):
    """A note that code says: the place, its names, what it passes, and whether by a mapping too."""

    place: str
    names: tuple[str, ...]
    facts: frozenset[str]
    more: bool


def constants(node: ast.AST) -> Iterator[str]:
    """Yield the names of notes that a node writes out."""
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and NAME.fullmatch(each.value):
            yield each.value


def called(node: ast.AST, name: str) -> bool:
    """Return whether a node calls a function or method of this name."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", None)) == name


def calls_in(tree: ast.AST, path: str) -> list[Call]:
    """Return every ``note_of(…)`` of a file; a name that stands elsewhere in the file is looked for there."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node, "note_of")]
    beside = [tuple(constants(node.args[0])) for node in found]
    direct = {name for names in beside for name in names}
    elsewhere = tuple(
        name for name in dict.fromkeys(constants(tree)) if name in ENTRIES and name not in direct
    )
    return [
        Call(
            f"{path}:{node.lineno}",
            names or elsewhere,
            frozenset(each.arg for each in node.keywords if each.arg is not None),
            any(each.arg is None for each in node.keywords),
        )
        for node, names in zip(found, beside, strict=True)
    ]


@cache
def trees() -> dict[str, ast.Module]:
    """Return the code that says notes, by file."""
    saying = re.compile(r"\b(note_of|say)\(")
    return {path: tree for path, tree in package_trees().items() if saying.search(package_texts()[path])}


@cache
def all_calls() -> tuple[Call, ...]:
    """Return every note that the code says."""
    return tuple(call for path, tree in trees().items() for call in calls_in(tree, path))


def test_every_name_that_code_says_has_words_and_every_word_is_said() -> None:
    said = {name for call in all_calls() for name in call.names}
    assert len(said) > 900
    check_complete(
        said & set(ENTRIES), said, "a table [name] to src/digimfg/notes/words/<room>.toml for each room.name"
    )
    unsaid = sorted(set(ENTRIES) - said)
    assert unsaid == [], "words that no note_of(…) says: take them out of src/digimfg/notes/words"
    nameless = [call.place for call in all_calls() if not call.names]
    assert nameless == [], "note_of takes a name written out in the same file"


def test_a_note_is_given_the_facts_of_its_words() -> None:
    wrong = []
    for call in all_calls():
        for name in call.names:
            fields = set(fields_of(ENTRIES[name].template))
            if not (call.facts <= fields if call.more else call.facts == fields):
                wrong.append(f"{call.place} {name}: {sorted(call.facts ^ fields)}")
    assert wrong == [], "facts of the call that its words lack, or of its words that the call lacks"


def test_no_note_is_worded_where_it_is_said() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in trees().items()
        if path not in BELOW
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and called(node, "say")
    ]
    words = "put the words into src/digimfg/notes/words/<room>.toml and call note_of (CONTRIBUTING, A note): "
    assert found == [], words + ", ".join(found)


def test_the_search_for_notes_finds_them() -> None:
    one, other = list(ENTRIES)[:2]
    code = f"note_of('{one}' if a else '{other}', n=3)\nnote_of(NAMES[a], **facts)\nNAMES = {{1: '{one}x', 2: '{{}}'}}"
    assert calls_in(ast.parse(code), "a.py") == [
        Call("a.py:1", (one, other), frozenset({"n"}), more=False),
        Call("a.py:2", (), frozenset(), more=True),
    ]
    code = f"note_of(NAMES[a], n=1)\nNAMES = {{1: '{one}'}}"
    assert calls_in(ast.parse(code), "a.py") == [Call("a.py:1", (one,), frozenset({"n"}), more=False)]


@pytest.mark.parametrize("room", rooms())
def test_words_say_the_same_facts_in_both_languages_and_are_whole(room: str) -> None:
    assert list(entries(room)) == sorted(entries(room))
    for name, (template, _, weight) in entries(room).items():
        fields = [{each for _, each, _ in parts_of(words)} - {None} for words in (template.en, template.zh)]
        given = f"{room}.{name}"
        apart = APART.get(given, (set(), set()))
        assert (fields[0] - fields[1], fields[1] - fields[0]) == apart, name
        assert template.en, name
        assert template.zh, name
        assert weight in ("must", "how", "detail"), name
        assert set(table_in(PACKAGE / "notes" / "words", f"{room}.{name}")) <= {
            "en",
            "zh",
            "kind",
            "weight",
        }, name


def test_no_count_stands_beside_a_noun_that_is_fixed_in_the_plural() -> None:
    found = {name: fixed for name, entry in ENTRIES.items() if (fixed := fixed_plurals(entry.template.en))}
    assert found == {}


def test_words_that_go_with_a_count_are_those_of_english_alone() -> None:
    wordy = [name for name, entry in ENTRIES.items() if ":word" in entry.template.zh]
    assert wordy == []


def test_words_of_a_kind_stand_once() -> None:
    held: dict[tuple[object, ...], list[str]] = {}
    for name, entry in ENTRIES.items():
        held.setdefault(tuple(entry), []).append(name)
    assert [names for names in held.values() if len(names) > 1] == []


def asked_in(tree: ast.AST) -> Iterator[str]:
    """Yield the kinds by which a file chooses among notes: beside ``isinstance(note, Said)``."""
    named = {
        each.targets[0].id: each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and "isinstance(note, Said)" in ast.unparse(node):
            for each in ast.walk(node):
                if isinstance(each, ast.Compare) and ast.unparse(each.left) == "note.kind":
                    held = each.comparators[0]
                    held = named.get(held.id, held) if isinstance(held, ast.Name) else held
                    yield from (one.value for one in ast.walk(held) if isinstance(one, ast.Constant))


def test_kinds_by_which_code_chooses_are_those_of_notes() -> None:
    asked = {
        kind
        for path, text in package_texts().items()
        if "note.kind" in text
        for kind in asked_in(package_trees()[path])
    }
    assert len(asked) >= 10
    assert sorted(asked - {entry.kind for entry in ENTRIES.values()}) == []


def test_a_note_and_an_error_have_no_name_in_common() -> None:
    errors = {f"{room}.{name}" for room in rooms_of_errors() for name in errors_of(room)}
    assert sorted(errors & set(ENTRIES)) == []


def test_a_note_holds_template_facts_kind_and_weight() -> None:
    note = note_of("spatial.few_units_uncorrected", n=7)
    (template, kind, weight) = ENTRIES["spatial.few_units_uncorrected"]
    assert (note.template, note.kind, note.weight) == (template, kind, weight)
    assert note.values == {"n": 7}
    assert note == say(template.en, template.zh, kind=kind, weight=weight, n=7)


def test_a_name_or_a_fact_that_is_lacking_is_an_error_of_the_code() -> None:
    for name in ("nowhere.such_name", "spatial.such_name", "spatial.few_units_uncorrected"):
        with pytest.raises(KeyError):
            note_of(name)


def test_words_are_those_of_the_sheet() -> None:
    note = note_of("design.zero_weight", label=Text("Capital", "资本"))
    assert (note.en, note.zh) == ("zero weight Capital", "权重“资本”为零")
