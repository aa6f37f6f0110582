from django.urls import path

from annotations.views import invitations, live, rating, sessions

app_name = "annotations"
urlpatterns = [
    path("r/<str:token>/", invitations.landing, name="invitation"),
    path("r/<str:token>/begin/", invitations.begin, name="begin"),
    path("r/<str:token>/resume/", invitations.resume, name="resume"),
    path("rate/", rating.rate, name="rate"),
    path("rate/welcome/", sessions.welcome, name="welcome"),
    path("rate/consent/", sessions.consent, name="consent"),
    path("rate/pause/", sessions.pause, name="pause"),
    path("rate/another/", sessions.another, name="another"),
    path("rate/<uuid:public_id>/verdict/", rating.verdict, name="verdict"),
    path("rate/<uuid:public_id>/lean/", rating.lean, name="lean"),
    path("rate/<uuid:public_id>/details/", rating.details, name="details"),
    path("rate/<uuid:public_id>/feedback/", rating.feedback, name="feedback"),
    path("rate/<uuid:public_id>/skip/", rating.skip, name="skip"),
    path("rate/<uuid:public_id>/broken/", rating.broken, name="broken"),
    path("rate/<uuid:public_id>/growing/", live.growing, name="growing"),
    path("rate/<uuid:public_id>/undo/", rating.undo, name="undo"),
]
