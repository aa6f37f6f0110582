"""Runs in Label Studio's own environment: tables, raters with tokens, a project of pairs with an overlap of three.

    python label_studio_setup.py RATERS TASKS

Prints one line of JSON: the project's id and the raters' tokens.
"""

import json
import os
import sys
from pathlib import Path

import label_studio

sys.path.insert(0, str(Path(label_studio.__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "core.settings.label_studio"

CONFIG = """<View><Text name="prompt" value="$prompt"/><Text name="left" value="$left"/><Text name="right" value="$right"/>
<Choices name="verdict" toName="prompt" choice="single"><Choice value="A"/><Choice value="B"/><Choice value="Tie"/>
<Choice value="Both bad"/></Choices></View>"""


def main(raters: int, tasks: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from organizations.models import Organization, OrganizationMember
    from projects.models import Project
    from rest_framework.authtoken.models import Token
    from tasks.models import Task
    from users.models import User

    people = [User.objects.create(email=f"rater{n}@example.org", username=f"rater{n}") for n in range(raters)]
    organisation = Organization.create_organization(created_by=people[0], title="Bench")
    organisation.jwt.legacy_api_tokens_enabled = True
    organisation.jwt.save()
    for person in people:
        OrganizationMember.objects.get_or_create(user=person, organization=organisation)
        person.active_organization = organisation
        person.save()
    project = Project.objects.create(
        title="Bench",
        label_config=CONFIG,
        maximum_annotations=3,
        sampling=Project.UNIFORM,
        organization=organisation,
        created_by=people[0],
    )
    text = "A paragraph of an answer, with **bold** and a list:\n\n" + "\n".join(
        f"- item {n}" for n in range(12)
    )
    Task.objects.bulk_create(
        Task(project=project, overlap=3, data={"prompt": f"Question {n}?", "left": text, "right": text})
        for n in range(tasks)
    )
    tokens = [Token.objects.get_or_create(user=person)[0].key for person in people]
    print(json.dumps({"project": project.pk, "tokens": tokens}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
