"""The rating room's pages: HTTP in, one call, HTTP out."""
