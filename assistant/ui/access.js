// What Gradio leaves undone for keyboards and screen readers, mended as its parts appear; and the new question's place.
((self) => {
  "use strict";
  const texts = self.texts;
  const set = (element, name, value) => {
    if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  // Gradio's names of its buttons, and ours.
  const BUTTONS = { Retry: texts.RETRY, Undo: texts.UNDO, Edit: texts.EDIT, "Copy message": texts.COPY, "Copied message": texts.COPY };
  const MENDED_AFTER = 150; // milliseconds
  let questions = 0;
  let spoken = 0;

  // The box that edits a question holds its Markdown; the person typed it without.
  const editPlain = (box) => {
    const plain = document.createElement("textarea");
    plain.innerHTML = box.value.replaceAll("<br>", "\n"); // what it holds is escaped, and a textarea holds text only
    box.value = box.dataset.plain = plain.value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    const rows = [...document.querySelectorAll("#chat .user-row")];
    const later = rows.length - 1 - rows.indexOf(box.closest(".user-row"));
    const warning = later > 1 ? texts.WILL_DROP_MANY.replace("{count}", later) : later ? texts.WILL_DROP_ONE : "";
    box.parentElement.dataset.warning = warning;
    set(box, "aria-label", `${texts.EDIT}. ${warning}`.trim());
  };

  // An answer is read out once, when it is whole, not token by token: its sentences, without the list of sources.
  const speak = (chat, streaming) => {
    const answers = chat.querySelectorAll(".bot-row");
    if (streaming) spoken = Math.min(spoken, answers.length - 1);
    if (streaming || answers.length === spoken) return;
    const grown = answers.length === spoken + 1;
    spoken = answers.length;
    const last = answers[answers.length - 1];
    if (last && grown) document.querySelector("#spoken").textContent = self.plain(last, false);
  };

  // What cannot wait, in the frame that draws a change.
  const follow = () => {
    const chat = document.querySelector("#chat");
    if (!chat) return;
    const streaming = Boolean(document.querySelector("#box .stop-button"));
    for (const log of chat.querySelectorAll('[role="log"]')) {
      set(log, "aria-busy", String(streaming));
      set(log, "aria-live", "off"); // it would be read token by token; see speak
    }
    if (streaming) self.taken();
    if (document.querySelector(".toast-body.error")) self.lookWhetherThere(); // Gradio's, such as for a lost connection
    for (const box of chat.querySelectorAll(".message textarea:not([data-plain])")) editPlain(box);
    speak(chat, streaming);
    self.placeChanged();
    toTop(chat);
  };

  // The rest, a moment later: in a long conversation it takes as long as drawing an answer.
  const mend = () => {
    const chat = document.querySelector("#chat");
    if (!chat) return;
    // A message's label holds its raw Markdown and would be read instead of its text.
    for (const message of chat.querySelectorAll('[data-testid="bot"][aria-label], [data-testid="user"][aria-label]'))
      message.removeAttribute("aria-label");
    for (const long of chat.querySelectorAll('[data-testid="user"], p.searched'))
      if (long.scrollHeight > long.clientHeight + 1) set(long, "tabindex", "0"); // so that keys scroll it
    for (const link of chat.querySelectorAll('a[href^="#cite/"]')) link.removeAttribute("target");
    for (const chip of chat.querySelectorAll('p a[href^="#cite/"][title]:not([aria-label])'))
      set(chip, "aria-label", `${chip.textContent}: ${chip.title}`);
    set(document.querySelector("#box .submit-button"), "aria-label", texts.SEND);
    set(document.querySelector("#box .stop-button"), "aria-label", texts.STOP);
    set(document.querySelector("#sources input"), "aria-label", texts.SOURCES_LABEL);
    set(document.querySelector("#sources input"), "placeholder",
      document.querySelector("#sources .token") ? "" : texts.ALL_SOURCES);
    set(document.querySelector("#period input"), "aria-label", texts.DATES_LABEL);
    set(document.querySelector("#writer input"), "aria-label", texts.WRITER_LABEL);
    const zone = document.querySelector("#upload button.upload-container");
    if (zone) {
      zone.removeAttribute("aria-label"); // it would hide the words
      set(zone.querySelector('[data-testid="upload-text"]'), "data-words", texts.DROP);
      set(zone.querySelector("input"), "accept", texts.KINDS);
    }
    for (const [name, words] of Object.entries(BUTTONS))
      for (const button of chat.querySelectorAll(`button[aria-label="${name}"], button[title="${name}"]`)) {
        set(button, "aria-label", words);
        set(button, "title", words);
      }
    for (const button of chat.querySelectorAll('button[aria-label=""], .feedback-options button:not([aria-label])'))
      set(button, "aria-label", texts.REASON);
    for (const box of document.querySelectorAll("#since :is(input, textarea), #until :is(input, textarea)"))
      if (box.tagName === "INPUT" && box.type !== "date") box.type = "date";
    self.examples();
  };

  // Gradio opens a list anew where it hears of the key that moved the focus on from it.
  const leaveList = (event) => {
    const at = event.target;
    if (event.key === "Tab" && at.matches && at.matches('#filters [role="combobox"][readonly]')) event.stopPropagation();
  };

  // Of a source that is typed in part, Enter takes the first that is offered, and leaving the box takes none. Gradio
  // would take what is typed for a source.
  const typedSource = (event) => {
    const box = event.target;
    if (!box.matches || !box.matches("#sources input") || !box.value) return;
    if (event.key === "Enter" && !document.querySelector('[role="option"].active')) {
      if (!document.querySelector('[role="option"]')) event.stopPropagation();
      else box.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    } else if (event.type === "blur") {
      box.value = "";
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  // The new question goes to the top of the chat, so that its answer is read from the start; there is always room
  // below it for that, and no more.
  const toTop = (chat) => {
    const log = chat.querySelector('[role="log"]');
    const wrap = chat.querySelector(".message-wrap");
    const rows = chat.querySelectorAll(".user-row");
    const row = rows[rows.length - 1];
    if (log && wrap && row) {
      const padding = parseFloat(getComputedStyle(wrap).paddingBottom);
      const below = wrap.getBoundingClientRect().bottom - padding - row.getBoundingClientRect().top;
      const room = Math.max(32, Math.floor(log.clientHeight - below - 12));
      if (Math.abs(room - padding) > 1) wrap.style.paddingBottom = `${room}px`;
      if (rows.length > questions) log.scrollTop += row.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
    }
    questions = rows.length;
  };

  let following = 0;
  let mending = 0;
  self.startAccess = () => {
    if (self.accessStarted) return;
    self.accessStarted = true;
    document.addEventListener("keydown", leaveList, true);
    for (const comes of ["keydown", "blur"]) document.addEventListener(comes, typedSource, true);
    new MutationObserver(() => {
      following ||= requestAnimationFrame(() => {
        following = 0;
        follow();
      });
      mending ||= setTimeout(() => {
        mending = 0;
        mend();
      }, MENDED_AFTER);
    }).observe(document.body, { childList: true, subtree: true });
    follow();
    mend();
  };
})(window.assistantWindow);
