"""The paper as data: its tables, figures and lists, their errata, and what they add up to."""
