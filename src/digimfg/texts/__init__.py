"""Texts as data: how often annual reports and work reports name the digital economy, by dictionary."""
