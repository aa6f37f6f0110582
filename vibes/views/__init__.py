"""The team's pages: HTTP in, one call, HTTP out. One file per page; `access.py` says who may open which."""
