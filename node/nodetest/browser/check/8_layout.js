// What happens to the page when it is narrow, large or set with wider spaces.
// The browser is brought into that shape before these rules are asked.

rules["reflow"] = (say) => {
  const wide = document.documentElement.scrollWidth, room = document.documentElement.clientWidth;
  if (wide <= room + 1) return;
  const scrolls = (el) => {
    for (let at = el.parentElement; at && at !== document.body; at = at.parentElement) if (/auto|scroll|hidden|clip/.test(getComputedStyle(at).overflowX)) return true;
    return false;
  };
  const out = all("body *").filter((el) => shown(el) && !tucked(el) && el.getBoundingClientRect().right + scrollX > room + 1 && !scrolls(el));
  const first = out.find((el) => !out.some((other) => other !== el && el.contains(other))) || document.body;
  say(first, `the page is ${wide} CSS pixels wide in a window of ${room}, so it scrolls to the side`);
};

const clipped = (say) => {
  for (const el of all("body *")) {
    const style = getComputedStyle(el);
    const cutX = /hidden|clip/.test(style.overflowX) && el.scrollWidth > el.clientWidth + 1;
    const cutY = /hidden|clip/.test(style.overflowY) && el.scrollHeight > el.clientHeight + 1;
    if (!cutX && !cutY || !shown(el) || tucked(el) || el.closest("svg, select, [aria-hidden=true]") || el.matches("input, textarea, select, html, body")) continue;
    if (el.clientWidth <= 1 || el.clientHeight <= 1 || !flat(el.innerText)) continue;
    say(el, `text is cut off: it needs ${el.scrollWidth}×${el.scrollHeight} and has ${el.clientWidth}×${el.clientHeight}`);
  }
};

rules["clipped"] = clipped;

// The spaces of WCAG 1.4.12, set for the length of the question.
rules["text-spacing"] = (say) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }");
  const before = document.adoptedStyleSheets;
  const already = new Set();
  clipped((el) => already.add(el));
  document.adoptedStyleSheets = [...before, sheet];
  clipped((el, what) => already.has(el) || say(el, "with wider spaces " + what));
  document.adoptedStyleSheets = before;
};
