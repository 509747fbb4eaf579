// Everything here makes a page quicker that works without it. It writes text
// and never markup, so that nothing a person wrote can become a program.
"use strict";
(() => {
  const all = (query, root = document) => Array.from(root.querySelectorAll(query));

  // Values that a stream of events keeps up to date: {"key": "new text", …}.
  for (const region of all("[data-live]")) {
    const stream = new EventSource(region.dataset.live);
    stream.addEventListener("message", (event) => {
      let news;
      try { news = JSON.parse(event.data); } catch { return; }
      for (const node of all("[data-live-key]")) {
        const said = news[node.dataset.liveKey];
        if (said === undefined || said === null) continue;
        const kind = news[node.dataset.liveKey + ":kind"];
        if (kind && node.classList.contains("badge")) node.className = "badge " + kind;
        if (node instanceof HTMLProgressElement) {
          const value = Number(String(said).replaceAll(",", ""));
          if (Number.isFinite(value)) node.value = value;
        } else if (node.textContent !== String(said)) {
          node.textContent = String(said);
          const unread = node.closest(".unread");
          if (unread) unread.hidden = String(said) === "0";
        }
      }
    });
    addEventListener("pagehide", () => stream.close());
  }

  // A link that has a dialog opens it; the page behind the link stays for
  // whoever wants it in a new tab.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      const dialog = document.getElementById(link.dataset.dialog);
      if (dialog instanceof HTMLDialogElement) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    const close = event.target.closest("dialog [data-close]");
    if (close) {
      event.preventDefault();
      close.closest("dialog").close();
    }
  });

  // A question before a form that has no page of its own for it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); return; }
    if (form.method !== "post" || form.dataset.again !== undefined) return;
    if (form.dataset.sent) { event.preventDefault(); return; } // the second of two clicks
    form.dataset.sent = "1";
    addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });

  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) break;
    button.hidden = false;
    const told = button.nextElementSibling;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      told.textContent = button.dataset.copied;
      setTimeout(() => { told.textContent = ""; }, 4000);
    });
  }

  // A refused form is read from its summary on.
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // What is typed narrows the rows; full-width and half-width are the same.
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  for (const box of all("[data-filter-for]")) {
    const table = document.getElementById(box.dataset.filterFor);
    const none = document.getElementById(box.dataset.filterFor + "-none");
    if (!table) continue;
    box.closest(".filter").hidden = false;
    box.addEventListener("input", () => {
      const wanted = plain(box.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of all("tbody tr", table)) {
        const text = plain(row.textContent);
        row.hidden = !wanted.every((word) => text.includes(word));
        if (!row.hidden) shown++;
      }
      if (none) none.hidden = shown > 0;
    });
  }

  // The week: one stop for Tab, arrows within, dragging paints.
  for (const week of all("[data-week]")) {
    const rows = all("tbody tr", week).map((row) => all("td", row).map((cell) => cell.querySelector("input")));
    const place = (input) => {
      const row = rows.findIndex((cells) => cells.includes(input));
      return row < 0 || !input ? null : [row, rows[row].indexOf(input)];
    };
    const cells = rows.flat().filter(Boolean);
    const only = (input) => {
      for (const cell of cells) cell.tabIndex = cell === input ? 0 : -1;
    };
    if (!cells.length) continue;
    only(cells[0]);
    // The next cell in a direction that can be changed; what cannot is stepped over.
    const beyond = ([row, column], [down, right]) => {
      for (;;) {
        row += down;
        column += right;
        if (!rows[row] || column < 0 || column >= rows[row].length) return null;
        if (rows[row][column]) return rows[row][column];
      }
    };
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const ends = { Home: (at) => [[at[0], -1], [0, 1]], End: (at) => [[at[0], rows[at[0]].length], [0, -1]], PageUp: (at) => [[-1, at[1]], [1, 0]], PageDown: (at) => [[rows.length, at[1]], [-1, 0]] };
    week.addEventListener("keydown", (event) => {
      const at = place(event.target);
      if (!at) return;
      if (!moves[event.key] && !ends[event.key]) return;
      event.preventDefault();
      const next = moves[event.key] ? beyond(at, moves[event.key]) : beyond(...ends[event.key](at));
      if (!next) return;
      if (event.shiftKey) next.checked = event.target.checked;
      only(next);
      next.focus();
    });
    week.addEventListener("focusin", (event) => { if (place(event.target)) only(event.target); });
    let paint = null; // what dragging sets, while a button is down
    week.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch" || event.button !== 0 || !place(event.target)) return;
      paint = { from: event.target, value: !event.target.checked, moved: false };
    });
    week.addEventListener("pointerover", (event) => {
      if (!paint || event.target === paint.from || !place(event.target)) return;
      paint.moved = true;
      paint.from.checked = paint.value;
      event.target.checked = paint.value;
    });
    addEventListener("pointerup", () => {
      if (paint && paint.moved) week.dispatchEvent(new Event("change", { bubbles: true }));
      paint = null;
    });
  }
})();
