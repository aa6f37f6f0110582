"""What can be asked."""

from django.db import models


class Endpoint(models.Model):
    """A model behind an address. Keys are never stored: `key_variable` names the environment variable."""

    class Provider(models.TextChoices):
        OPENAI = "openai", "OpenAI"
        ANTHROPIC = "anthropic", "Anthropic"
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
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
