"""Both ends of an interval are written with the same decimals, in notes, tables and verdicts alike."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import digimfg
from digimfg.display.formatting import format_interval
from digimfg.estimators.instrumental.notes import interval_phrase
from digimfg.text import written_ends

SOURCE = Path(digimfg.__file__).parent
OWN_DECIMALS = re.compile(r"\{[^{}]*\b(?:conf_|detrended_|band_)?(?:low|high)\b[^{}]*:[^{}]*\.\dg\}")
REFUSALS = {"configurations/ceilings.py"}  # says what was given, not an estimate


def decimals(figure):
    return len(figure.partition(".")[2])


@pytest.mark.parametrize("digits", [3, 4, 5])
def test_both_ends_share_their_decimals_and_lose_nothing(digits):
    rng = np.random.default_rng(1)
    for low, high in rng.normal(size=(300, 2)) * 10.0 ** rng.integers(-4, 5, size=(300, 2)):
        told = written_ends(low, high, digits)
        assert decimals(told[0]) == decimals(told[1])
        for value, figure in zip((low, high), told, strict=True):
            found = float(figure.replace("−", "-"))
            assert math.isclose(found, value, abs_tol=0.5 * 10.0 ** -decimals(figure) + 1e-12)
            assert found != 0 or abs(value) < 1e-5  # no false zero
    assert written_ends(-1.353, 0.29066, 4) == ("−1.353", "0.291")


def test_sets_and_tables_write_them_alike():
    frame = pd.DataFrame({"conf_low": [-1.353, 4.0], "conf_high": [0.29066, math.inf]})
    assert interval_phrase(frame).en == "[−1.353, 0.291] ∪ [4, +∞)"
    assert format_interval(-1.353, 0.00029, 3) == "[−1.35300, 0.00029]"
    assert format_interval(math.nan, None, 3) == "[—, —]"


def test_no_room_gives_each_end_digits_of_its_own():
    found = {
        f"{path.relative_to(SOURCE).as_posix()}: {match[0]}"
        for path in SOURCE.rglob("*.py")
        if path.relative_to(SOURCE).as_posix() not in REFUSALS
        for match in OWN_DECIMALS.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()
