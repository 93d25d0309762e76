"""Firms: from their statements to a panel that a production function can take."""
