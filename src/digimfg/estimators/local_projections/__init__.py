"""Local projections: what follows an impulse, period by period, and what came before it."""
