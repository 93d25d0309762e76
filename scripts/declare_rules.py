"""Record the ledger's rules as declared. Run it when a rule is declared, before its estimates are seen.

Usage: python scripts/declare_rules.py
"""

from __future__ import annotations

from digimfg.evidence.rules import rule_of
from digimfg.files import canonical_json, write_text
from digimfg.paper.ledger import ledger
from digimfg.paper.reading import DATA


def main() -> None:
    path = DATA / "declared_rules.json"
    write_text(path, canonical_json({claim.id: rule_of(claim) for claim in ledger()}))
    print(path)


if __name__ == "__main__":
    main()
