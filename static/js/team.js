// What every team page needs: copy buttons, dialogs, forms that are sent once, failures told, the rating room's keys.

import "./copy.js";
import "./dialogs.js";
import "./once.js";
import "./trouble.js";
import { watchKeys } from "./keys.js";

watchKeys();
