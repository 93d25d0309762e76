"""Documents: chapters whose numbers, tables and figures are those of the analyses."""
