"""The paper as data: its tables, figures and lists, their errata, and what they add up to.

Its claims are of the three hypotheses reviewed in the paper, its own system, its case.
"""
