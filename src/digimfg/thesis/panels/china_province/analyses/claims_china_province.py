"""论断的检验：省级面板。 The paper's claims on provinces, each decided where its variables are there."""

import digimfg as dm

# 需要哪些变量：dm.list_claim_tests("china_province")；判定：digimfg verdict。
# 列名不同时，在 labels.toml 中写 role = "…"，或在此注明。
# What each needs: dm.list_claim_tests("china_province"). Where a column has another name, give it a role in
# labels.toml or name it here: dm.claim_pack("china_province", variables={"digital_index": "数字化水平"})
# 导入数据之前使用模拟面板：处处标明，判定不以其为据。
# A synthetic twin stands in until your files are imported: marked everywhere, no evidence.
ANALYSIS = dm.claim_pack("china_province")
