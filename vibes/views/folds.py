"""What the form of what is asked folds away until it matters."""

from collections.abc import Mapping, Sequence

from django.forms import Form

ASKED: Mapping[str, Sequence[str]] = {
    "checks": ("gold", "repeats", "identical", "training_length", "training_pass"),
    "after": ("recognise", "reveal"),
    "texts": ("instructions", "consent"),
    "replay": ("replay",),
    "own_prompts": ("own_prompts", "own_prompts_later"),
}


def unfolded(form: Form, folds: Mapping[str, Sequence[str]] = ASKED) -> dict[str, bool]:
    """Whether a fold holds an error, or something other than it began with."""
    changed = form.changed_data if form.is_bound else []
    return {
        name: any(form[field].errors or field in changed for field in fields)
        for name, fields in folds.items()
    }
