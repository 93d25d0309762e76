"""Bring users' own files into panels: read, find the table, map, convert units, name units, validate,
trace.
"""
