"""Seeds: the prompts written for this project, and what the four scripted characters answer to them.

In: the TOML files of this folder, one per class of prompt. Out: `load_bank()`, checked as it is read, and
`answers_for_scripted()`, the same answers as the scripted model server takes them.
Never: makes up an answer, reads a setting, or knows how prompts and answers are stored or shown.
"""
