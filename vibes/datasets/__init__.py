"""Datasets: files become rows, rows become files.

In: a path or the bytes of an upload (judgements, prompts), or rows of the judgement frame. Out: columns of the judgement
frame, prompts, JSONL lines, preference rows for TRL; or one `DatasetError` that names the place and the mend.

Never: imports Django, opens a database, fetches an address, decides what a number means (`vibes.stats` does), or guesses
what an unknown verdict might have meant. docs/formats.md says what each format looks like.
"""
