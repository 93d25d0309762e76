"""Technology, structure and institutions that evolve together: indices, who leads, and what reaches firms,
industries, the economy.
"""
