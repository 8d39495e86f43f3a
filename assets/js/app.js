import "./keys.js";
import "./rows.js";
import "./files.js";
import "./forms.js";
import "./calls.js";
import "./ringing.js";
import "./drafts.js";
import "./countdown.js";
import "./popovers.js";
import "./phrases.js";
import "./wide.js";
import "./copying.js";
import "./search.js";
import "./passkeys.js";
import "./leaving.js";

document.documentElement.classList.add("js");
