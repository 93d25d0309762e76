"""Columns that an analysis computes: declared, put in order, computed once, and told of wherever they are
shown.
"""
