// The Library tab: status, list, removing, re-indexing. It asks the server only while it is looked at or work goes on.
((self) => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const BUSY = 700; // milliseconds between two looks while work goes on
  const IDLE = 5000;
  let seen = ""; // articles and passages at the last look
  let vectors = -1;
  let offset = 0;
  let due = 0;
  let looking = false;
  let watched = false; // work was started from this page: look at it from the Ask tab too
  let page = 0; // the latest request for the list

  const shown = new WeakMap(); // what a place holds: drawn again only when it changes, so that focus stays
  const put = (selector, html) => {
    const place = $(selector);
    if (place && shown.get(place) !== html) {
      shown.set(place, html);
      place.innerHTML = html; // escaped by the server
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
    put("#library-folders", status.folders);
    put("#library-failed", status.failed);
    put("#rail-summary", status.summary);
    const reindex = $("#reindex");
    if (reindex) reindex.disabled = status.working;
    const changed = seen !== status.articles;
    const drawn = $("#library-table") && $("#library-table").childElementCount > 0;
    if (isShown() && (changed || !drawn || vectors !== status.vectors)) list();
    if (changed && seen) self.libraryChanged();
    [seen, vectors] = [status.articles, status.vectors];
    if (watched && !status.working) {
      watched = false;
      self.libraryChanged();
    }
  };

  const list = async () => {
    const search = $("#library-search");
    const table = $("#library-table");
    if (!table || $(".sure", table)) return; // a question about removing is open
    const mine = ++page;
    const reply = await self.call("library_page", { search: search.value, offset });
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
    self.notice(reply.error || reply.note);
    cell.classList.remove("sure");
    shown.delete($("#library-table"));
    await look();
    await list();
    $("#library-search").focus();
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
    if (reply.error) return self.notice(reply.error);
    watched = true;
    due = 0;
    await look();
  };
  self.starter = () => start("start_starter", null);

  self.escape = (text) => {
    const place = document.createElement("p");
    place.textContent = text;
    return place.innerHTML;
  };
  self.refresh = async () => {
    await look();
    await list();
    self.libraryChanged();
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
      if (button.matches("[data-offset]")) {
        offset = Number(button.dataset.offset);
        list().then(() => $("#library-search").focus());
      }
    });
  };
})(window.assistantWindow);
