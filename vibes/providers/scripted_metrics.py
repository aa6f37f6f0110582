"""What a model server tells of itself, in the manner of vLLM, SGLang or llama.cpp: health, version, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Servers that the scripted one can be like, and what each writes into `owned_by` of its model list.
OWNERS: Mapping[str, str] = MappingProxyType(
    {"scripted": "vibes", "vllm": "vllm", "sglang": "sglang", "llama.cpp": "llamacpp"}
)
VERSION = "1.0.0"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is counted: requests in work and waiting, tokens since the start, the cache's fill (0 … 1)."""

    running: int = 0
    waiting: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cache_share: float = 0.0


# {manner: {what: (name, type)}}
_NAMES: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "vllm": {
            "running": ("vllm:num_requests_running", "gauge"),
            "waiting": ("vllm:num_requests_waiting", "gauge"),
            "cache_share": ("vllm:kv_cache_usage_perc", "gauge"),
            "tokens_in": ("vllm:prompt_tokens_total", "counter"),
            "tokens_out": ("vllm:generation_tokens_total", "counter"),
        },
        "sglang": {
            "running": ("sglang:num_running_reqs", "gauge"),
            "waiting": ("sglang:num_queue_reqs", "gauge"),
            "cache_share": ("sglang:token_usage", "gauge"),
            "tokens_in": ("sglang:prompt_tokens_total", "counter"),
            "tokens_out": ("sglang:generation_tokens_total", "counter"),
        },
        "llama.cpp": {
            "running": ("llamacpp:requests_processing", "gauge"),
            "waiting": ("llamacpp:requests_deferred", "gauge"),
            "tokens_in": ("llamacpp:prompt_tokens_total", "counter"),
            "tokens_out": ("llamacpp:tokens_predicted_total", "counter"),
        },
    }
)
# SGLang has its page of information under an older name too.
_PAGES: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "scripted": {"/health": {"status": "ok"}, "/version": {"version": f"scripted {VERSION}"}},
        "vllm": {"/health": None, "/version": {"version": VERSION}},
        "sglang": {
            "/health": None,
            "/server_info": {"version": VERSION},
            "/get_server_info": {"version": VERSION},
        },
        "llama.cpp": {"/health": {"status": "ok"}, "/props": {"build_info": f"b{VERSION}"}},
    }
)
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "vllm": '{engine="0",model_name="scripted-plain"}',
        "sglang": '{model_name="scripted-plain"}',
        "llama.cpp": "",
    }
)


def metrics(like: str, numbers: Numbers) -> str:
    """The text of /metrics; the scripted server as itself has vLLM's names."""
    manner = like if like in _NAMES else "vllm"
    lines = []
    for what, (name, kind) in _NAMES[manner].items():
        lines.append(f"# HELP {name} {what.replace('_', ' ').capitalize()}.")
        lines.append(f"# TYPE {name} {kind}")
        lines.append(f"{name}{_LABELS[manner]} {float(getattr(numbers, what))}")
    return "\n".join(lines) + "\n"


def pages(like: str, numbers: Numbers) -> Mapping[str, object]:
    """{path: what it holds}; text is sent as text, None as an empty page, anything else as JSON."""
    own = _PAGES.get(like, _PAGES["scripted"])
    return {**own, "/metrics": metrics(like, numbers)}
