"""Replication: find a project, run its analyses, compare, record and report."""
