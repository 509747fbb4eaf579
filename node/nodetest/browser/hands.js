// Finds what a person means by a name: the control with that label, the button
// or link with that text. The value of this file is an object of functions;
// it keeps one element under a symbol of the window for the step that follows.
(() => {
  const held = Symbol.for("browser.held");
  const flat = (text) => (text || "").replace(/\s+/g, " ").trim();
  const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0;

  // parts splits "scope >> name"; a name that looks like a selector is one.
  const parts = (what) => {
    const at = what.lastIndexOf(" >> ");
    let scope = document;
    if (at >= 0) {
      scope = document.querySelector(what.slice(0, at).replace(/^css:/, ""));
      what = what.slice(at + 4);
    }
    const css = /^(#[A-Za-z_]|\.[A-Za-z_]|\[[a-z]|css:)/.test(what);
    return { scope, css, name: what.replace(/^css:/, "") };
  };

  const referred = (el, attribute) => (el.getAttribute(attribute) || "").split(/\s+/)
    .map((id) => id && document.getElementById(id)).filter(Boolean).map((found) => found.textContent).join(" ");

  // names are all the words by which a person or a screen reader may call it.
  const names = (el) => [
    ...[...(el.labels || [])].map((label) => label.innerText),
    el.getAttribute("aria-label"), referred(el, "aria-labelledby"),
    /^(submit|button|reset)$/.test(el.type) && el.tagName === "INPUT" ? el.value : "",
    /^(INPUT|SELECT|TEXTAREA|FIELDSET)$/.test(el.tagName) ? "" : el.innerText,
    ...[...el.querySelectorAll("img[alt]")].map((img) => img.alt),
    el.title,
  ].map(flat).filter(Boolean);

  const tests = [
    (word, name) => word === name,
    (word, name) => word.toLowerCase() === name.toLowerCase(),
    (word, name) => word.startsWith(name),
    (word, name) => word.includes(name),
  ];

  // pick gives the one element of the list that is called so, or why there is none.
  const pick = (list, name, kind) => {
    for (const test of tests) {
      const hits = list.filter((el) => names(el).some((word) => test(word, flat(name))));
      const links = new Set(hits.map((el) => el.href || el));
      if (links.size === 1) return { el: hits[0] };
      if (hits.length > 1) return { many: true, why: `${hits.length} are called so; say which by "css >> name"` };
    }
    const all = list.map((el) => names(el)[0]).filter(Boolean).slice(0, 30);
    return { why: `no ${kind} is called so; there are: ${all.join(" | ") || "none"}` };
  };

  const find = (what, selector, kind, byText) => {
    const { scope, css, name } = parts(what);
    if (!scope) return { why: "the part of the page named before >> is not there" };
    if (css) {
      const el = [...scope.querySelectorAll(name)].find(seen) || scope.querySelector(name);
      return el ? { el } : { why: "nothing matches the selector" };
    }
    const list = [...scope.querySelectorAll(selector)].filter((el) => seen(el) || el.type === "file");
    const found = pick(list, name, kind);
    if (found.el || found.many || !byText) return found;
    const texts = [...scope.querySelectorAll("label, legend, td, th, li, p, span, div, h1, h2, h3")]
      .filter((el) => seen(el) && flat(el.innerText) === flat(name));
    return texts.length ? { el: texts[texts.length - 1] } : found;
  };

  const clickable = "a[href], button, input[type=submit], input[type=button], input[type=reset], input[type=image], " +
    "input[type=checkbox], input[type=radio], summary, [role=button], [role=link], [role=tab], [role=menuitem], [role=switch]";
  const fillable = "input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset]), select, textarea, [contenteditable=true]";

  const tell = (el) => {
    el.dispatchEvent(new Event("input", { bubbles: true }));
    el.dispatchEvent(new Event("change", { bubbles: true }));
  };

  return {
    // target gives the point to click, scrolled into view, or why there is none.
    target(what) {
      let { el, why } = find(what, clickable, "button or link", true);
      if (!el) return { why };
      if (!seen(el) && el.labels && el.labels.length) el = el.labels[0];
      if (el.disabled) return { why: "it is disabled" };
      if (!seen(el)) return { why: "it is not visible" };
      el.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      let why2 = "it has no area";
      for (const box of el.getClientRects()) {
        if (box.width < 1 || box.height < 1) continue;
        const x = box.left + box.width / 2, y = box.top + box.height / 2;
        const top = document.elementFromPoint(x, y);
        if (top && (el.contains(top) || top.contains(el) || [...(el.labels || [])].some((label) => label.contains(top)))) return { x, y };
        why2 = `it is covered by <${top ? top.tagName.toLowerCase() + (top.id ? "#" + top.id : "") : "nothing"}>`;
      }
      return { why: why2 };
    },

    // fill prepares the control for typing (kind "type"), or sets it (kind "done").
    fill(what, value) {
      const { el, why } = find(what, fillable, "control", false);
      if (!el) return { why };
      if (el.disabled || el.readOnly) return { why: "it cannot be changed" };
      window[held] = el;
      if (el.tagName === "SELECT") {
        const option = [...el.options].find((o) => flat(o.text) === flat(value)) || [...el.options].find((o) => o.value === value);
        if (!option) return { why: `there is no such choice; there are: ${[...el.options].map((o) => flat(o.text)).join(" | ")}` };
        el.focus();
        if (!el.multiple) el.value = option.value;
        option.selected = true;
        tell(el);
        return { kind: "done" };
      }
      if (/^(checkbox|radio|file)$/.test(el.type)) return { why: `it is a ${el.type}; use Tick, Click or Upload` };
      el.focus();
      if (document.activeElement !== el) return { why: "it takes no focus" };
      if (/^(date|time|month|week|datetime-local|color|range)$/.test(el.type)) {
        el.value = value;
        tell(el);
        return el.value === value ? { kind: "done" } : { why: `it does not take this value for a ${el.type}` };
      }
      if (el.select) el.select();
      else document.getSelection().selectAllChildren(el);
      return { kind: "type" };
    },

    // ticked gives whether the checkbox of this name is ticked.
    ticked(what) {
      const { el, why } = find(what, "input[type=checkbox], input[type=radio], [role=checkbox], [role=switch]", "checkbox", false);
      if (!el) return { why };
      return { ticked: "checked" in el ? el.checked : el.getAttribute("aria-checked") === "true" };
    },

    // value gives what stands in the control of this name.
    value(what) {
      const { el, why } = find(what, fillable, "control", false);
      if (!el) return { why };
      if (el.tagName === "SELECT") return { value: [...el.selectedOptions].map((o) => flat(o.text)).join(", ") };
      return { value: "value" in el ? el.value : el.textContent };
    },

    // file holds the input of this name for the upload that follows.
    file(what) {
      const { el, why } = find(what, "input[type=file]", "file input", false);
      if (!el) return { why };
      window[held] = el;
      return {};
    },

    text() { return document.body ? document.body.innerText : ""; },
  };
})()
