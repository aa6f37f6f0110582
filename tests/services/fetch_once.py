"""A study made and fetched by one pump in this process, on the database that the environment names.

    python -m tests.services.fetch_once BASE_URL COUNT

Makes the tables first. Says "fetching" when the rows are there, and at the end what became of them, as JSON.
"""

import json
import sys

import django


def main(base_url: str, count: int) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from django.db.models import Count

    from tests.services import desk
    from vibes.models import Attempt, Generation
    from vibes.services.generations import pump

    desk.study(base_url, prompt_count=count, characters=("plain",), settings={"slots": 20})
    sys.stdout.write("fetching\n")
    sys.stdout.flush()
    pump.run()
    connection.close()  # this thread's own may have been lost with the server
    states = dict(Generation.objects.values_list("state").annotate(n=Count("pk")))
    outcomes = dict(Attempt.objects.values_list("outcome").annotate(n=Count("pk")))
    sys.stdout.write(json.dumps({"states": states, "outcomes": outcomes}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
