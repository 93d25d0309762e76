"""How technologies, structures and institutions move: waves, diffusion, selection, symbiosis, stages,
games.
"""
