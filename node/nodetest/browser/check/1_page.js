// The page as a whole: language, title, landmarks, headings, movement.

// Only a language that has a name is one; "jp" and "english" are none.
const isLanguage = (tag) => {
  try {
    return !!new Intl.DisplayNames(["en"], { type: "language", fallback: "none" }).of(tag);
  } catch {
    return false;
  }
};

rules["html-lang"] = (say) => {
  const tag = document.documentElement.getAttribute("lang");
  if (!tag) say(document.documentElement, "the page does not say its language");
  else if (!isLanguage(tag)) say(document.documentElement, `“${tag}” is no language`);
};

rules["part-lang"] = (say) => {
  for (const el of all("body [lang], head [lang], body[lang]")) {
    if (!isLanguage(el.getAttribute("lang"))) say(el, `“${el.getAttribute("lang")}” is no language`);
  }
};

rules["page-title"] = (say) => {
  if (!flat(document.title)) say(document, "the page has no title");
};

rules["one-main"] = (say) => {
  const mains = all("main, [role=main]").filter(shown);
  if (mains.length !== 1) say(mains[1] || document, `there are ${mains.length} main landmarks, not one`);
};

rules["one-h1"] = (say) => {
  const tops = all("h1, [role=heading][aria-level='1']").filter((el) => !silent(el));
  if (tops.length !== 1) say(tops[1] || document, `there are ${tops.length} first headings, not one`);
};

const headings = () => all("h1, h2, h3, h4, h5, h6, [role=heading]").filter((el) => !silent(el));
const levelOf = (el) => Number(el.getAttribute("aria-level") || el.tagName[1]);

rules["heading-order"] = (say) => {
  let before = 0;
  for (const el of headings()) {
    const level = levelOf(el);
    if (before && level > before + 1) say(el, `a heading of level ${level} follows one of level ${before}`);
    before = level;
  }
};

rules["heading-text"] = (say) => {
  for (const el of headings()) if (!nameOf(el)) say(el, "a heading without a word");
};

// A header or footer is a landmark only outside these.
const sectioned = "article, aside, main, nav, section, [role=article], [role=complementary], [role=main], [role=navigation], [role=region]";

rules["landmark-name"] = (say) => {
  const kinds = {
    navigation: all("nav, [role=navigation]"),
    complementary: all("aside, [role=complementary]"),
    banner: all("header, [role=banner]").filter((el) => !el.parentElement.closest(sectioned)),
    contentinfo: all("footer, [role=contentinfo]").filter((el) => !el.parentElement.closest(sectioned)),
  };
  for (const [kind, found] of Object.entries(kinds)) {
    const here = found.filter(shown);
    if (here.length < 2) continue;
    const names = here.map((el) => flat(el.getAttribute("aria-label") || referred(el, "aria-labelledby").map((r) => r?.textContent).join(" ")));
    here.forEach((el, i) => {
      if (!names[i]) say(el, `one of ${here.length} ${kind} landmarks, without a name of its own`);
      else if (names.indexOf(names[i]) !== i) say(el, `a second ${kind} landmark with the name “${names[i]}”`);
    });
  }
};

rules["skip-link"] = (say) => {
  const first = focusables()[0];
  const main = document.querySelector("main, [role=main]");
  if (!first || !all("nav, header, [role=navigation], [role=banner]").some((el) => el.querySelector(native))) return;
  const id = (first.getAttribute("href") || "").startsWith("#") && decodeURIComponent(first.getAttribute("href").slice(1));
  if (!id) say(first, "the first thing that takes the focus is no link to the content");
  else if (!document.getElementById(id)) say(first, `it leads to #${id}, which is not there`);
  else if (main && !main.contains(document.getElementById(id)) && !document.getElementById(id).contains(main)) {
    say(first, `it leads to #${id}, which is not the main part`);
  }
};

rules["fragment-target"] = (say) => {
  const first = focusables()[0];
  for (const el of all("a[href^='#']")) {
    const id = decodeURIComponent(el.getAttribute("href").slice(1));
    if (id && id !== "top" && el !== first && !document.getElementById(id)) say(el, `it leads to #${id}, which is not there`);
  }
};

rules["viewport-zoom"] = (say) => {
  for (const el of all("meta[name=viewport]")) {
    const parts = Object.fromEntries(el.content.toLowerCase().split(/[,;]/).map((part) => part.split("=").map((s) => s.trim())));
    if (/^(no|0)$/.test(parts["user-scalable"] || "")) say(el, "it forbids zooming");
    else if (parts["maximum-scale"] && Number(parts["maximum-scale"]) < 5) say(el, `it ends zooming at ${parts["maximum-scale"]}`);
  }
  if (!document.querySelector("meta[name=viewport]")) say(document.head, "no viewport is set, so a telephone shows the page tiny");
};

rules["no-motion"] = (say) => {
  for (const el of all("blink, marquee")) say(el, "it moves and cannot be stopped");
  for (const el of all("audio[autoplay], video[autoplay]")) say(el, "it plays without being asked");
  for (const el of all("body *")) {
    const style = getComputedStyle(el);
    if (style.animationName !== "none" && style.animationIterationCount.includes("infinite") && shown(el)) {
      say(el, "an endless animation goes on although less motion was asked for");
    }
  }
};

rules["no-refresh"] = (say) => {
  for (const el of all("meta[http-equiv=refresh i]")) say(el, "the page changes by itself after a time");
};

rules["accesskey"] = (say) => {
  const before = new Map();
  for (const el of all("[accesskey]")) {
    const key = el.getAttribute("accesskey").toLowerCase();
    if (before.has(key)) say(el, `the key “${key}” already belongs to ${where(before.get(key))}`);
    before.set(key, el);
  }
};
