"""Record the ledger's rules as declared. Run it when a rule is declared, before its estimates are seen.

Usage: python scripts/declare_rules.py
"""

from __future__ import annotations

from pathlib import Path

import digimfg.evidence.rules as rules
from digimfg.evidence.ledger_file import ledger
from digimfg.files import canonical_json, write_text


def main() -> None:
    path = Path(rules.__file__).parent / "data" / "declared_rules.json"
    write_text(path, canonical_json({claim.id: rules.rule_of(claim) for claim in ledger()}))
    print(path)


if __name__ == "__main__":
    main()
