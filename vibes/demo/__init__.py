"""The demo: every process that Vibes needs, started on loopback, watched, and ended by id.

In: a state folder (`var/demo`, or VIBES_STATE_DIR) and the environment. Out: a running Vibes, two printed addresses, and
after Ctrl-C nothing but the data. `home` keeps the folder and prepares the environment, `crew` names the processes,
`processes` starts and ends one, `process_table` knows which are ours, `supervisor` is the story from start to end.
Never: listens beyond 127.0.0.1, ends a process that it cannot show to be its own, deletes a folder that it did not make,
decides anything about studies (that is `services.seeding`).
"""
