"""Synthetic twins: panels with known truth, to teach with and to try an estimator on before it meets real
data.
"""
