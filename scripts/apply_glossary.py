"""Rewrite every template and label in the words of the glossary and set Chinese text by its rules.

Usage: python scripts/apply_glossary.py [--check] [FOLDER_OR_FILE …]
"""

from __future__ import annotations

import sys
from pathlib import Path

from digimfg.glossary.phrases import phrases, rewritten
from digimfg.glossary.places import written_files


def main(arguments: list[str]) -> int:
    root = Path(__file__).parents[1]
    check = "--check" in arguments
    chosen = [Path(each).resolve() for each in arguments if not each.startswith("--")]
    old = 0
    for path in written_files(root):
        if chosen and not any(path == each or each in path.parents for each in chosen):
            continue
        text = path.read_text(encoding="utf-8")
        changed = [each for each in phrases(path, text) if each.now != each.words]
        old += len(changed)
        if check:
            for each in changed:
                line = text.count("\n", 0, each.start) + 1
                print(f"{path.relative_to(root)}:{line}: {each.words} → {each.now}")
        elif changed:
            path.write_text(rewritten(path, text), encoding="utf-8", newline="\n")
    print(f"{old} phrases {'to rewrite' if check else 'rewritten'}")
    return int(check and old > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
