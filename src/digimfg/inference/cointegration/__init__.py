"""Cointegration in panels: Kao, Pedroni and Westerlund."""
