"""Every TOML and JSON file that people or other programs write is read through a form: whole, bounded, faults by line."""

import ast
import dataclasses
import gc
import importlib
import json
import pkgutil
import re
from pathlib import Path
from typing import Literal, NotRequired

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import package_trees
from typing_extensions import TypedDict

import digimfg
import digimfg as dm
from digimfg.errors import AnalysisError, DigimfgError
from digimfg.file_forms import Bilingual, FileForm
from digimfg.importing.mapping import MappingForm
from digimfg.paper.reading import DATA
from digimfg.text import Text

PACKAGE = Path(digimfg.__file__).parent


def all_forms():
    for info in pkgutil.walk_packages(digimfg.__path__, "digimfg."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)
    found = {id(each): each for each in gc.get_objects() if isinstance(each, FileForm)}
    return sorted(
        (each for each in found.values() if each.what.en != "a test"), key=lambda each: each.what.en
    )


FORMS = all_forms()


class Row(TypedDict):
    id: str
    share: NotRequired[float]
    kind: NotRequired[Literal["a", "b"]]
    words: NotRequired[list[str]]
    say: NotRequired[Bilingual]


class Whole(TypedDict):
    rows: list[Row]
    n: NotRequired[int]


FORM = FileForm(schema=Whole, what=Text("a test", "测试"), remedy=Text("mend", "更正"), error=AnalysisError)


def refused(form, content, name):
    with pytest.raises(DigimfgError) as caught:
        form.parse(content, name)
    assert type(caught.value) is form.error
    for language in ("en", "zh"):
        caught.value.message(language).encode()
    line = re.search(r", line (\d+)", caught.value.where.en)
    assert line, caught.value
    assert f"第{line[1]}行" in caught.value.where.zh
    return int(line[1]), caught.value


GBK = "省份".encode("gb18030")
BROKEN = {
    "GBK": (b"a = 1\nb = '" + GBK + b"'\n", b'{"a": 1,\n"b": "' + GBK + b'"}', 2),
    "UTF-16": ("a = 1".encode("utf-16"), '{"a": 1}'.encode("utf-16"), 1),
    "UTF-16 without a mark": ("a = 1".encode("utf-16-le"), '{"a": 1}'.encode("utf-16-le"), 1),
    "NUL": (b"a = 1\nb = '\0'", b'{"a": 1,\n"b": "\0"}', 2),
    "cut": (b"a = 1\nb = [1,", b'{"a": 1,\n"b": [1', 2),
    "no language": (b"a = 1\n???", b'{"a": 1,\n???}', 2),
    "nothing": (b"a = ", b"", 1),
    "twice": (b"a = 1\nb = 2\na = 3", b'{"a": 1,\n"b": 2,\n"a": 3}', 3),
    "twice within": (b"[a]\nb = 1\nb = 1", b'{"a": [{"b": 1}, {"b": 1,\n"c": 2,\n"b": 3}]}', 3),
    "deep": (b"a = 1\nb = " + b"[" * 70 + b"]" * 70, b'{"a": 1,\n"b": ' + b"[" * 70 + b"]" * 70 + b"}", 2),
    "deeper": (b"a = 1\nb = " + b"[" * 9000 + b"]" * 9000, b'{"a": 1,\n"b": ' + b"[" * 99999, 2),
    "deep names": (b"a = 1\nb" + b".b" * 100 + b" = 1", b'{"a": 1,\n"b": ' + b'{"b":' * 900 + b"1" + b"}" * 901, 2),
    "huge": (b"a = 1\nb = " + b"9" * 30, b'{"a": 1,\n"b": ' + b"9" * 30 + b"}", 2),
    "huger": (b"a = 1\nb = " + b"9" * 9999, b'{"a": 1,\n"b": ' + b"9" * 9999 + b"}", 2),
    "NaN": (b"a = 1\nb = nan", b'{"a": 1,\n"b": NaN}', 2),
    "infinite": (b"a = 1\nb = -inf", b'{"a": 1,\n"b": -Infinity}', 2),
    "beyond floats": (b"a = 1\nb = 1e999", b'{"a": 1,\n"b": 1e999}', 2),
}  # fmt: skip


def test_all_forms_are_found():
    assert len(FORMS) > 12


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("form", FORMS, ids=lambda each: each.what.en)
def test_no_broken_file_passes_any_form_and_its_line_is_told(form, kind):
    toml, plain, line = BROKEN[kind]
    assert refused(form, toml, "a.toml")[0] == line
    assert refused(form, plain, "a.json")[0] == line


@pytest.mark.parametrize("form", FORMS, ids=lambda each: each.what.en)
@pytest.mark.parametrize("content", [b"[]", b"3", b'"x"', b"null", b"[[1]]", b'[{"a": 1}]'])
def test_no_form_takes_what_is_no_table(form, content):
    refused(form, content, "a.json")


@pytest.mark.parametrize("form", FORMS, ids=lambda each: each.what.en)
def test_every_form_says_itself_in_both_languages(form):
    for text in (form.what, form.remedy):
        assert text.en
        assert re.search("[\u4e00-\u9fff]", text.zh)


def outcome(form, content, name):
    """Return what a file holds (with a line of its own), or where it is at fault."""
    try:
        return {"line": 0, **form.parse(content, name).content}
    except form.error as error:
        return error.where.en


@given(st.binary(max_size=60) | st.text(alphabet="[]{}=\"'ab.,:\n1 #", max_size=40).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_content_or_our_error(content):
    for name in ("a.toml", "a.json"):
        for form in (FORM, *FORMS[:3]):
            assert "line" in outcome(form, content, name)


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["rows", "id", "say", "en", "x"]), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(nested)
@settings(max_examples=300, deadline=None)
def test_any_value_fits_or_is_our_error(value):
    content = outcome(FORM, json.dumps(value).encode(), "a.json")
    assert (
        "line" in content
        if isinstance(content, str)
        else all(isinstance(row["id"], str) for row in content["rows"])
    )


def test_a_byte_order_mark_and_windows_line_ends_are_read():
    for content in (b"\xef\xbb\xbfrows = [{ id = 'x' }]\r\n", b"rows = [{ id = 'x' }]"):
        assert FORM.parse(content, "a.toml").content == {"rows": [{"id": "x"}]}


TOML = """n = 1

[[rows]]
id = "one"
words = [
  "a",
  {third},
]
[[rows]]
# a remark
id = {id}
say = {say}
share = {share}
{more}
text = \"\"\"
[[rows]]
\"\"\"
"""
GOOD = {"third": '"c"', "id": '"two"', "say": '"s"', "share": "0.5", "more": 'kind = "a"'}


@pytest.mark.parametrize(
    ("change", "line", "named", "kind"),
    [
        ({"third": "3"}, 7, "[[rows]] 1, words[2]", "not_text"),
        ({"id": "2"}, 11, "[[rows]] 2, id", "not_text"),
        ({"say": '{ en = "s" }'}, 12, "[[rows]] 2, say", "field_lacking"),
        ({"say": "3"}, 12, "[[rows]] 2, say", "not_text"),
        ({"share": '"0.5"'}, 13, "[[rows]] 2, share", "not_a_number"),
        ({"share": "true"}, 13, "[[rows]] 2, share", "not_a_number"),
        ({"share": "2026-11-29"}, 13, "[[rows]] 2, share", "not_a_number"),
        ({"more": 'kind = "c"'}, 14, "[[rows]] 2, kind", "not_a_choice"),
        ({"more": 'kid = "a"'}, 14, "[[rows]] 2, kid", "field_unknown"),
    ],
)
def test_the_line_of_a_value_that_does_not_fit_is_told(change, line, named, kind):
    text = TOML.replace('text = """\n[[rows]]\n"""\n', "")
    for key, value in {**GOOD, **change}.items():
        text = text.replace("{" + key + "}", value)
    at, error = refused(FORM, text.encode(), "a.toml")
    assert (at, error.where.en) == (line, f"a.toml, line {line}, {named}")
    assert error.kind == f"file_forms.{kind}"


def test_a_field_that_is_missing_is_told_at_the_head_of_its_table():
    at, error = refused(FORM, b"[[rows]]\nid = 'x'\n\n[[rows]]\nshare = 1\n", "a.toml")
    assert at == 4
    assert (error.kind, error.facts) == ("file_forms.field_lacking", {"name": "id"})


@given(st.integers(1, 8), st.integers(0, 7), st.booleans())
@settings(max_examples=80, deadline=None)
def test_lines_are_told_in_json_however_it_is_laid_out(n, wrong, wide):
    rows = [{"id": f"r{i}\n", "words": ["a", '"],{'], "share": i / 2} for i in range(n)]
    rows[wrong % n]["words"][1] = 7
    text = json.dumps({"rows": rows}, indent=2 if wide else None)
    at, error = refused(FORM, text.encode(), "a.json")
    assert f"[[rows]] {wrong % n + 1}, words[2]" in error.where.en
    assert "7" in text.split("\n")[at - 1]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("nowhere.toml", "file_forms.file_not_there"),
        (".", "file_forms.file_is_a_folder"),
        ("a\0b.toml", None),
        ("x" * 300 + ".toml", "file_forms.file_not_opened"),
    ],
)
def test_a_file_that_is_not_there_is_told(tmp_path, name, kind):
    with pytest.raises(AnalysisError) as caught:
        FORM.read(tmp_path / name)
    assert caught.value.kind in (
        ["file_forms.file_not_there", "file_forms.file_not_opened"] if kind is None else [kind]
    )


def test_a_field_of_a_mapping_is_a_field_of_its_file():
    assert {each.name for each in dataclasses.fields(dm.ImportMapping)} <= set(MappingForm.__annotations__)


@pytest.mark.parametrize(
    "field",
    ["alpha = 7", "alpha = 0", "alpha = -0.05", "alpha = 1", 'alpha = "0.05"', "alpha = true", "power = 80", "robust_share = 75",
     "few_clusters = 2.5", "few_clusters = -1", "validity_alpha = [0.05]", "robust_alpha = nan", "alfa = 0.05"],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_with_its_line(tmp_path, field):
    text = (DATA / "claims.toml").read_text(encoding="utf-8")
    path = tmp_path / "claims.toml"
    before = text[: text.index('id = "C18"')]
    line, number = before.count("\n") + 2, before.count("[[claims]]")
    path.write_text(text.replace('id = "C18"', f'id = "C18"\nrule = {{ {field} }}'), encoding="utf-8")
    with pytest.raises(AnalysisError) as caught:
        dm.read_ledger(path)
    assert f"claims.toml, line {line}, [[claims]] {number}, rule" in caught.value.where.en


@pytest.mark.parametrize(
    "options", [{"alpha": 7}, {"power": 0}, {"robust_share": "x"}, {"few_clusters": -1}, {"alpha": True}]
)
def test_a_rule_that_cannot_be_is_refused_in_python(options):
    with pytest.raises(dm.SpecificationError):
        dm.Rule(**options)


READERS = {"tomllib": {"load", "loads"}, "json": {"load", "loads"}, "pickle": {"load", "loads", "Unpickler"}, "joblib": {"load"},
           "cloudpickle": {"load", "loads"}, "importlib": {"import_module"}, "builtins": {"eval", "exec", "__import__"},
           "yaml": {"load"}, "marshal": {"loads"}, "shelve": {"open"}, "pd": {"read_pickle", "eval"}, "np": {"fromfile"}}  # fmt: skip
ALLOWED = {
    "file_forms/__init__.py": {"tomllib.loads", "json.loads"},
    "file_forms/lines.py": {"tomllib.loads"},
    "sheets.py": {"tomllib.loads"},  # the package's own words, below every form
    "sources/json_answers.py": {"json.loads"},  # what publishers answer, every number as it was written
    "kept_answers.py": {"pickle.Unpickler"},  # of listed values only
    "registry.py": {"importlib.import_module"},  # of the package's own modules
    "variables/topics.py": {"importlib.import_module"},  # lists of codes, by the names in its own table
    "exhibits/writers/__init__.py": {"importlib.import_module"},  # of the package's own writers
    "replication/execute.py": {"builtins.exec"},  # running an analysis is the purpose
}


def test_nothing_else_reads_toml_json_or_objects():
    found = {}
    for path, tree in package_trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module, name = node.value.id, node.attr
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                module, name = "builtins", node.func.id
            elif isinstance(node, ast.ImportFrom) and node.module in READERS:
                for each in node.names:
                    assert each.name not in READERS[node.module], path
                continue
            else:
                continue
            if name in READERS.get(module, ()):
                found.setdefault(path, set()).add(f"{module}.{name}")
    assert {
        path: names - ALLOWED.get(path, set())
        for path, names in found.items()
        if names - ALLOWED.get(path, set())
    } == {}
