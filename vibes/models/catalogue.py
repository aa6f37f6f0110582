"""What can be asked."""

from decimal import Decimal

from django.db import models


class Endpoint(models.Model):
    """A model behind an address. Keys are never stored: `key_variable` names the environment variable."""

    class Provider(models.TextChoices):
        RESPONSES = "responses", "OpenAI (Responses)"
        OPENAI = "openai", "OpenAI (Chat Completions), or a server that speaks it"
        ANTHROPIC = "anthropic", "Anthropic (Messages)"
        LOCAL = "local", "Local server (vLLM, SGLang, Ollama, llama.cpp, LM Studio)"
        SCRIPTED = "scripted", "Scripted character (demo)"

    name = models.CharField(max_length=80, unique=True)
    provider = models.CharField(max_length=10, choices=Provider)
    base_url = models.URLField(max_length=300, blank=True)
    model = models.CharField(max_length=200)
    key_variable = models.CharField(max_length=80, blank=True)
    system = models.TextField(blank=True)
    temperature = models.FloatField(null=True, blank=True)
    max_tokens = models.PositiveIntegerField(default=1024)
    timeout_seconds = models.PositiveIntegerField(default=120)
    slots = models.PositiveSmallIntegerField(default=8)
    # How hard a reasoning model thinks: the vendor's own word (low, medium, high …), and Anthropic's budget in tokens.
    effort = models.CharField(max_length=20, blank=True)
    thinking_tokens = models.PositiveIntegerField(null=True, blank=True)
    # The first sample's seed; sample n is drawn with seed + n.
    seed = models.BigIntegerField(null=True, blank=True)
    stream = models.BooleanField(default=False)
    cache_prompts = models.BooleanField(default=False)
    # Further parameters of the server, sent as they are: top_k, chat_template_kwargs.
    extra = models.JSONField(default=dict, blank=True)
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True)
    tokens_per_minute = models.PositiveIntegerField(null=True, blank=True)
    # US dollars a million tokens; none: not known, and no cost is told.
    price_in = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    price_out = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    price_cached = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    price_cache_write = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    # What a batch costs, as a share of the price.
    batch_share = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.5"))
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
