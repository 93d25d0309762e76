"""Replication packages: what a project hands over with its paper, and the rules that journals check by."""
