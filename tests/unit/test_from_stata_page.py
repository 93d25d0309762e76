"""The page for users of Stata: every line on our side is our language, and what it promises is there."""

import ast
import re
from pathlib import Path

import pytest

import digimfg as dm
from digimfg.terms.foreign_syntax import translated_terms

PAGE = (Path(__file__).parents[2] / "docs" / "from_stata.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
CODE = [code for _, right in ROWS for code in re.findall(r"`([^`]+)`", right)]
FIELDS = {"columns", *dm.Specification.__dataclass_fields__, *dm.RegressionTable.__dataclass_fields__}


def test_the_first_block_runs(capsys):
    names = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(block, names)
    assert "L.digital_index" in capsys.readouterr().out


def test_the_page_has_its_three_tables():
    assert len(ROWS) > 35


@pytest.mark.parametrize("code", CODE)
def test_every_line_is_python_with_names_that_exist(code):
    try:
        tree = ast.parse(code)
    except SyntaxError:
        tree = ast.parse(f"_({code})")
        call = tree.body[0].value
        assert {each.arg for each in call.keywords} <= FIELDS
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "dm":
            assert hasattr(dm, node.attr)


def test_estimators_can_be_made_as_written():
    made = [
        code.partition("estimator=")[2] or code
        for code in CODE
        if "estimator=" in code or code.startswith("dm.DynamicGMM")
    ]
    assert len(made) >= 10
    for code in made:
        assert hasattr(eval(code, {"dm": dm}), "fit")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("L(1/2).x", '("L.x", "L2.x")'),
        ("c.x##c.z", '("x", "z", "x:z")'),
        ("ib2015.year", '"i(year, ref=2015)"'),
    ],
)
def test_the_page_says_of_terms_what_the_error_says(written, shown):
    assert f"`{shown}`" in PAGE
    found = translated_terms(written, ["x", "z", "year"])
    assert (found if len(found) > 1 else found[0]) == ast.literal_eval(shown)
