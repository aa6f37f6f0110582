import gc
import os
import warnings

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vibes.settings")
# WhiteNoise serves files from plain iterators; they are small and read at once. Streams of ours are asynchronous.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
django.setup()

from vibes.handler import ThreadedHandler  # noqa: E402  (settings come first)

application = ThreadedHandler()
# What was loaded stays, so it is not looked through again; a request leaves some thousand objects, nearly all of them freed
# without the collector.
gc.freeze()
gc.set_threshold(20_000, 20, 20)
