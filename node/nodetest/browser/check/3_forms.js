// Forms: every field says what it wants, what it must have and what was wrong.

const answerable = () => all(fields).filter((el) => shown(el) || el.labels && [...el.labels].some(shown)).filter((el) => !el.closest("[aria-hidden=true]"));

// asked is everything that is visible as the question of a field.
const asked = (el) => {
  const group = el.closest("fieldset, [role=radiogroup], [role=group]");
  return flat([...(el.labels || [])].map((label) => label.innerText).join(" ") + " " +
    referred(el, "aria-labelledby").map((r) => r?.innerText).join(" ") + " " +
    (/^(radio|checkbox)$/.test(el.type) && group ? (group.querySelector("legend") || referred(group, "aria-labelledby")[0])?.innerText || "" : ""));
};

rules["control-name"] = (say) => {
  for (const el of answerable()) {
    if (!nameOf(el)) say(el, el.placeholder ? "it has a placeholder, which is no label" : "a field without a label");
  }
};

rules["label-visible"] = (say) => {
  for (const el of answerable()) {
    if (!nameOf(el)) continue; // control-name says so
    const labels = [...(el.labels || []), ...referred(el, "aria-labelledby").filter(Boolean)];
    if (labels.some((label) => shown(label) && flat(label.innerText) && !tucked(label))) continue;
    const near = el.closest("form, search, [role=search]")?.querySelector("button, input[type=submit]");
    if (el.type === "search" && near) continue; // beside its own button a search field explains itself
    if (el.closest("td")) continue; // the headers of the table are the visible label
    say(el, "its label cannot be seen");
  }
};

const mark = /必須|required|[*＊]/i;
const unmark = /任意|optional|not required|必須では/i;

rules["required-marked"] = (say) => {
  for (const el of answerable()) {
    const group = el.closest("fieldset, [role=radiogroup]");
    const must = el.required || el.getAttribute("aria-required") === "true" || group?.getAttribute("aria-required") === "true" ||
      el.type === "radio" && el.name && all(`input[type=radio][name="${CSS.escape(el.name)}"]`).some((r) => r.required);
    const text = asked(el);
    if (must && text && !mark.test(text)) say(el, "it must be filled in, and its label does not say so");
    if (!must && el.type !== "checkbox" && mark.test(text) && !unmark.test(text)) say(el, "its label says that it must be filled in, the field does not");
  }
};

rules["error-described"] = (say) => {
  for (const el of all("[aria-invalid]:not([aria-invalid=false]):not([aria-invalid=''])")) {
    const notes = [...referred(el, "aria-describedby"), ...referred(el, "aria-errormessage")].filter(Boolean);
    if (!notes.some((note) => shown(note) && flat(note.textContent))) say(el, "it is marked as wrong, and nothing says why");
  }
};

rules["error-summary"] = (say) => {
  for (const el of all("[role=alert] a[href^='#'], [class*=error-summary] a[href^='#'], [data-errors] a[href^='#']")) {
    const id = decodeURIComponent(el.getAttribute("href").slice(1));
    const to = id && document.getElementById(id);
    if (to && !to.matches(fields + ", fieldset, [tabindex]")) say(el, `it leads to #${id}, which is no field`);
  }
};

rules["group-legend"] = (say) => {
  const groups = new Map();
  for (const el of answerable().filter((f) => /^(radio|checkbox)$/.test(f.type) && f.name)) {
    const key = el.type + " " + el.name + " " + (el.form ? all("form").indexOf(el.form) : "");
    groups.set(key, [...(groups.get(key) || []), el]);
  }
  for (const members of groups.values()) {
    if (members.length < 2 && members[0].type !== "radio") continue;
    if (members.every((el) => el.closest("td"))) continue; // a table names its cells
    const group = members[0].closest("fieldset, [role=group], [role=radiogroup]");
    if (!group) say(members[0], `${members.length} choices of one question, without a fieldset`);
    else if (!nameOf(group) && group.tagName !== "FIELDSET") say(group, "a group of choices without a name");
  }
  for (const el of all("fieldset")) if (shown(el) && !nameOf(el)) say(el, "a fieldset without a legend");
};

rules["option-text"] = (say) => {
  for (const el of all("select")) {
    if (silent(el)) continue;
    for (const option of el.options) if (!flat(option.label || option.text)) say(el, "a choice without a word");
    for (const group of all("optgroup", el)) if (!flat(group.label)) say(group, "a group of choices without a word");
    if (!el.options.length) say(el, "a select without a choice");
  }
};

const personal = ("off on name honorific-prefix given-name additional-name family-name honorific-suffix nickname username new-password " +
  "current-password one-time-code organization-title organization street-address address-line1 address-line2 address-line3 address-level4 " +
  "address-level3 address-level2 address-level1 country country-name postal-code cc-name cc-given-name cc-additional-name cc-family-name " +
  "cc-number cc-exp cc-exp-month cc-exp-year cc-csc cc-type transaction-currency transaction-amount language bday bday-day bday-month " +
  "bday-year sex url photo tel tel-country-code tel-national tel-area-code tel-local tel-local-prefix tel-local-suffix tel-extension " +
  "email impp").split(" ");
const expected = { email: /^(email|username|off)$/, tel: /^(tel.*|off)$/, bday: /^(bday.*|off)$/, name: /^((.*-)?name|nickname|organization.*|off)$/ };

rules["autocomplete"] = (say) => {
  for (const el of answerable().filter((f) => /^(INPUT|SELECT|TEXTAREA)$/.test(f.tagName) && !/^(radio|checkbox|file)$/.test(f.type))) {
    const tokens = flat(el.getAttribute("autocomplete")).toLowerCase().split(" ").filter((token) => token &&
      !/^(section-.*|shipping|billing|home|work|mobile|fax|pager|webauthn)$/.test(token));
    const unknown = tokens.find((token) => !personal.includes(token));
    const called = (el.name || el.id || "").toLowerCase();
    const about = el.type === "email" || /^e?-?mail(address)?$/.test(called) ? "email" : el.type === "tel" || /^(tel|phone)$/.test(called) ? "tel" :
      /^(bday|birthday|birthdate|dob)$/.test(called) ? "bday" : /^(name|fullname|full_name|your-name)$/.test(called) ? "name" : "";
    const must = about && called !== "name"; // a thing has a name too
    if (unknown) say(el, `autocomplete “${unknown}” means nothing`);
    else if (must && !tokens.length) say(el, `it asks for ${about}: say autocomplete, or off where it is about somebody else`);
    else if (about && tokens.length && !expected[about].test(tokens[tokens.length - 1])) say(el, `autocomplete “${tokens.join(" ")}” does not fit a field for ${about}`);
  }
};
