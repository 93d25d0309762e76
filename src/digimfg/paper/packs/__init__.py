"""Packs: the tests that claims need, by kind of panel; each decides itself where the data are."""
