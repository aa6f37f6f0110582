"""OpenAI's files and batches as the scripted server speaks them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vibes.providers.scripted_batches import Batch, Call, Item, Outcome, Shelf, page, twice
from vibes.providers.scripted_protocols import RefusalError

ENDPOINTS: tuple[str, ...] = ("/v1/chat/completions", "/v1/responses")
MOST_REQUESTS = 50_000
_DAY = 86_400
_STATUS = {
    "validating": "validating",
    "running": "in_progress",
    "cancelling": "cancelling",
    "failed": "failed",
}
_ENDS = {
    "expired": (
        "batch_expired",
        "This request could not be executed before the completion window expired.",
    ),
    "cancelled": ("batch_cancelled", "This request was not executed: the batch was cancelled."),
}


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded or written file."""

    id: str
    name: str
    purpose: str
    content: bytes
    created: float

    def described(self) -> dict[str, Any]:
        """The file object."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self.content),
            "created_at": int(self.created),
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
        }


class OpenAIBatches:
    """Files and batches behind /v1/files and /v1/batches."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._files: dict[str, File] = {}

    def handle(self, call: Call) -> dict[str, Any] | bytes:
        """The reply to one request: JSON, or the bytes of a file. Raises RefusalError."""
        match call.method, call.path.split("/")[2:]:
            case "POST", ["files"]:
                return self._upload(call).described()
            case "GET", ["files", name]:
                return self._file(name).described()
            case "DELETE", ["files", name]:
                self._file(name)
                del self._files[name]
                return {"id": name, "object": "file", "deleted": True}
            case "GET", ["files", name, "content"]:
                return self._file(name).content
            case method, ["batches", *rest]:
                return self._batches(method, rest, call)
        raise RefusalError(404, "not_found", "No such address here.")

    def _batches(self, method: str, rest: list[str], call: Call) -> dict[str, Any]:
        match method, rest:
            case "POST", []:
                return self._described(self._create(call))
            case "GET", []:
                return self._list(call.query)
            case "GET", [name]:
                return self._described(self._shelf.get(name))
            case "POST", [name, "cancel"]:
                return self._cancel(name)
        raise RefusalError(404, "not_found", "No such address here.")

    def _upload(self, call: Call) -> File:
        parts = dict(_parts(call))
        purpose = parts.get("purpose", (b"", ""))[0].decode()
        if "file" not in parts or purpose != "batch":
            raise RefusalError(400, "invalid_request_error", "A file and purpose 'batch' are required.")
        content, filename = parts["file"]
        return self._keep(filename or "upload", "batch", content)

    def _keep(self, filename: str, purpose: str, content: bytes) -> File:
        name = f"file-{self._shelf.number():06d}"
        self._files[name] = File(name, filename, purpose, content, self._shelf.clock())
        return self._files[name]

    def _file(self, name: str) -> File:
        if name not in self._files:
            raise RefusalError(404, "not_found", f"No such File object: {name}")
        return self._files[name]

    def _create(self, call: Call) -> Batch:
        try:
            values = json.loads(call.body)
            path, file = str(values["endpoint"]), self._file(str(values["input_file_id"]))
        except (ValueError, LookupError, TypeError) as error:
            raise RefusalError(400, "invalid_request_error", f"Cannot read the batch: {error!r}") from None
        if path not in ENDPOINTS:
            raise RefusalError(400, "invalid_request_error", f"Invalid value for endpoint: {path!r}.")
        metadata = values.get("metadata") or {}
        fault = call.fault or metadata.get("vibes_fault", "")
        items, errors = _items(file.content, path)
        if fault == "batch_invalid":
            errors = [_problem("invalid_request", "The fault batch_invalid was asked for.", 1)]
        name, shelf = f"batch_{self._shelf.number():06d}", self._shelf
        batch = Batch(name, path, items, shelf.clock(), shelf.seconds, fault, errors, metadata, file.id)
        self._shelf.put(batch)
        return batch

    def _list(self, query: Mapping[str, str]) -> dict[str, Any]:
        shown, has_more = page(self._shelf.all(), lambda batch: batch.id, query)
        ends = {"first_id": shown[0].id, "last_id": shown[-1].id} if shown else {}
        entries = [self._described(batch) for batch in shown]
        return {"object": "list", "data": entries, "has_more": has_more, **ends}

    def _cancel(self, name: str) -> dict[str, Any]:
        batch = self._shelf.get(name)
        if not batch.cancel(self._shelf.clock()):
            status = self._described(batch)["status"]
            raise RefusalError(409, "conflict", f"Cannot cancel a batch with status '{status}'.")
        return self._described(batch)

    def _described(self, batch: Batch) -> dict[str, Any]:
        now = self._shelf.clock()
        status, answered = batch.status(now), [outcome for outcome in batch.outcomes if not outcome.end]
        completed = sum(outcome.status == 200 for outcome in answered)
        counts = {"total": len(batch.items), "completed": completed, "failed": len(answered) - completed}
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": batch.path,
            "errors": {"object": "list", "data": list(batch.errors)} if status == "failed" else None,
            "input_file_id": batch.input_file,
            "completion_window": "24h",
            "status": _status(batch, now),
            "created_at": int(batch.created),
            "expires_at": int(batch.created) + _DAY,
            "cancelling_at": int(batch.cancelled) if batch.cancelled is not None else None,
            "request_counts": counts,
            "metadata": dict(batch.metadata) or None,
            **(self._results(batch) if status == "ended" else {}),
        }

    def _results(self, batch: Batch) -> dict[str, str]:
        """The ids of the two files of results; each is there only where something belongs in it."""
        sorted_out = {
            "output": [outcome for outcome in batch.outcomes if outcome.status == 200],
            "error": [outcome for outcome in batch.outcomes if outcome.status != 200],
        }
        named = {kind: f"file-{batch.id}-{kind}" for kind, outcomes in sorted_out.items() if outcomes}
        for kind, name in named.items():
            if name not in self._files:
                content = b"".join(_lines(sorted_out[kind], batch))
                file = File(name, f"{batch.id}_{kind}.jsonl", "batch_output", content, self._shelf.clock())
                self._files[name] = file
        return {f"{kind}_file_id": name for kind, name in named.items()}


def _status(batch: Batch, now: float) -> str:
    status = batch.status(now)
    if status != "ended":
        return _STATUS[status]
    if batch.cancelled is not None:
        return "cancelled"
    return "expired" if batch.expired else "completed"


def _lines(outcomes: list[Outcome], batch: Batch) -> Iterator[bytes]:
    """The lines of a file of results, the last request first: no order is promised."""
    for number, outcome in enumerate(reversed(outcomes)):
        line: dict[str, Any] = {
            "id": f"batch_req_{number:06d}",
            "custom_id": outcome.custom_id,
            "response": None,
            "error": None,
        }
        if outcome.end:
            code, message = _ENDS[outcome.end]
            line["error"] = {"code": code, "message": message}
        else:
            request_id = f"req_{batch.id}_{number}"
            line["response"] = {
                "status_code": outcome.status,
                "request_id": request_id,
                "body": outcome.body,
            }
        yield json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _items(content: bytes, path: str) -> tuple[list[Item], list[dict[str, Any]]]:
    """The requests in an uploaded file, and what is wrong with it."""
    items, problems = [], []
    for number, line in enumerate(content.splitlines(), 1):
        try:
            items.append(_item(json.loads(line), path))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            problems.append(_problem("invalid_request", f"{error}", number))
    repeated = twice(item.custom_id for item in items)
    if repeated is not None:
        problems.append(_problem("duplicate_custom_id", f"The custom_id {repeated!r} comes twice.", None))
    if len({item.body.get("model") for item in items}) > 1:
        problems.append(_problem("mismatched_model", "All requests of a batch must be for one model.", None))
    if not items and not problems:
        problems.append(_problem("empty_file", "The file holds no request.", None))
    if len(items) > MOST_REQUESTS:
        problems.append(_problem("too_many_tasks", f"More than {MOST_REQUESTS} requests.", None))
    return items, problems


def _item(line: Mapping[str, Any], path: str) -> Item:
    if line["method"] != "POST" or line["url"] != path:
        raise ValueError(f"Every request must be a POST to {path}.")
    if line["body"].get("stream"):
        raise ValueError("A batch streams nothing.")
    return Item(str(line["custom_id"]), line["body"])


def _problem(code: str, message: str, line: int | None) -> dict[str, Any]:
    return {"code": code, "message": message, "line": line, "param": None}


def _parts(call: Call) -> Iterator[tuple[str, tuple[bytes, str]]]:
    """Name, content and file name of each part of a multipart body. Raises RefusalError."""
    _, found, boundary = call.content_type.partition("boundary=")
    if not found:
        raise RefusalError(400, "invalid_request_error", "Send the file as multipart/form-data.")
    for part in call.body.split(b"--" + boundary.strip('"').encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        fields = dict(
            field.strip().partition("=")[::2] for field in head.decode("utf-8", "replace").split(";")
        )
        filename = fields.get("filename", "").partition("\r\n")[0].strip('"')
        yield fields.get("name", "").partition("\r\n")[0].strip('"'), (content[:-2], filename)
