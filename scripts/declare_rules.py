"""Declare the rules that changed, of the ledger and of the packs, as the next version of each.

Versions that are there stay.

Usage: python scripts/declare_rules.py --date 2026-11-29 --estimate-known yes --reason-en "…" --reason-zh "…"
[C19 …]
"""

from __future__ import annotations

import argparse

from digimfg.errors import DigimfgError
from digimfg.evidence.rules import rule_of
from digimfg.evidence.versions import add_rules, read_versions, versions_content
from digimfg.files import write_text
from digimfg.paper.ledger import RULE_VERSIONS, ledger
from digimfg.paper.packs.declared import TESTS
from digimfg.paper.packs.pack_test import plain_rule
from digimfg.paper.packs.testing import PACK_VERSIONS
from digimfg.paper.reading import DATA
from digimfg.text import Text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="*", help="ids; by default every claim whose rule changed")
    parser.add_argument("--date", required=True, help="YYYY-MM-DD")
    parser.add_argument("--estimate-known", required=True, choices=("yes", "no", "cannot be shown"))
    parser.add_argument("--reason-en", default="")
    parser.add_argument("--reason-zh", default="")
    given = parser.parse_args()
    rules = {
        RULE_VERSIONS: {claim.id: rule_of(claim) for claim in ledger()},
        PACK_VERSIONS: {f"{claim}@{panel}": plain_rule(test) for (panel, claim), test in TESTS.items()},
    }
    for file, found in rules.items():
        path = DATA / file
        chosen = {name: rule for name, rule in found.items() if not given.claims or name in given.claims}
        try:
            before = read_versions(path) if path.is_file() else {}
            after = add_rules(
                before,
                chosen,
                date=given.date,
                estimate_known=given.estimate_known,
                reason=Text(given.reason_en, given.reason_zh),
            )
        except DigimfgError as error:
            parser.exit(2, f"{error}\n")
        write_text(path, versions_content(after))
        for claim, versions in after.items():
            for version in versions[len(before.get(claim, ())) :]:
                print(f"{claim}: {version.declared.en}")


if __name__ == "__main__":
    main()
