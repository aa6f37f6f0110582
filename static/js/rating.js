// The rating room: one module per concern, wired here. Without any of it every form is a plain POST.

import "./copy.js";
import "./dialogs.js";
import "./once.js";
import { fetchAhead } from "./ahead.js";
import { watchAnswers } from "./answers.js";
import { watchKeys } from "./keys.js";
import { watchLive } from "./live.js";
import { watchMarking } from "./marking.js";
import { watchMathematics } from "./mathematics.js";
import { watchReplay } from "./replay.js";
import { enter, room } from "./room.js";
import { sendKept } from "./resending.js";
import { watchSaving } from "./saving.js";
import { watchSides } from "./sides.js";
import { watchTelemetry } from "./telemetry.js";

watchKeys();
if (room) {
  watchSaving();
  watchTelemetry();
  watchAnswers();
  watchSides();
  watchMarking();
  watchMathematics();
  watchReplay();
  watchLive();
  enter();
  // Without it the page waits for the server, as it must after an answer anyway.
  sendKept()
    .then(fetchAhead)
    .catch(() => {});
}
