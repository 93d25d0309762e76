"""Outcomes that are counts, ordered, limited or shares, by the likelihood of an index."""
