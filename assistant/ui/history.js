// The rail's list of conversations, copying an answer, and the card that a citation shows when it is pointed at.
((self) => {
  "use strict";
  const texts = self.texts;
  const $ = (selector, root = document) => root.querySelector(selector);
  self.conversation = "";
  const LISTED_AFTER = 400; // milliseconds
  let request = 0;
  let listing = 0;

  const list = async () => {
    const mine = ++request;
    const reply = await self.call("conversation_list", { search: $("#history-search").value, current: self.conversation });
    if (mine !== request || $("#conversations .busy")) return;
    if (reply.error) return self.notice(reply.error);
    $("#conversations").innerHTML = reply.html; // escaped by the server
  };

  // The server names the conversation on the page in an element; a new one, or one that was opened, shows there.
  let named = null;
  let told = "";
  let answering = false;
  const leave = () => {
    self.conversation = "";
    self.address();
    list();
  };
  // What can no longer be taken back, or belongs to another conversation, is not offered any more.
  self.withdraw = () => {
    if (self.undoing) self.unnotice();
    self.undoing = "";
  };
  self.placeChanged = () => {
    const element = $("#place [data-conversation]");
    // It comes with the first step of an answer and with the last, which may be all that the page has time to see.
    if (element && element.dataset.note && element.id !== told) {
      told = element.id;
      const undo = "undo" in element.dataset;
      const id = element.dataset.conversation; // another one may be open when it is pressed
      self.notice(element.dataset.note, undo ? texts.TAKE_BACK : "", undo ? () => self.events.restore(id) : null);
      self.undoing = undo ? id : "";
      if (element.dataset.text) self.fill(self.joined(element.dataset.text, $("#box textarea").value));
      if (!element.dataset.conversation) leave(); // the one that the address names is not there
    }
    const now = element ? element.dataset.conversation : "";
    const busy = Boolean($("#box .stop-button"));
    if (self.undoing && (now !== self.undoing || (busy && element.id !== told))) self.withdraw();
    if (now === named && busy === answering) return;
    const first = named === null;
    [named, answering] = [now, busy];
    if (!first || now) self.conversation = now;
    if (!first) self.address();
    clearTimeout(listing);
    listing = setTimeout(list, busy ? LISTED_AFTER : 0); // asked for at once, it would delay the answer's first word
  };

  // --- The menu of one conversation --------------------------------------------------------------------------------
  const download = (file) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.text], { type: file.type }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const exported = (kind) => async (id) => {
    const reply = await self.call("conversation_export", { id, kind });
    if (reply.error) self.notice(reply.error);
    else download(reply);
  };
  const rename = (id, row) => {
    const title = $(".open", row);
    const box = document.createElement("input");
    box.value = title.textContent;
    box.setAttribute("aria-label", texts.RENAME);
    row.classList.add("busy");
    title.replaceWith(box);
    const done = async (kept) => {
      if (!row.classList.contains("busy")) return;
      row.classList.remove("busy");
      const reply = kept ? await self.call("conversation_rename", { id, title: box.value }) : {};
      if (reply.error) self.notice(reply.error);
      await list();
      focusOn(id);
    };
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault();
        done(event.key === "Enter");
      }
    });
    box.addEventListener("blur", () => done(true));
    box.select();
  };
  const remove = async (id) => {
    const reply = await self.call("conversation_delete", id);
    if (reply.error) self.notice(reply.error);
    if (id === self.conversation) $("#new-chat").click();
    await list();
    ($("#conversations .open") || $("#history-search")).focus();
  };
  const focusOn = (id) => {
    const row = [...document.querySelectorAll("#conversations li")].find((one) => one.dataset.id === id);
    if (row) $(".more", row).focus();
  };
  const closeMenu = (focus) => {
    const menu = $("#conversations .menu");
    if (!menu) return;
    const row = menu.closest("li");
    menu.remove();
    row.classList.remove("busy");
    $(".more", row).setAttribute("aria-expanded", "false");
    if (focus) $(".more", row).focus();
  };
  const openMenu = (row) => {
    const isOpen = Boolean($(".menu", row));
    closeMenu(false);
    if (isOpen) return;
    const id = row.dataset.id;
    const menu = document.createElement("div");
    menu.className = "menu";
    const item = (words, kind, doing) => {
      const one = document.createElement("button");
      one.type = "button";
      one.textContent = words;
      one.className = kind;
      one.addEventListener("click", (event) => {
        event.stopPropagation();
        doing(one);
      });
      menu.append(one);
    };
    const closing = (doing) => () => {
      closeMenu(false);
      doing(id, row);
    };
    item(texts.RENAME, "", closing(rename));
    item(texts.EXPORT_MARKDOWN, "", closing(exported("markdown")));
    item(texts.EXPORT_RECEIPT, "", closing(exported("receipt")));
    item(texts.DELETE, "danger", (one) => {
      if (one.dataset.sure) return closing(remove)();
      one.dataset.sure = "yes";
      one.textContent = texts.DELETE_SURE;
    });
    row.classList.add("busy");
    row.append(menu);
    $(".more", row).setAttribute("aria-expanded", "true");
    $("button", menu).focus();
  };

  // --- Copying: the sentences with [1], then the notes ---------------------------------------------------------------
  self.plain = (message, notes) => {
    const bubble = $('[data-testid="bot"]', message) || message;
    const copy = bubble.cloneNode(true);
    const sources = notes ? [...copy.querySelectorAll(".srcs:first-of-type li a")] : [];
    for (const extra of copy.querySelectorAll("details, .limits, .next, .searched")) extra.remove();
    for (const chip of copy.querySelectorAll('a[href^="#cite/"]')) chip.textContent = notes ? `[${chip.textContent}]` : "";
    const said = [...copy.querySelectorAll("p, li")].map((part) => part.textContent.trim()).filter(Boolean);
    const cited = said.length && copy.querySelector('p a[href^="#cite/"]');
    const noted = sources.map((link) => {
      const part = (name) => ($(name, link) ? $(name, link).textContent.trim() : "");
      return `[${part(".number")}] ${[part(".title"), part(".meta")].filter(Boolean).join(", ")}: “${part("q, .record")}”`;
    });
    return [...said, ...(cited ? noted : [])].join("\n\n");
  };
  const copy = async (event) => {
    const button = event.target.closest && event.target.closest(`#chat button[title="${texts.COPY}"]`);
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = button.closest(".message-buttons-left, .message-buttons-right, .message-buttons") || button;
    const row = button.closest(".message-row") || buttons.previousElementSibling;
    const text = row && row.matches(".bot-row, :has([data-testid='bot'])") ? self.plain(row, true) : row ? row.innerText.trim() : "";
    try {
      await navigator.clipboard.writeText(text);
      self.notice(texts.COPIED);
    } catch {
      self.notice(texts.NOT_COPIED);
    }
  };

  // --- The card ----------------------------------------------------------------------------------------------------
  const point = (event) => {
    const chip = event.target.closest && event.target.closest('#chat p > a[href^="#cite/"]');
    const card = $("#card");
    if (!chip || !matchMedia("(hover: hover)").matches) {
      card.hidden = true;
      return;
    }
    const message = chip.closest(".message-row, [data-testid='bot']");
    const source = [...message.querySelectorAll(".srcs li a")].find((link) => link.getAttribute("href") === chip.getAttribute("href"));
    if (!source) return;
    card.replaceChildren(
      ...["title", "meta", "q", "record", "state"].flatMap((name) => {
        const part = $(name === "q" ? "q" : `.${name}`, source);
        if (!part || !part.textContent) return [];
        const line = document.createElement("span");
        line.className = name === "q" ? "quote" : name;
        line.textContent = part.textContent;
        return [line];
      }),
    );
    card.hidden = false;
    const at = chip.getBoundingClientRect();
    const size = card.getBoundingClientRect();
    card.style.left = `${Math.max(8, Math.min(at.left - 20, innerWidth - size.width - 8))}px`;
    card.style.top = `${at.bottom + 8 + size.height > innerHeight ? at.top - size.height - 8 : at.bottom + 8}px`;
  };

  let typing = 0;
  self.startHistory = () => {
    if (self.historyStarted) return;
    self.historyStarted = true;
    document.addEventListener("input", (event) => {
      if (event.target.id !== "history-search") return;
      clearTimeout(typing);
      typing = setTimeout(list, 150);
    });
    document.addEventListener("click", copy, true);
    document.addEventListener("click", (event) => {
      const row = event.target.closest("#conversations li");
      if (row && event.target.closest(".more")) openMenu(row);
      else if (!event.target.closest("#conversations .menu")) closeMenu(false);
      if (row && event.target.closest(".open")) {
        self.tab(texts.ASK_TAB);
        self.events.open(row.dataset.id);
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && $("#conversations .menu")) {
        event.preventDefault();
        closeMenu(true);
      }
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("#chat .message textarea")) {
        const follows = (one) => event.target.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
        const send = [...document.querySelectorAll(self.SEND_EDIT)].find(follows);
        if (send) {
          event.preventDefault();
          event.stopPropagation();
          send.click();
        }
      }
      // A second question while one is answered would lose one of them: it waits in the box.
      const sending = event.key === "Enter" && !event.shiftKey && event.target.matches("#box textarea");
      if (sending && self.isAnswering()) {
        event.preventDefault();
        event.stopPropagation();
      }
    }, true);
    document.addEventListener("mouseover", point);
    document.addEventListener("scroll", () => ($("#card").hidden = true), true);
  };

  // Questions for the first screen: they take a second to make, which nobody should wait for.
  self.examples = async () => {
    const place = $("#chat .welcome .examples");
    if (!place || place.dataset.asked) return;
    place.dataset.asked = "yes";
    const reply = await self.call("examples");
    if (!reply.error) place.innerHTML = reply.html.replace(/^<p[^>]*>|<\/p>$/g, "");
  };
})(window.assistantWindow);
