"""Providers: a request to a model in, its reply or a `ProviderError(permanent=...)` out.

In: `Request`, with the address, the key and the time limit as arguments. Out: `Reply` (answer, thoughts and usage apart)
or one `ProviderError`, whatever the vendor calls it; `fault(reply)` says whether a reply may be shown to a rater.
Also here: discovery of model servers on loopback, the scripted characters and their server, the small model on the CPU.
Never: reads settings, the environment or the database, retries by itself, follows a redirect, or puts a key into an error.
"""
