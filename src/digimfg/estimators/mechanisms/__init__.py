"""How an effect comes about, for whom it holds, and whether two groups differ."""
