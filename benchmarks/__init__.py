"""Figures to reach and peers to beat: each module has `measure()`, and `make bench` prints them as one
table.
"""
