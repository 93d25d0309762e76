"""Around difference-in-differences: decomposition, bounds, placebos, few treated units, synthetic controls,
balance.
"""
