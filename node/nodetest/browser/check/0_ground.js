// What all rules stand on. The files of this folder are joined, in order, into
// one function of their own; each adds its rules to `rules`, and every rule is
// called with say(element, what).
const rules = {};

const flat = (text) => (text || "").replace(/\s+/g, " ").trim();
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const short = (text, end = 60) => text.length > end ? text.slice(0, end) + "…" : text;

// shown: has a box and is not made invisible.
const shown = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0;

// silent: a screen reader does not meet it.
const silent = (el) => !!el.closest("[aria-hidden=true], [inert]") ||
  !el.checkVisibility({ visibilityProperty: true });

// tucked: kept for screen readers alone, cut off or pushed out of the window.
const tucked = (el) => {
  for (let at = el; at && at !== document.body; at = at.parentElement) {
    const style = getComputedStyle(at), box = at.getBoundingClientRect();
    if (style.position !== "absolute" && style.position !== "fixed") continue;
    if (box.width <= 1 || box.height <= 1 || /^rect\((0|1)px/.test(style.clip) || /inset\((50|100)%/.test(style.clipPath)) return true;
    if (box.right + scrollX <= 0 || box.bottom + scrollY <= 0) return true;
  }
  return false;
};

// where says which element it is, as somebody who wrote the page would look for it.
const where = (el) => {
  if (!el || el === document) return "the document";
  const step = (at) => {
    let name = at.tagName.toLowerCase();
    if (at.id) return name + "#" + at.id;
    if (at.getAttribute("name")) name += `[name=${at.getAttribute("name")}]`;
    else if (at.classList.length) name += "." + at.classList[0];
    const same = at.parentElement ? [...at.parentElement.children].filter((c) => c.tagName === at.tagName) : [];
    return same.length > 1 ? `${name}:nth-of-type(${same.indexOf(at) + 1})` : name;
  };
  const path = [];
  for (let at = el; at && at !== document.body && path.length < 4; at = at.parentElement) {
    path.unshift(step(at));
    if (at.id) break;
  }
  const text = flat(el.textContent);
  return (path.join(" > ") || el.tagName.toLowerCase()) + (text ? ` “${short(text, 40)}”` : "");
};

const referred = (el, attribute) => (el.getAttribute(attribute) || "").split(/\s+/).filter(Boolean)
  .map((id) => document.getElementById(id));

// spoken is the text of an element as it is read aloud.
const spoken = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
  if (/^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT)$/.test(node.tagName)) return "";
  if (!node.checkVisibility({ visibilityProperty: true }) && !/^(OPTION|TITLE)$/.test(node.tagName)) return "";
  if (node.getAttribute("aria-label")) return node.getAttribute("aria-label");
  if (/^(IMG|AREA)$/.test(node.tagName) || node.type === "image") return node.getAttribute("alt") || "";
  if (node.tagName.toLowerCase() === "svg") return flat(node.querySelector("title")?.textContent);
  return [...node.childNodes].map(spoken).join(/^(BUTTON|A|LABEL|SPAN|EM|STRONG|B|I|SMALL)$/.test(node.tagName) ? "" : " ");
};

// nameOf is the accessible name, after the steps of the accname standard that
// pages without shadow trees need. The title attribute counts, as there.
const nameOf = (el) => {
  const by = referred(el, "aria-labelledby").filter(Boolean).map((r) => r.getAttribute("aria-label") || r.textContent).join(" ");
  if (flat(by)) return flat(by);
  if (flat(el.getAttribute("aria-label"))) return flat(el.getAttribute("aria-label"));
  const labels = [...(el.labels || [])].map((label) => spoken(label)).join(" ");
  if (flat(labels)) return flat(labels);
  const inside = (tag) => flat(spoken(all(":scope > " + tag, el)[0] || document.createTextNode("")));
  switch (el.tagName) {
    case "IMG": case "AREA": if (el.hasAttribute("alt")) return flat(el.alt); break;
    case "TABLE": if (inside("caption")) return inside("caption"); break;
    case "FIELDSET": if (inside("legend")) return inside("legend"); break;
    case "FIGURE": if (inside("figcaption")) return inside("figcaption"); break;
    case "INPUT":
      if (/^(submit|reset)$/.test(el.type)) return flat(el.value) || (el.hasAttribute("value") ? "" : el.type);
      if (el.type === "button") return flat(el.value);
      if (el.type === "image") return flat(el.alt);
      break;
    case "SELECT": case "TEXTAREA": case "DIALOG": case "IFRAME": break;
    default:
      if (el.tagName.toLowerCase() === "svg") return flat(el.querySelector("title")?.textContent);
      if (!/^(dialog|alertdialog|group|region|navigation|list|table)$/.test(el.getAttribute("role") || "") && flat(spoken(el))) return flat(spoken(el));
  }
  return flat(el.title);
};

const native = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, iframe, audio[controls], video[controls]";
const interactiveRoles = "button link checkbox radio switch tab menuitem menuitemcheckbox menuitemradio option combobox textbox searchbox slider spinbutton treeitem gridcell".split(" ");
const acting = native + ", [tabindex], [contenteditable=true], " + interactiveRoles.map((role) => `[role=${role}]`).join(", ");
const fields = "input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset]):not([type=image]), select, textarea, " +
  "[role=textbox], [role=combobox], [role=checkbox], [role=radio], [role=switch], [role=slider], [role=spinbutton], [role=searchbox]";

// focusable elements in the order of the document.
const focusables = () => all(native + ", [tabindex], [contenteditable=true]").filter((el) =>
  !el.disabled && el.tabIndex >= 0 && el.checkVisibility({ visibilityProperty: true }) && !el.closest("[inert]") && !el.matches("fieldset[disabled] *"));
