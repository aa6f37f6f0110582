"""Fetching answers: the only room that calls a provider, and never with a transaction open.

`queue` makes rows, `claims` moves them through their states, `requests` turns a row into a provider's request, `pump`
is the loop that does the calling.
"""
