"""Estimators: each folder or file holds one family, a frozen value with options and the arithmetic behind
it.
"""
