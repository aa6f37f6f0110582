"""The demo's study on a server of your own: the prompts, the four scripted characters, a rating link."""

from django.core.management.base import BaseCommand

from vibes import tasks
from vibes.services.seeding import seed_demo


class Command(BaseCommand):
    help = "Makes the demo study where it is not there yet, and wakes the generation worker."

    def handle(self, **_: object) -> None:
        seeded = seed_demo()
        tasks.pump_generations.delay()
        state = "made" if seeded.new else "here already"
        self.stdout.write(f"{seeded.study}: {state}. Sign in as {seeded.lead.username}.")
