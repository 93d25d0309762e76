"""Sentences hold their facts: they are written under a reader's labels, merged by template, stored and read back."""

from __future__ import annotations

import ast
import json
import pickle
import re
from collections.abc import Collection, Iterator

import pytest
from trees import package_trees

import digimfg
from digimfg.display.merging import merged
from digimfg.labels import term_label
from digimfg.say import Each, Term, say
from digimfg.sentences import labelled, sentence, shortened
from digimfg.stored_text import plain, restored
from digimfg.text import Text

CAPITAL = Term("Capital (lag 1)", "资本（滞后1期）", "L.capital")


def dropped(n: int) -> Text:
    return say(
        "Dropped {n:,|row}: missing {term}", "剔除{n:,}行：{term}缺失", kind="dropped", n=n, term=CAPITAL
    )


def test_a_count_takes_its_noun_in_the_plural_unless_it_is_one() -> None:
    assert dropped(1).en == "Dropped 1 row: missing Capital (lag 1)"
    assert dropped(1200).en == "Dropped 1,200 rows: missing Capital (lag 1)"
    assert say("{n|country|countries}", "{n}国", n=0).en == "0 countries"
    assert dropped(1200).zh == "剔除1,200行：资本（滞后1期）缺失"


def test_a_word_goes_with_a_count_that_stands_elsewhere_in_the_sentence() -> None:
    one, two = (
        say("{n} of {of:,|row} {n:word|is|are} left out", "{of}行中剔除{n}行", n=n, of=n) for n in (1, 2000)
    )
    assert (one.en, two.en) == ("1 of 1 row is left out", "2,000 of 2,000 rows are left out")
    few = say("{m} of {n|row} {m:word|has|have} none", "{m}/{n}", m=1999, n=1)
    assert few.en == "1999 of 1 row have none"
    both = merged([one, two])
    assert both is not None
    assert both.en == "1/2,000 of 1/2,000 rows are left out"


def test_numbers_are_written_with_a_true_minus_sign_in_any_format() -> None:
    note = say("{x:.2f} and {y:.0%} in {year}", "{x:.2f}、{y:.0%}，{year}", x=-3.342, y=-0.1, year=1995)
    assert note.en == "−3.34 and −10% in 1995"


@pytest.mark.parametrize(
    ("form", "en", "zh"),
    [
        ("", "a, b, c", "a、b、c"),
        (":and", "a, b and c", "a、b和c"),
        (":or", "a, b or c", "a、b或c"),
        (":;", "a; b; c", "a；b；c"),
    ],
)
def test_lists_are_written_in_both_languages(form: str, en: str, zh: str) -> None:
    note = say(f"{{names{form}}}", f"{{names{form}}}", names=("a", "b", "c"))
    assert (note.en, note.zh) == (en, zh)


def test_a_reader_s_labels_reach_terms_inside_lists_and_inside_sentences() -> None:
    inner = say("{term} is collinear", "{term}共线", term=CAPITAL)
    note = say("{inner} with {others}", "{inner}：{others}", inner=inner, others=(CAPITAL, CAPITAL))
    label = {"L.capital": Text("Plant", "厂房")}.__getitem__
    assert labelled(note, label).en == "Plant is collinear with Plant, Plant"
    assert labelled(note, label).zh == "厂房共线：厂房、厂房"
    assert labelled(Text("a", "甲"), label) == Text("a", "甲")


def test_sentences_of_one_template_merge_and_others_do_not() -> None:
    both = merged([dropped(1), dropped(12)])
    assert both is not None
    assert both.en == "Dropped 1/12 rows: missing Capital (lag 1)"
    assert both.values["n"] == Each((1, 12))  # type: ignore[attr-defined]
    assert merged([dropped(3), dropped(3)]) == dropped(3)
    assert merged([dropped(1), say("{n} left", "{n}", n=1)]) is None
    assert merged([dropped(1), Text("1", "1")]) is None


def test_what_is_stored_is_read_back_whole_and_in_both_languages() -> None:
    note = say(
        "{inner} {x:.3f} {list}",
        "{inner}{x:.3f}{list}",
        weight="how",
        inner=dropped(7),
        x=0.1,
        list=(CAPITAL, "b"),
    )
    back = restored(json.loads(json.dumps(plain(note), ensure_ascii=False)))
    assert back == note
    assert back.zh == note.zh
    assert restored(plain(Text("a", "甲"))) == Text("a", "甲")


def test_a_count_that_is_written_already_keeps_its_noun() -> None:
    told = [
        say("{count:,|cluster}", "{count}个聚类", count=count)
        for count in ("68–140", "1", Text("many", "许多"))
    ]
    assert [each.en for each in told] == ["68–140 clusters", "1 cluster", "many clusters"]
    assert [each.zh for each in told] == ["68–140个聚类", "1个聚类", "许多个聚类"]


def test_only_a_sentence_s_own_words_get_a_capital() -> None:
    assert sentence(say("lags of {term}", "{term}的滞后", term=CAPITAL)).en == "Lags of Capital (lag 1)"
    assert sentence(Text("errors", "标准误")).en == "Errors"


def test_a_name_without_a_fact_is_an_error_of_the_code() -> None:
    with pytest.raises(KeyError):
        say("{missing}", "", n=1)


def test_the_label_of_a_term_is_a_text_that_knows_its_term() -> None:
    label = term_label("L.capital", {"capital": Text("Capital", "资本")})
    assert isinstance(label, Term)
    assert label.name == "L.capital"
    assert label == Text("Capital (lag 1)", "资本（滞后1期）") == label
    assert hash(label) == hash(Text(label.en, label.zh))
    assert pickle.loads(pickle.dumps(label)).name == "L.capital"


READERS = {
    "startswith", "endswith", "find", "index", "count", "split", "rsplit", "partition", "rpartition", "replace",
    "removeprefix", "removesuffix", "match", "fullmatch", "search", "sub", "findall", "finditer",
}  # fmt: skip
SENTENCES = re.compile(r"(?:^|_)(?:notes?|said|sentences?|paragraph)$")


def are_words(node: ast.AST, words: Collection[str] = ()) -> bool:
    """Return whether code holds the words of a text: ``note.en``, ``str(note)``, a name given to them."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str" and node.args:
        (asked, *_) = node.args
        name = asked.attr if isinstance(asked, ast.Attribute) else getattr(asked, "id", "")
        return SENTENCES.search(name) is not None or are_words(asked, words)
    if isinstance(node, ast.Name):
        return node.id in words
    return isinstance(node, ast.Attribute) and node.attr in ("en", "zh")


def readings(tree: ast.AST) -> Iterator[int]:
    """Yield the lines in which code asks what the words of a text are."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = {line for node in (tree, *functions) for line in readings_within(node)}
    yield from sorted(found)


def readings_within(tree: ast.AST) -> Iterator[int]:
    """Yield them within one function, in which words may have been given a name."""
    words = {
        target.id
        for node in (ast.walk(tree) if isinstance(tree, ast.FunctionDef) else ())
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and are_words(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else (node.target,))
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        asked: tuple[ast.AST, ...] = ()
        if isinstance(node, ast.Compare):
            asked = (node.left, *node.comparators)
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS
        ):
            asked = (node.func.value, *node.args)
        if any(are_words(each, words) for each in asked):
            yield node.lineno


def test_no_code_reads_a_sentence() -> None:
    found = [
        f"{name}:{line}"
        for name, tree in package_trees().items()
        if name not in ("say.py", "sentences.py")
        for line in readings(tree)
    ]
    assert found == []


def test_the_search_for_readers_of_sentences_finds_them() -> None:
    code = "note.en.startswith('Dropped')\nnote.zh in words\nre.sub(',', '', note.en)\nf'{note.en}'"
    code += "\n'SYNTHETIC' in str(found_note)\nstr(number) in names"
    code += "\ndef told(note):\n    words = note.zh\n    return words.partition('；')"
    assert list(readings(ast.parse(code))) == [1, 2, 3, 5, 9]


def test_a_short_form_keeps_what_a_reader_must_know() -> None:
    how = say("500 draws", "500次抽样", kind="bootstrap", weight="how")
    paragraph = say("Notes: {notes:.}", "注：{notes:.}", notes=(how, dropped(1)))
    short = shortened(paragraph)
    assert short is not None
    assert short.en == "Notes: Dropped 1 row: missing Capital (lag 1)."
    assert shortened(say("{notes:.}", "{notes:.}", notes=(how,))) is None


@pytest.mark.parametrize(
    "kind", [digimfg.PanelError, digimfg.SpecificationError, digimfg.MeasureError, digimfg.AnalysisError]
)
def test_a_name_that_is_not_known_is_refused_with_the_nearest_in_both_languages(
    kind: type[digimfg.DigimfgError],
) -> None:
    error = kind.unknown("stem", ["steam", "coal"], where="energy", of="columns", more=Text("look", "查看"))
    assert isinstance(error, kind)
    assert (error.got.en, error.expected.zh) == ("'stem'", "下列之一：steam、coal")
    assert (error.remedy.en, error.remedy.zh) == ("nearest columns: steam; look", "相近的列：steam；查看")
    assert pickle.loads(pickle.dumps(error)).message("zh") == error.message("zh")


def test_the_facts_of_a_refusal_take_plural_minus_and_list() -> None:
    said = say(
        "{n:,|row} below {low}: {names:and}", "{n:,}行低于{low}：{names:and}", n=1, low=-2, names=["a", "b"]
    )
    error = digimfg.MeasureError(where="x", expected="y", got=said, remedy="z")
    assert "1 row below −2: a and b" in error.message("en")
    assert "1行低于−2：a和b" in error.message("zh")


def test_counts_are_written_in_thousands_in_both_languages() -> None:
    said = say("{n|row} of {year}", "{year}年的{n}行", n=12345, year=2020)
    assert (said.en, said.zh) == ("12,345 rows of 2020", "2020年的12,345行")
    both = say("{n_instruments} exceed {year}", "{n_instruments}个多于{year}", n_instruments=2509, year=2020)
    assert (both.en, both.zh) == ("2,509 exceed 2020", "2,509个多于2020")


def test_a_sentence_that_begins_with_a_column_keeps_its_name() -> None:
    raw, named = (
        Term("gdp (lag 1)", "gdp（滞后1期）", "L.gdp"),
        Term("output (lag 1)", "产出（滞后1期）", "L.y"),
    )
    for term, opening in ((raw, "gdp (lag 1)"), (named, "Output (lag 1)")):
        assert sentence(say("{terms} lie outside", "{terms}在外", terms=[term, term])).en.startswith(opening)
