"""Selection: whether fitter units grow faster, and what makes selection sharper."""
