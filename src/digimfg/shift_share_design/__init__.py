"""Shift-share designs: the instrument, its weights by sector, and errors that follow the shocks."""
