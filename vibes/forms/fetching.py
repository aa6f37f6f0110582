"""What the buttons of a study's fetching send."""

from decimal import Decimal

from django import forms


class BudgetForm(forms.Form):
    """US dollars; empty: no cap. Nought is a cap too: nothing more is asked that costs money."""

    budget = forms.DecimalField(required=False, min_value=Decimal(0), max_digits=12, decimal_places=4)
