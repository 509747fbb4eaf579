// Names of what is no form field: buttons, links, pictures, frames, dialogs.

rules["button-name"] = (say) => {
  for (const el of all("button, input[type=submit], input[type=button], input[type=reset], input[type=image], [role=button]")) {
    if (!silent(el) && !nameOf(el)) say(el, "a button without a name");
  }
};

rules["link-name"] = (say) => {
  for (const el of all("a[href], area[href], [role=link]")) {
    if (!silent(el) && !nameOf(el)) say(el, "a link without a name");
  }
};

const vague = /^(here|click here|more|read more|this|this page|link|details?|こちら|ここ|こちらへ|こちらから|ここをクリック|クリック|詳細|詳しく|もっと見る|続きを読む|リンク)[.。…»>→]*$/i;

rules["link-text"] = (say) => {
  for (const el of all("a[href], [role=link]")) {
    if (!silent(el) && vague.test(nameOf(el))) say(el, `“${nameOf(el)}” does not say where it leads`);
  }
};

// Speech input says what it sees, so the name has to hold the visible words.
rules["label-in-name"] = (say) => {
  const words = (text) => flat(text).toLowerCase().replace(/[\s\p{P}\p{S}]+/gu, "");
  for (const el of all("a[aria-label], button[aria-label], a[aria-labelledby], button[aria-labelledby], [role=button][aria-label], summary[aria-label]")) {
    const visible = words(el.innerText);
    if (visible && shown(el) && !words(nameOf(el)).includes(visible)) {
      say(el, `it is read aloud as “${nameOf(el)}”, which is not what it shows`);
    }
  }
};

rules["image-name"] = (say) => {
  const decorative = (el) => /^(none|presentation)$/.test(el.getAttribute("role") || "");
  for (const el of all("img, [role=img], input[type=image]")) {
    if (silent(el) || decorative(el) || el.tagName === "IMG" && el.getAttribute("alt") === "") continue;
    if (!nameOf(el)) say(el, "a picture without an alternative text");
    else if (/\.(png|jpe?g|gif|svg|webp|avif)$/i.test(nameOf(el))) say(el, "a file name is no alternative text");
  }
  for (const el of all("svg")) {
    if (silent(el) || decorative(el) || el.parentElement.closest("svg")) continue;
    const owner = el.closest("button, a, summary, label");
    const alone = !owner || !flat(owner.textContent.replace(el.textContent, ""));
    if (!nameOf(el) && (!owner || alone && !nameOf(owner))) say(el, "a drawing that has no name and is not hidden");
    else if (!nameOf(el) && owner) say(el, "a drawing beside a text: hide it by aria-hidden");
    else if (nameOf(el) && !owner && el.getAttribute("role") !== "img") say(el, "a drawing with a title, but without role=img");
  }
};

// A sentence as alternative text, or a heading that is a picture, is text that
// was painted: it neither grows nor changes its colours.
rules["image-text"] = (say) => {
  for (const el of all("img, input[type=image], [role=img]:not(svg)")) {
    if (silent(el)) continue;
    const name = nameOf(el);
    const holder = el.closest("h1, h2, h3, h4, h5, h6");
    if (holder && !flat(holder.textContent)) say(el, "a heading that is a picture of text");
    else if (el.type === "image") say(el, "a button that is a picture");
    else if (name.split(" ").length > 30 || (name.match(/[\u3040-\u30ff\u3400-\u9fff]/g) || []).length > 80) {
      say(el, "an alternative text this long belongs beside the picture");
    }
  }
};

rules["frame-title"] = (say) => {
  for (const el of all("iframe, frame")) {
    if (!silent(el) && !nameOf(el)) say(el, "a frame without a title");
  }
};

rules["dialog-name"] = (say) => {
  for (const el of all("dialog, [role=dialog], [role=alertdialog]")) {
    if (!nameOf(el)) say(el, "a dialog without a name");
  }
};

rules["summary-name"] = (say) => {
  for (const el of all("details")) {
    if (silent(el)) continue;
    const summary = el.firstElementChild;
    if (!summary || summary.tagName !== "SUMMARY") say(el, "details that do not begin with a summary");
    else if (!nameOf(summary)) say(summary, "a summary without a word");
  }
};

rules["live-role"] = (say) => {
  const spoken = /^(status|alert|log|timer|progressbar|marquee)$/;
  for (const el of all("[aria-live]:not([aria-live=off])")) {
    if (el.tagName !== "OUTPUT" && !spoken.test(el.getAttribute("role") || "")) say(el, "it speaks up without the role status or alert");
  }
};

rules["time-datetime"] = (say) => {
  const forms = [
    /^\d{4}(-\d\d(-\d\d)?)?$/, /^\d{4}-W\d\d$/, /^\d\d-\d\d$/, /^\d\d:\d\d(:\d\d(\.\d+)?)?$/,
    /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/, /^P(\d+[YMWD])*(T(\d+(\.\d+)?[HMS])+)?$/,
  ];
  for (const el of all("time")) {
    const value = el.hasAttribute("datetime") ? el.getAttribute("datetime") : el.textContent;
    if (!forms.some((form) => form.test(flat(value)))) say(el, `“${flat(value)}” is no time that a machine reads`);
  }
};
