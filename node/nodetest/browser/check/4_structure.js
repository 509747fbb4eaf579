// Tables, lists, ids, roles: what holds the page together for a machine.

const tables = () => all("table").filter((el) => !silent(el) && !/^(none|presentation)$/.test(el.getAttribute("role") || ""));

rules["table-name"] = (say) => {
  for (const el of tables()) if (!nameOf(el)) say(el, "a table without a caption");
};

rules["table-headers"] = (say) => {
  for (const el of tables()) {
    const own = (tag) => all(tag, el).filter((cell) => cell.closest("table") === el);
    if (own("td").length && !own("th").length) say(el, "a table of data without a header cell");
    else for (const cell of own("th")) {
      if (!flat(spoken(cell)) && !nameOf(cell)) say(cell, "an empty header cell; an empty corner is a td");
    }
  }
};

rules["th-scope"] = (say) => {
  for (const el of tables()) {
    for (const cell of all("th", el)) {
      if (!/^(row|col|rowgroup|colgroup)$/i.test(cell.getAttribute("scope") || "") && !(cell.id && el.querySelector(`[headers~="${CSS.escape(cell.id)}"]`))) {
        say(cell, "a header cell that does not say what it heads");
      }
    }
  }
};

rules["list-items"] = (say) => {
  const wants = { UL: /^LI$/, OL: /^LI$/, MENU: /^LI$/, DL: /^(DT|DD|DIV)$/ };
  for (const el of all("ul, ol, menu, dl")) {
    for (const child of el.childNodes) {
      if (child.nodeType === Node.TEXT_NODE && flat(child.data)) say(el, "a list with a text outside its items");
      if (child.nodeType === Node.ELEMENT_NODE && !/^(SCRIPT|TEMPLATE)$/.test(child.tagName) && !wants[el.tagName].test(child.tagName)) {
        say(child, `a ${child.tagName.toLowerCase()} directly in a list`);
      }
    }
  }
  for (const el of all("li")) if (!el.parentElement.closest("ul, ol, menu, [role=list]")) say(el, "an item outside a list");
  for (const el of all("dt, dd")) if (!el.parentElement.closest("dl")) say(el, "a term outside a list of terms");
};

rules["unique-id"] = (say) => {
  const before = new Set();
  for (const el of all("[id]")) {
    if (before.has(el.id)) say(el, `the id “${el.id}” is given twice`);
    if (!el.id || /\s/.test(el.id)) say(el, "an id that is empty or has a space");
    before.add(el.id);
  }
};

const references = ["aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-activedescendant", "aria-details", "aria-errormessage", "aria-flowto", "headers", "for", "list", "form", "popovertarget"];

rules["aria-reference"] = (say) => {
  for (const attribute of references) {
    for (const el of all(`[${attribute}]`)) {
      const ids = el.getAttribute(attribute).split(/\s+/).filter(Boolean);
      if (!ids.length) say(el, `${attribute} is empty`);
      // What a closed control would open may come with it.
      if (attribute === "aria-controls" && el.getAttribute("aria-expanded") === "false") continue;
      for (const id of ids) if (!document.getElementById(id)) say(el, `${attribute} names #${id}, which is not there`);
    }
  }
};

const roles = ("alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox complementary " +
  "contentinfo definition deletion dialog directory document emphasis feed figure form generic grid gridcell group heading img image insertion " +
  "link list listbox listitem log main mark marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter navigation none note option " +
  "paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton " +
  "status strong subscript suggestion superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid treeitem").split(" ");

rules["aria-role"] = (say) => {
  for (const el of all("[role]")) {
    for (const role of flat(el.getAttribute("role")).split(" ")) {
      if (!roles.includes(role) && !/^(doc|graphics)-[a-z]+$/.test(role)) say(el, `“${role}” is no role`);
    }
  }
};

const yes = "true false", open = "true false undefined", mixed = "true false mixed undefined";
const values = {
  "aria-atomic": yes, "aria-busy": yes, "aria-disabled": yes, "aria-expanded": open, "aria-hidden": open, "aria-modal": yes,
  "aria-multiline": yes, "aria-multiselectable": yes, "aria-readonly": yes, "aria-required": yes, "aria-selected": open, "aria-grabbed": open,
  "aria-checked": mixed, "aria-pressed": mixed, "aria-invalid": "true false grammar spelling", "aria-autocomplete": "inline list both none",
  "aria-current": "page step location date time true false", "aria-haspopup": "true false menu listbox tree grid dialog",
  "aria-live": "off polite assertive", "aria-orientation": "horizontal vertical undefined", "aria-sort": "ascending descending none other",
  "aria-relevant": null, "aria-dropeffect": null,
  "aria-level": 1, "aria-posinset": 1, "aria-setsize": -1, "aria-colcount": -1, "aria-rowcount": -1, "aria-colindex": 1, "aria-rowindex": 1,
  "aria-colspan": 0, "aria-rowspan": 0, "aria-valuemin": "number", "aria-valuemax": "number", "aria-valuenow": "number",
  "aria-label": null, "aria-roledescription": null, "aria-valuetext": null, "aria-keyshortcuts": null, "aria-placeholder": null,
  "aria-description": null, "aria-braillelabel": null, "aria-brailleroledescription": null, "aria-colindextext": null, "aria-rowindextext": null,
  "aria-labelledby": null, "aria-describedby": null, "aria-controls": null, "aria-owns": null, "aria-activedescendant": null,
  "aria-details": null, "aria-errormessage": null, "aria-flowto": null,
};

rules["aria-value"] = (say) => {
  for (const el of all("*")) {
    for (const { name, value } of el.attributes) {
      if (!name.startsWith("aria-")) continue;
      const want = values[name];
      if (want === undefined) say(el, `there is no attribute ${name}`);
      else if (typeof want === "number" && !(/^-?\d+$/.test(value) && Number(value) >= want)) say(el, `${name} is “${value}”, not a count`);
      else if (want === "number" && (value === "" || !isFinite(value))) say(el, `${name} is “${value}”, not a number`);
      else if (typeof want === "string" && want !== "number" && !want.split(" ").includes(value)) say(el, `${name} is “${value}”; it may be ${want}`);
    }
  }
};

rules["tab-order"] = (say) => {
  for (const el of all("[tabindex]")) if (Number(el.getAttribute("tabindex")) > 0) say(el, "a positive tabindex jumps the queue");
};

rules["hidden-focus"] = (say) => {
  for (const el of focusables()) if (el.closest("[aria-hidden=true]")) say(el, "it takes the focus, and a screen reader is told that it is not there");
};

rules["nested-control"] = (say) => {
  for (const el of all("a[href], button, [role=button], [role=link]")) {
    const inner = el.querySelector("a[href], button, input:not([type=hidden]), select, textarea, [role=button], [role=link]");
    if (inner) say(inner, "a control inside another one");
  }
};

rules["control-focusable"] = (say) => {
  for (const el of all(interactiveRoles.filter((role) => !/option|gridcell|treeitem|menuitem|tab$/.test(role)).map((role) => `[role=${role}]`).join(", "))) {
    if (shown(el) && !el.matches(native) && !el.hasAttribute("tabindex") && el.getAttribute("aria-disabled") !== "true") say(el, "the keyboard does not reach it");
  }
};

// getEventListeners is given by the console's own functions. A holder that
// listens on behalf of the controls inside it is no control.
rules["click-role"] = (say) => {
  const listens = (el) => el.hasAttribute("onclick") ||
    typeof getEventListeners === "function" && ["click", "mousedown", "mouseup", "pointerdown", "dblclick"].some((kind) => getEventListeners(el)[kind]);
  for (const el of all("body *")) {
    if (el.matches(acting) || el.matches("label, option, form, dialog, details, main") || el.closest("svg *")) continue;
    if (listens(el) && shown(el) && !el.querySelector(acting) && !el.closest(native)) say(el, "it can be clicked, but it is no button or link");
  }
};
