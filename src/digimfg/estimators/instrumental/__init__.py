"""Instrumental variables: preparation, estimates, and every test a referee asks for."""
