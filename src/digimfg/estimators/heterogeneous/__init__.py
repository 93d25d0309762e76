"""Panels whose units differ in their slopes, their dynamics or what common shocks do to them."""
