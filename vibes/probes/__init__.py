"""Probes: what a model does when only the user's stated view changes. Answers in, signed scores out. No Django, no Celery.

`bank.load_bank()` gives the prompts, `reading.read` what an answer says, `scoring.score` the measures of each family
(docs/probes.md), `behaviours.answers_for_scripted()` the answers of scripted models whose scores are known.
"""
