// The program may be away for a while, ended or out of reach: what was typed is kept, and the page goes on by itself.
((self) => {
  "use strict";
  const texts = self.texts;
  const $ = (selector, root = document) => root.querySelector(selector);
  const DRAFT = "assistant-draft";
  const EDITED = "assistant-edited"; // the part of the draft that was a question being edited
  const BROKEN_OFF = "assistant-broken-off";
  const AT_WORK = "#outcomes .uploaded > p:first-of-type:not(.note), #library-job .job:not(.done) > p:first-of-type";
  self.SEND_EDIT = '#chat button[title="Submit"], #chat button[aria-label="Submit"]';
  const LOOK = 5000; // milliseconds between two looks whether the program is there
  const LOOK_AWAY = 1000; // the same while it is not
  const UNCONFIRMED = 1000; // after a question was sent that the program has not taken up
  const LEAVES_AFTER = 50; // between two looks whether it has
  const ANSWERS_WITHIN = 8000;
  const PAUSE = 1500; // since the last key, before the page is loaded anew
  let unsent = ""; // a question on its way, until the program has it
  let sentAt = 0;
  let given = ""; // what is in the box of an edit that a reload broke off
  let away = false;
  let typedAt = 0;
  let timer = 0;

  // What stays in the box once a question was sent: what was typed behind it meanwhile. Then the question, and the
  // conversation it is asked in, which a program that was started anew does not know of this page.
  self.sent = (typed) => {
    const now = $("#box textarea").value;
    unsent = typed.trim() ? typed : "";
    sentAt = performance.now();
    setTimeout(() => unsent && look(), UNCONFIRMED);
    if (unsent) self.withdraw();
    return [now.startsWith(typed) ? now.slice(typed.length) : now, typed, self.conversation];
  };
  self.taken = () => (unsent = "");
  const isOnItsWay = () => unsent !== "" && performance.now() - sentAt < UNCONFIRMED;
  self.isAnswering = () => Boolean($("#box .stop-button")) || isOnItsWay();

  self.joined = (...parts) => parts.filter((part) => part.trim()).join("\n");

  const store = (name, text) => {
    try {
      sessionStorage.setItem(name, text);
    } catch {
      return; // a browser that keeps nothing
    }
  };
  const unstore = (name) => {
    try {
      const text = sessionStorage.getItem(name);
      sessionStorage.removeItem(name);
      return text;
    } catch {
      return null;
    }
  };

  const show = (isAway) => {
    if (isAway && unsent) {
      self.fill(self.joined(unsent, $("#box textarea").value));
      unsent = "";
    }
    if (isAway === away) return;
    away = isAway;
    const work = away && $(AT_WORK); // a program that was started anew knows of it no longer
    store(BROKEN_OFF, work ? work.textContent.trim().replace(/\s+/g, " ") : "");
    document.body.classList.toggle("away", away);
    $("#away").textContent = away ? texts.AWAY : "";
  };

  // A program that was started anew does not know this page's session: the page is loaded anew too, but never under
  // the fingers of somebody who types, nor where a text would be lost with it.
  const begin = () => {
    const at = document.activeElement;
    const elsewhere = at && at.matches("input, textarea") && !at.closest("#box, #chat") && at.value;
    if ($("dialog[open]") || elsewhere || Date.now() - typedAt < PAUSE) return;
    location.reload();
  };

  const program = async () => {
    const { root, api_prefix: prefix } = window.gradio_config;
    try {
      const reply = await fetch(`${root}${prefix}/app_id`, { cache: "no-store", signal: AbortSignal.timeout(ANSWERS_WITHIN) });
      if (reply.status === 401) return "locked"; // it has another token now, for which the new page asks
      return reply.ok ? (await reply.json()).app_id : null;
    } catch {
      return null;
    }
  };

  const look = async () => {
    clearTimeout(timer);
    if (!document.hidden) {
      const now = await program();
      show(now !== window.gradio_config.app_id);
      if (away && now !== null) begin();
    }
    clearTimeout(timer);
    timer = setTimeout(look, away ? LOOK_AWAY : LOOK);
  };
  self.lookWhetherThere = () => away || look();

  const wait = (event) => {
    if (!away) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const keep = () => {
    const edits = [...document.querySelectorAll("#chat .message textarea[data-plain]")];
    const edited = edits.filter((box) => box.value !== box.dataset.plain).map((box) => box.value);
    store(EDITED, unsent ? "" : self.joined(...edited));
    store(DRAFT, self.joined(unsent, ...edited, $("#box textarea").value));
  };

  // Sent where it belongs, it is not to stay in the box too.
  const editSent = () => {
    const now = $("#box textarea").value;
    if (given && now.startsWith(given)) self.fill(now.slice(given.length).trimStart());
    given = "";
  };

  const giveBack = () => {
    const draft = unstore(DRAFT);
    given = unstore(EDITED) || "";
    if (draft && !new URLSearchParams(location.search).has("q")) self.fill(draft);
    const work = unstore(BROKEN_OFF);
    if (!work) return;
    self.notice(texts.BROKEN_OFF_WITH.replace("{work}", work), texts.LIBRARY_TAB, () => self.tab(texts.LIBRARY_TAB));
  };

  self.startAway = () => {
    if (self.awayStarted) return;
    self.awayStarted = true;
    $("#composer").prepend($("#away")); // above the box, where it covers nothing
    giveBack();
    document.addEventListener("keydown", (event) => {
      typedAt = Date.now();
      if (event.key === "Enter" && !event.shiftKey && event.target.matches("#box textarea")) wait(event);
    }, true);
    document.addEventListener("click", (event) => {
      const edit = event.target.closest(self.SEND_EDIT);
      if (edit || event.target.closest("#box .submit-button")) wait(event);
      if (edit && !away) editSent();
      // Another conversation waits until the program has the question: leaving this one takes it back.
      const leaves = event.target.closest("#new-chat, #conversations .open");
      if (!leaves || away || !isOnItsWay()) return;
      event.preventDefault();
      event.stopPropagation();
      setTimeout(() => leaves.click(), LEAVES_AFTER);
    }, true);
    document.addEventListener("visibilitychange", look);
    addEventListener("pagehide", keep);
    timer = setTimeout(look, LOOK);
  };
})(window.assistantWindow);
