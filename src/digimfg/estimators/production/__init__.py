"""Production functions whose inputs follow productivity: proxies, moments and what is left over."""
