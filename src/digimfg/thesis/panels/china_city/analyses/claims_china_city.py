"""论断的检验：地级市面板。 The paper's claims on cities, each decided where its variables are there."""

import digimfg as dm

# 需要哪些变量：dm.list_claim_tests("china_city")；判定：digimfg verdict。
# 列名不同时，在 labels.toml 中写 role = "…"，或在此注明。
# What each needs: dm.list_claim_tests("china_city"). Where a column has another name, give it a role in
# labels.toml or name it here: dm.claim_pack("china_city", variables={"digital_index": "数字化水平"})
# 导入数据之前不作检验。 Nothing is tested before your files are imported.
ANALYSIS = dm.claim_pack("china_city")
