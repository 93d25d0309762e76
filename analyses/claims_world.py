"""论断的检验：国家面板。 The paper's claims on countries, each decided where its variables are there.

Shipped data lack governance and annual series: run with a fetched vintage, `make VINTAGE=latest`.
"""

import digimfg as dm

ANALYSIS = dm.claim_pack("world")
