"""Fill the numbers of ``paper/joss/paper.md``: what the package and its tests hold, rounded down."""

import re
import sys
from pathlib import Path

import digimfg as dm
from digimfg.exhibits import Exhibit
from digimfg.files import write_text

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
PAPER = ROOT / "paper" / "joss" / "paper.md"
MARKED = re.compile(r"<!--n:(\w+)-->.*?<!--/n-->", re.DOTALL)


def numbers() -> dict[str, str]:
    """Return name → number in words, rounded down so that a small addition does not change the text."""
    from docs.site.truths import truths

    public = [getattr(dm, name) for name in dm.__all__]
    kinds = [each for each in public if isinstance(each, type)]
    counted = {
        "names": (len(public), 50),
        "estimators": (sum(issubclass(each, dm.Estimator) for each in kinds), 10),
        "exhibits": (sum(issubclass(each, Exhibit) for each in kinds), 10),
        "claims": (len(dm.ledger()), 10),
        "files": (len(truths()), 10),
        "truths": (sum(len(rows) for _, rows in truths().values()), 50),
    }
    return {name: f"more than {count // step * step}" for name, (count, step) in counted.items()}


def filled(text: str) -> str:
    """Return the paper with its numbers."""
    told = numbers()
    return MARKED.sub(lambda found: f"<!--n:{found[1]}-->{told[found[1]]}<!--/n-->", text)


if __name__ == "__main__":
    write_text(PAPER, filled(PAPER.read_text(encoding="utf-8")))
