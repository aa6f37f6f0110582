from django.apps import AppConfig


class VibesConfig(AppConfig):
    name = "vibes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vibes.celery import application  # noqa: F401  makes `task.delay` find its broker in every process
