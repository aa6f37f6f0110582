from django.urls import URLPattern, URLResolver, include, path

from vibes.views import (
    answers,
    crowds,
    endpoints,
    exports,
    fetching,
    generations,
    home,
    imports,
    results,
    runs,
    sign_in,
    studies,
    study_builder,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("health/", home.health, name="health"),
    path("sign-in/", sign_in.by_password, name="sign_in"),
    path("sign-in/<str:name>/<str:token>/", sign_in.by_link, name="sign_in_link"),
    path("sign-out/", sign_in.out, name="sign_out"),
    path("studies/", studies.listing, name="studies"),
    path("studies/new/", study_builder.new, name="new_study"),
    path("studies/<int:pk>/", studies.study, name="study"),
    path("studies/<int:pk>/progress/", studies.progress, name="study_progress"),
    path("studies/<int:pk>/answers/", answers.listing, name="study_answers"),
    path("studies/<int:pk>/fetching/<slug:verb>/", fetching.control, name="control_fetching"),
    path("generations/<int:pk>/", generations.generation, name="generation"),
    path("generations/<int:pk>/response.json", generations.raw, name="generation_raw"),
    path("studies/<int:pk>/invite/", studies.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", studies.withdraw, name="withdraw_invitation"),
    path("studies/<int:pk>/simulate/", crowds.simulate, name="simulate"),
    path("studies/<int:pk>/results/", results.results, name="results"),
    path("studies/<int:pk>/judgements.jsonl", exports.judgements, name="export_judgements"),
    path("studies/<int:pk>/dpo.jsonl", exports.dpo, name="export_dpo"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/progress/", runs.progress, name="run_progress"),
    path("runs/<int:pk>/report.json", runs.as_json, name="run_json"),
    path("runs/<int:pk>/report.html", runs.as_html, name="run_html"),
    path("import/", imports.judgements, name="import"),
    path("endpoints/", endpoints.listing, name="endpoints"),
    path("endpoints/found/", endpoints.found, name="found_servers"),
    path("endpoints/add/", endpoints.add, name="add_endpoint"),
    path("endpoints/states/", endpoints.states, name="endpoint_states"),
    path("endpoints/file/", endpoints.from_file, name="endpoint_file"),
    path("endpoints/<int:pk>/edit/", endpoints.edit, name="edit_endpoint"),
    path("endpoints/<int:pk>/test/", endpoints.test, name="test_endpoint"),
    path("endpoints/<int:pk>/archive/", endpoints.archive, name="archive_endpoint"),
    path("", include("annotations.urls")),
]

handler403 = "vibes.views.errors.not_allowed"
handler404 = "vibes.views.errors.not_found"
handler500 = "vibes.views.errors.failed"
