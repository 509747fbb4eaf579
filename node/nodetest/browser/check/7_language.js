// Words in another language than the page's are marked as such.

const japanese = /[\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f]/;
// Four words in a row, one of them in small letters: a name is shorter or capital.
const english = /(?:[A-Za-z][A-Za-z'’-]*[,;:]?\s+){3,}[A-Za-z][A-Za-z'’-]*/;
const exempt = "code, kbd, samp, pre, var, [translate=no], .notranslate, script, style, template, textarea, noscript, bdi";

rules["lang-parts"] = (say) => {
  const hold = (el, text, what) => {
    const lang = (el.closest("[lang]")?.getAttribute("lang") || "").toLowerCase();
    if (/^en\b/.test(lang) && japanese.test(text)) say(el, `Japanese in English without lang=ja${what}: “${short(flat(text), 30)}”`);
    const run = english.exec(text);
    if (/^ja\b/.test(lang) && run && /\b[a-z]{2,}/.test(run[0])) say(el, `English in Japanese without lang=en${what}: “${short(run[0], 40)}”`);
  };
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (flat(walker.currentNode.data) && !el.closest(exempt)) hold(el, walker.currentNode.data, "");
  }
  for (const attribute of ["alt", "aria-label", "placeholder", "title"]) {
    for (const el of all(`[${attribute}]`)) if (!el.closest(exempt)) hold(el, el.getAttribute(attribute), ` in ${attribute}`);
  }
};
