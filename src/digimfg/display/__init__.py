"""How values show themselves: on a terminal, in a notebook, in a line of text."""
