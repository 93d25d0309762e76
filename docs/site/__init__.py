"""The site: pages written from the project's own files, `python -m docs.site`."""
