// The page's own behaviour: the reader, the theme, the drawer, the keyboard. One object, `assistantWindow`.
window.assistantWindow = window.assistantWindow || (() => {
  "use strict";
  const texts = window.assistantTexts;
  const self = { texts };
  let server = null;
  const $ = (selector, root = document) => root.querySelector(selector);

  // Ask the server; what goes wrong comes back as `error`, a sentence.
  self.call = async (name, argument = null) => {
    try {
      const reply = await server[name](argument);
      if (reply) return reply; // Gradio gives nothing where the server is not there
    } catch {
      // told below
    }
    self.lookWhetherThere();
    return { error: texts.LOST };
  };

  let fading = 0;
  self.notice = (sentence, words = "", doing = null) => {
    self.undoing = ""; // the conversation in which it offers to take a question back
    const place = $("#notice");
    place.textContent = sentence;
    if (doing) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.addEventListener("click", () => {
        place.classList.remove("shown");
        button.remove();
        doing();
      });
      place.append(" ", button);
    }
    place.classList.add("shown");
    clearTimeout(fading);
    fading = setTimeout(fade, doing ? 20000 : 6000);
  };
  const fade = () => {
    if ($("#notice").matches(":hover, :focus-within")) fading = setTimeout(fade, 1000);
    else self.unnotice();
  };
  self.unnotice = () => {
    const place = $("#notice");
    place.classList.remove("shown");
    for (const button of place.querySelectorAll("button")) button.remove(); // what is not seen is not to be reached
  };

  // --- The reader -------------------------------------------------------------------------------------------------
  let ticket = 0; // of the latest click: an earlier reply that comes later is dropped
  let opener = null;
  let trail = []; // the references of the answer the reader was opened from, each once, in order
  let place = -1;

  const messageOf = (link) => link.closest('.message-row, [data-testid="bot"]');
  const linksTo = (reference, root = document) =>
    [...root.querySelectorAll('a[href^="#cite/"]')].filter((link) => link.getAttribute("href") === reference);

  // What the pointer or the keyboard rests on is fetched before it is clicked. It counts for two seconds: the article may
  // change.
  const RESTS = 80;
  const COUNTS = 2000; // milliseconds
  let early = { reference: "", until: 0, reply: null };
  let resting = 0;
  let isReturning = false; // the focus, to where the reader was opened from
  const rest = (event) => {
    clearTimeout(resting);
    const link = event.target.closest && event.target.closest('a[href^="#cite/"]');
    if (!link || isReturning) return;
    const reference = link.getAttribute("href");
    resting = setTimeout(() => {
      if (early.reference === reference && performance.now() < early.until) return;
      const reply = server.read_article(reference).catch(() => null);
      early = { reference, until: performance.now() + COUNTS, reply };
    }, RESTS);
  };
  const article = async (reference) => {
    clearTimeout(resting);
    const isKnown = early.reference === reference && performance.now() < early.until;
    const known = isKnown && (await early.reply);
    return known && known.html ? known : self.call("read_article", reference);
  };

  const show = async (reference, { focusWords }) => {
    const mine = ++ticket;
    const reply = await article(reference);
    if (mine !== ticket) return;
    if (reply.error) return self.notice(reply.error);
    const body = $("#reader-body");
    body.innerHTML = reply.html; // escaped by the server
    document.body.classList.add("reading");
    // The title too: it scrolls away, since the reader opens at the words.
    const title = $("h2", body) ? $("h2", body).textContent : texts.READER;
    const citation = texts.CITATION_OF.replace("{position}", place + 1).replace("{total}", trail.length);
    $("#reader-where").textContent = trail.length > 1 ? `${citation} · ${title}` : title;
    $("#reader-previous").hidden = $("#reader-next").hidden = trail.length < 2;
    $("#reader-previous").disabled = place <= 0;
    $("#reader-next").disabled = place >= trail.length - 1;
    markActive(reference);
    self.address();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const mark = $("mark", body);
    body.scrollTop = mark
      ? body.scrollTop + mark.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3
      : 0;
    if (focusWords) (mark || $("h2", body) || body).focus({ preventScroll: true });
    else if (document.activeElement.disabled || document.activeElement === document.body) body.focus({ preventScroll: true });
  };

  const markActive = (reference) => {
    for (const link of document.querySelectorAll("#chat a[aria-current]")) link.removeAttribute("aria-current");
    const message = opener && messageOf(opener);
    if (message && reference) for (const link of linksTo(reference, message)) link.setAttribute("aria-current", "true");
  };

  // Where an article or an answer is linked from outside: `?article=ID/START-END`, `?chat=ID`, `?q=QUESTION`.
  const asked = new URLSearchParams(location.search);
  const openAddressed = () => {
    if (asked.get("chat")) {
      self.conversation = asked.get("chat"); // until the server has named it: the page may be loaded again before
      self.events.open(self.conversation);
    }
    if (asked.get("article")) {
      trail = [`#cite/${asked.get("article")}`];
      place = 0;
      show(trail[0], { focusWords: true });
    }
    if (asked.get("q")) self.ask(asked.get("q"));
    asked.delete("q"); // asked once, also where the page is loaded again
    self.address();
  };

  // The address names what is on the page, so that it can be loaded again, kept and handed on.
  self.address = () => {
    const parts = new URLSearchParams();
    if (asked.get("__theme")) parts.set("__theme", asked.get("__theme"));
    if (self.conversation) parts.set("chat", self.conversation);
    if (document.body.classList.contains("reading") && trail[place]) parts.set("article", trail[place].slice("#cite/".length));
    const query = parts.toString().replaceAll("%2F", "/");
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  };

  // What is typed is read for when the typing pauses: sent, it is answered at once. Nothing of it is written down or shown.
  const PAUSES = 200; // milliseconds
  const LEAST = 8; // characters
  const MOST = 500;
  let pausing = 0;
  let looking = Promise.resolve(); // one after the other
  const lookAhead = (event) => {
    if (!event.target.matches("#box textarea") || !server.look_ahead) return;
    clearTimeout(pausing);
    const message = event.target.value.trim();
    const look = () => {
      const isLimited = $("#sources .token") || $("#period input").value !== texts.ANY_DATE; // other passages are found
      if ($("#box textarea").value.trim() !== message || self.isAnswering() || isLimited) return null;
      return server.look_ahead({ conversation: self.conversation, message });
    };
    if (message.length >= LEAST && message.length <= MOST) pausing = setTimeout(() => (looking = looking.then(look).catch(() => null)), PAUSES);
  };

  // Type a text into the box.
  self.fill = (text) => {
    const box = $("#box textarea");
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // Type a question into the box and send it.
  self.ask = (question) => {
    self.tab(texts.ASK_TAB);
    if (!$("#box textarea") || self.isAnswering()) return;
    self.fill(question);
    requestAnimationFrame(() => $("#box .submit-button").click());
  };

  const open = (link) => {
    const reference = link.getAttribute("href");
    const message = messageOf(link);
    opener = link;
    // Of an answer, what it cites; of the folded list of what else was found, that list.
    const folded = link.closest(".nearest");
    const links = folded ? folded.querySelectorAll("a") : message ? message.querySelectorAll('a[href^="#cite/"]:not(.nearest a)') : [];
    trail = [...new Set([...links].map((a) => a.getAttribute("href")))];
    place = trail.indexOf(reference);
    show(reference, { focusWords: true });
  };

  const walk = (step) => {
    if (place + step < 0 || place + step >= trail.length) return;
    place += step;
    show(trail[place], { focusWords: false });
  };

  const close = () => {
    ticket += 1;
    document.body.classList.remove("reading");
    const reference = trail[place] || (opener && opener.getAttribute("href"));
    markActive(null);
    self.address();
    // The link itself may have been drawn anew since; one with the same reference is as good.
    const back = opener && opener.isConnected ? opener : linksTo(reference)[0];
    isReturning = true; // it was read just now
    (back || $("#box textarea")).focus();
    isReturning = false;
    opener = null;
  };

  // --- Theme: by system, or as chosen ------------------------------------------------------------------------------
  const THEME = "assistant-theme";
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  self.theme = () => {
    try {
      return localStorage.getItem(THEME) || "system";
    } catch {
      return "system";
    }
  };
  const applyTheme = () => {
    const asked = new URLSearchParams(location.search).get("__theme");
    const chosen = self.theme() === "system" && ["dark", "light"].includes(asked) ? asked : self.theme();
    document.body.classList.toggle("dark", chosen === "dark" || (chosen === "system" && systemDark.matches));
    $("#theme-switch").textContent = `${texts.THEME}: ${texts.THEMES[self.theme()]}`;
  };
  self.setTheme = (chosen) => {
    try {
      localStorage.setItem(THEME, chosen);
    } catch {
      return;
    }
    applyTheme();
  };
  const nextTheme = () => {
    const order = Object.keys(texts.THEMES);
    self.setTheme(order[(order.indexOf(self.theme()) + 1) % order.length]);
  };

  // --- Drawer, tabs, keyboard --------------------------------------------------------------------------------------
  const drawer = (isOpen) => {
    document.body.classList.toggle("drawer", isOpen);
    $("#menu-button").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) $("#new-chat").focus();
  };
  self.tab = (name) => {
    const tab = [...document.querySelectorAll('#tabs [role="tab"]')].find((one) => one.textContent.trim() === name);
    if (tab) tab.click();
  };

  const onClick = (event) => {
    const link = event.target.closest('a[href^="#"]');
    const reference = link ? link.getAttribute("href") : "";
    if (reference.startsWith("#cite/")) {
      event.preventDefault();
      open(link);
    } else if (reference.startsWith("#ask/")) {
      event.preventDefault();
      self.ask(decodeURIComponent(reference.slice("#ask/".length)));
    } else if (reference.startsWith("#without/")) {
      event.preventDefault();
      const rows = [...document.querySelectorAll("#chat .message-row")];
      if (!self.isAnswering()) self.events.without(rows.indexOf(link.closest(".message-row")), reference.slice("#without/".length));
    } else if (reference === "#again") {
      event.preventDefault();
      const again = [...document.querySelectorAll(`#chat button[title="${texts.RETRY}"]`)].pop();
      if (again) again.click();
    } else if (reference === "#starter") {
      event.preventDefault();
      self.starter();
    } else if (reference === "#library") {
      event.preventDefault();
      self.tab(texts.LIBRARY_TAB);
    }
    const id = (event.target.closest("button") || {}).id;
    if (id === "reader-close") close();
    if (id === "reader-previous") walk(-1);
    if (id === "reader-next") walk(1);
    if (id === "theme-switch") nextTheme();
    if (id === "help-button") $("#help").showModal();
    if (id === "menu-button") drawer(!document.body.classList.contains("drawer"));
    else if (document.body.classList.contains("drawer") && (id === "new-chat" || !event.target.closest("#rail"))) drawer(false);
    if (id === "new-chat") {
      self.conversation = ""; // at once: a question may be sent before the server has named none
      if (document.body.classList.contains("reading")) close();
      self.tab(texts.ASK_TAB);
      requestAnimationFrame(() => $("#box textarea").focus());
    }
  };

  const keys = {
    "/": () => {
      self.tab(texts.ASK_TAB);
      requestAnimationFrame(() => $("#box textarea").focus());
    },
    n: () => $("#new-chat").click(),
    l: () => self.tab(texts.LIBRARY_TAB),
    s: () => self.tab(texts.SETTINGS_TAB),
    z: () => $("#notice.shown button") && $("#notice button").click(),
    "?": () => $("#help").showModal(),
    ArrowLeft: () => document.body.classList.contains("reading") && walk(-1),
    ArrowRight: () => document.body.classList.contains("reading") && walk(1),
  };

  const onKey = (event) => {
    const box = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
    const typing = box && (box.type !== "radio" || event.key.startsWith("Arrow"));
    if (event.key === "Escape" && document.body.classList.contains("drawer")) {
      drawer(false);
      $("#menu-button").focus();
    } else if (event.key === "Escape" && document.body.classList.contains("reading") && !event.defaultPrevented) {
      close();
    } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && !$("#help").open) {
      const doing = keys[event.key];
      if (!doing) return;
      event.preventDefault();
      doing();
    }
  };

  // Called by the reader's component when it is there; the rail may come a moment later.
  self.start = (element, functions, events) => {
    if (!$("#theme-switch") || !$("#box textarea")) return requestAnimationFrame(() => self.start(element, functions, events));
    server = functions;
    self.events = events;
    self.libraryChanged = () => {
      early.until = 0;
      events.refresh();
    };
    if (!self.started) {
      document.addEventListener("click", onClick);
      for (const comes of ["pointerover", "focusin"]) document.addEventListener(comes, rest);
      document.addEventListener("keydown", onKey);
      document.addEventListener("input", lookAhead);
      systemDark.addEventListener("change", applyTheme);
      self.started = true;
    }
    $("#main").prepend($("#notice")); // before the tabs, beside which it is shown
    applyTheme();
    self.startLibrary();
    self.startSettings();
    self.startHistory();
    self.startAccess();
    self.startAway();
    openAddressed();
  };
  return self;
})();
