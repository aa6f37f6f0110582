"""Vibes: the project, the machines and the mathematics. It knows which model said what, and what the answers mean.

Celery is loaded in `apps.py`, so that the pure rooms below import no Django.
"""

__version__ = "0.1.0"
