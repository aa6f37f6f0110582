"""What fetching costs without Vibes: one asyncio loop over the openai SDK, answers kept in a list.

    python bench/workers/bare_loop.py BASE_URL COUNT CONCURRENCY LABEL

Prints one line of JSON: wall and CPU seconds from the first call to the last answer, and peak memory.
"""

import asyncio
import json
import sys
import time

import openai

from bench.workers.memory import peak_megabytes


async def fetch(base_url: str, count: int, concurrency: int, label: str) -> list[str]:
    """`concurrency` callers that take the next question as soon as they have an answer."""
    client = openai.AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0, timeout=120)
    questions = iter(range(count))
    answers: list[str] = []

    async def caller() -> None:
        for number in questions:
            reply = await client.chat.completions.create(
                model="scripted-plain",
                messages=[{"role": "user", "content": f"{label} {number}?"}],
                max_tokens=1024,
            )
            answers.append(reply.choices[0].message.content or "")

    await asyncio.gather(*(caller() for _ in range(concurrency)))
    await client.close()
    return answers


def main(base_url: str, count: int, concurrency: int, label: str) -> None:
    start, busy = time.perf_counter(), time.process_time()
    answers = asyncio.run(fetch(base_url, count, concurrency, label))
    assert len(answers) == count and all(answers)
    found = {"wall_s": time.perf_counter() - start, "cpu_s": time.process_time() - busy}
    print(json.dumps(found | {"peak_mb": peak_megabytes()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
