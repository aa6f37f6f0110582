import os
import warnings

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vibes.settings")
# WhiteNoise serves files from plain iterators; they are small and read at once. Streams of ours are asynchronous.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
django.setup()

from vibes.handler import ThreadedHandler  # noqa: E402  (settings come first)

application = ThreadedHandler()
