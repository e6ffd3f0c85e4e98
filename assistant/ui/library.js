// The Library tab: status, list, removing, re-indexing. It asks the server only while it is looked at or work goes on.
((self) => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const BUSY = 700; // milliseconds between two looks while work goes on
  const IDLE = 5000;
  let seen = ""; // articles and passages at the last look
  let vectors = -1;
  let offset = 0;
  let order = "newest";
  let due = 0;
  let looking = false;
  let watched = false; // work was started from this page: look at it from the Ask tab too
  let page = 0; // the latest request for the list

  const shown = new WeakMap(); // what a place holds: drawn again only when it changes, so that focus stays
  const put = (selector, html) => {
    const place = $(selector);
    if (place && shown.get(place) !== html) {
      const isOpen = $("details[open]", place) !== null;
      shown.set(place, html);
      place.innerHTML = html; // escaped by the server
      if (isOpen && $("details", place)) $("details", place).open = true;
    }
  };
  const isShown = () => {
    const status = $("#library-status");
    return Boolean(status && status.offsetParent) && !document.hidden;
  };

  const look = async () => {
    if (looking) return;
    looking = true;
    const status = await self.call("library_status");
    looking = false;
    due = performance.now() + (status.busy ? BUSY : IDLE);
    if (status.error) return put("#library-status", `<p class="note trouble">${self.escape(status.error)}</p>`);
    put("#library-status", status.html);
    put("#library-job", status.job);
    put("#outcomes", status.upload);
    put("#library-folders", status.folders);
    put("#library-failed", status.failed);
    put("#rail-summary", status.summary);
    const reindex = $("#reindex");
    if (reindex) reindex.disabled = status.working;
    const changedSince = seen !== status.articles;
    const isDrawn = $("#library-table") && $("#library-table").childElementCount > 0;
    if (isShown() && (changedSince || !isDrawn || vectors !== status.vectors)) list();
    if (changedSince && seen) self.libraryChanged();
    if (changedSince && $("#pictures") && $("#pictures").open) pictures();
    [seen, vectors] = [status.articles, status.vectors];
    if (watched && !status.busy) {
      watched = false;
      self.libraryChanged();
    }
  };

  const list = async () => {
    const search = $("#library-search");
    const table = $("#library-table");
    if (!table || $(".sure", table)) return; // a question about removing is open
    const mine = ++page;
    const reply = await self.call("library_page", { search: search.value, offset, order });
    if (mine !== page || $(".sure", table)) return;
    if (reply.error) return self.notice(reply.error);
    offset = reply.offset;
    put("#library-table", reply.html);
  };

  // --- Removing: asked once more, on the spot --------------------------------------------------------------------
  const askRemove = (button) => {
    const cell = button.parentElement;
    const label = button.getAttribute("aria-label");
    cell.innerHTML = "";
    const make = (words, kind, doing) => {
      const one = document.createElement("button");
      one.type = "button";
      one.className = `quiet ${kind}`;
      one.textContent = words;
      one.addEventListener("click", doing);
      cell.append(one);
      return one;
    };
    const keep = () => {
      cell.classList.remove("sure");
      cell.replaceChildren(button);
      button.focus();
    };
    cell.classList.add("sure");
    const sure = make(self.texts.REMOVE_SURE, "danger", () => remove(cell));
    sure.setAttribute("aria-label", label.replace(self.texts.REMOVE, self.texts.REMOVE_SURE));
    make(self.texts.KEEP, "", keep);
    cell.onkeydown = (event) => {
      if (event.key === "Escape") {
        event.preventDefault();
        keep();
      }
    };
    sure.focus();
  };
  const remove = async (cell) => {
    const reply = await self.call("remove_article", cell.closest("tr").dataset.article);
    if (reply.removed) self.notice(reply.note, self.texts.TAKE_BACK, () => changed("put_back", reply.removed));
    else self.notice(reply.error || reply.note);
    cell.classList.remove("sure");
    await drawn();
    $("#library-search").focus();
  };
  const drawn = async () => {
    shown.delete($("#library-table"));
    await look();
    await list();
  };
  // Something short that changes the library: what came of it is said, and the list drawn anew.
  const changed = async (name, argument) => {
    const reply = await self.call(name, argument);
    self.notice(reply.error || reply.note);
    await drawn();
    return !reply.error;
  };

  // --- Adding by address, and by pasting ----------------------------------------------------------------------------
  const submitted = async (event) => {
    const form = event.target;
    if (form.id === "add-address") {
      event.preventDefault();
      const box = $("input", form);
      if (await start("add_address", box.value)) box.value = "";
    } else if (form.closest("#paste-dialog")) {
      event.preventDefault();
      const given = Object.fromEntries(new FormData(form));
      if (event.submitter && event.submitter.value === "add" && !(await changed("add_text", given))) return;
      if (event.submitter && event.submitter.value === "add") form.reset();
      $("#paste-dialog").close();
    }
  };
  const dismiss = async (button) => {
    const others = () => [...document.querySelectorAll("#library-failed [data-dismiss]")];
    const place = others().indexOf(button);
    await changed("dismiss_failed", button.dataset.dismiss);
    (others()[Math.min(place, others().length - 1)] || $("#library-search")).focus();
  };
  const follow = async () => {
    const box = $("#add-address input");
    if (box.value.trim() === "") box.reportValidity();
    else if (await start("follow_feed", box.value)) box.value = "";
  };
  const pictures = async () => {
    const reply = await self.call("library_pictures");
    if (!reply.error) put("#library-pictures", reply.html);
  };

  // --- Re-indexing and the starter articles ----------------------------------------------------------------------
  const plan = async () => {
    const reply = await self.call("plan_reindex");
    if (reply.error) return put("#library-plan", `<p class="note">${self.escape(reply.error)}</p>`);
    put("#library-plan", reply.html);
    if (reply.ask) $('#library-plan [data-reindex="keep"]').focus();
    else if (reply.work) start("start_reindex", false);
  };
  const decide = (button) => {
    $("#library-plan .choices").remove();
    shown.delete($("#library-plan"));
    $("#reindex").focus();
    start("start_reindex", button.dataset.reindex === "all"); // what was kept is left out, the rest is done
  };
  const start = async (name, argument) => {
    const reply = await self.call(name, argument);
    if (reply.error) {
      self.notice(reply.error);
      return false;
    }
    watched = true;
    due = 0;
    await look();
    return true;
  };
  self.starter = () => start("start_starter", null);

  self.escape = (text) => {
    const place = document.createElement("p");
    place.textContent = text;
    return place.innerHTML;
  };
  self.uploaded = () => {
    watched = true;
    due = 0;
  };

  let typing = 0;
  self.startLibrary = () => {
    look();
    if (self.libraryStarted) return;
    self.libraryStarted = true;
    setInterval(() => {
      const fresh = isShown() && $("#library-table").childElementCount === 0;
      if (fresh || ((isShown() || watched) && performance.now() >= due)) look();
    }, 200);
    document.addEventListener("submit", submitted, true);
    document.addEventListener("toggle", (event) => event.target.id === "pictures" && event.target.open && pictures(), true);
    document.addEventListener("input", (event) => {
      if (event.target.id !== "library-search") return;
      clearTimeout(typing);
      offset = 0;
      typing = setTimeout(list, 150);
    });
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.id === "reindex") plan();
      if (button.matches("[data-remove]")) askRemove(button);
      if (button.matches("[data-reindex]")) decide(button);
      if (button.matches("[data-starter]")) self.starter();
      if (button.matches("[data-retry]")) start("retry_file", button.dataset.retry);
      if (button.matches("[data-dismiss]")) dismiss(button);
      if (button.matches("[data-unfollow]")) changed("unfollow_folder", button.dataset.unfollow);
      if (button.matches("[data-unfollow-feed]")) changed("unfollow_feed", button.dataset.unfollowFeed);
      if (button.id === "follow") follow();
      if (button.id === "paste") $("#paste-dialog").showModal();
      if (button.matches("[data-order]")) {
        order = button.dataset.order;
        offset = 0;
        list().then(() => $(`#library-table th[aria-sort] button`)?.focus());
      }
      if (button.matches("[data-find]")) {
        $("#library-search").value = button.dataset.find;
        offset = 0;
        list();
      }
      if (button.matches("[data-offset]")) {
        offset = Number(button.dataset.offset);
        list().then(() => $("#library-search").focus());
      }
    });
  };
})(window.assistantWindow);
