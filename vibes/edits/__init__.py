"""A text in, the edited text and its check out.

In: one answer's Markdown, the name of an edit, the class of its prompt and a generator. Out: the same answer with one
thing changed, a word diff, and a check by rule of what must have stayed (numbers, names, negations, code, addresses,
length). For the edits that an endpoint makes: the request, and the reading of its reply. For an endpoint that reads an
edit once more: the question whether both claim the same, and the reading of what it says.

Never: a call to an endpoint, a judgement of its own whether an edit may be dealt (a lead decides), a claim that the
answer did not make, or an import of Django.
"""
