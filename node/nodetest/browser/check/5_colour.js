// Colours as they are rendered, in the scheme that is shown now.

// A colour is [red, green, blue, alpha], the first three from 0 to 255.
const brush = (() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  return canvas.getContext("2d", { willReadFrequently: true });
})();
const known = new Map();
const colour = (text) => {
  if (!known.has(text)) {
    const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
    if (plain) known.set(text, [Number(plain[1]), Number(plain[2]), Number(plain[3]), plain[4] === undefined ? 1 : Number(plain[4])]);
    else {
      // oklch(), color-mix() and their like: let the browser paint them.
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = "#000";
      brush.fillStyle = text;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      known.set(text, [r, g, b, a / 255]);
    }
  }
  return known.get(text);
};

const over = (top, ground) => top.slice(0, 3).map((c, i) => c * top[3] + ground[i] * (1 - top[3])).concat(1);
const blend = (a, b, share) => a.map((c, i) => c * (1 - share) + b[i] * share);

// luminance and contrast are those of WCAG 2.2.
const luminance = (c) => {
  const [r, g, b] = c.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const hex = (c) => "#" + c.slice(0, 3).map((v) => Math.round(v).toString(16).padStart(2, "0")).join("");
const ratio = (n) => (Math.floor(n * 100) / 100).toFixed(2);

// canvas is what lies under a page that paints nothing.
const canvasColour = () => {
  const probe = document.createElement("span");
  probe.style.backgroundColor = "Canvas";
  document.documentElement.append(probe);
  const text = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return colour(text);
};

// grounds are the colours that an element's own layer paints: one, or the stops
// of a gradient. A picture by url() is left out: most are a small sign in a corner.
const layer = (style) => {
  const stops = style.backgroundImage.includes("gradient(") ? style.backgroundImage.match(/(rgba?|oklch|oklab|color|hsla?|lab|lch)\([^()]*\)/g) : null;
  return (stops || []).map(colour).concat([colour(style.backgroundColor)]).filter((c, i, list) => c[3] > 0 || list.length === 1);
};

// painted gives ink and ground as they are seen at an element: every layer from
// the page up to it, with alpha and opacity. The worst of several grounds counts.
const painted = (el, ink, ownGround = true) => {
  const path = [];
  for (let at = el; at; at = at.parentElement) path.unshift(at);
  const walk = (i, below) => {
    const style = getComputedStyle(path[i]), last = i === path.length - 1;
    let tops = last && !ownGround ? [[0, 0, 0, 0]] : layer(style);
    const seen = tops.map((top) => {
      const ground = over(top, below);
      let deep = last ? { ground, ink: over(ink || ground, ground) } : walk(i + 1, ground);
      const share = Number(style.opacity);
      return share < 1 ? { ground: blend(below, deep.ground, share), ink: blend(below, deep.ink, share) } : deep;
    });
    return seen.sort((a, b) => contrast(a.ink, a.ground) - contrast(b.ink, b.ground))[0];
  };
  return walk(0, canvasColour());
};

const isOff = (el) => !!el.closest(":disabled, [aria-disabled=true]") || [...(el.closest("label")?.control ? [el.closest("label").control] : [])].some((c) => c.disabled);

const needs = (style) => {
  const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
  return size >= 24 || bold && size >= 18.66 ? 3 : 4.5;
};

// under is the ground of a text in a drawing: the shapes before it that hold its
// middle, on the ground of the drawing. Strokes and opacities of groups are not
// looked at, so a shape counts by its fill and its own opacities.
const under = (text) => {
  const drawing = text.closest("svg"), box = text.getBoundingClientRect();
  let ground = painted(drawing.parentElement.closest("svg") ? drawing.parentElement : drawing).ground;
  for (const shape of all("rect, circle, ellipse, path, polygon", drawing)) {
    if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) || shape.closest("defs, clipPath, mask, pattern") || !shown(shape)) continue;
    const to = shape.getScreenCTM()?.inverse();
    if (!to) continue;
    const at = new DOMPoint(box.left + box.width / 2, box.top + box.height / 2).matrixTransform(to);
    const style = getComputedStyle(shape);
    if (style.fill === "none" || style.fill.startsWith("url") || !shape.isPointInFill(at)) continue;
    const [r, g, b, a] = colour(style.fill);
    ground = over([r, g, b, a * Number(style.fillOpacity) * Number(style.opacity)], ground);
  }
  return ground;
};

rules["contrast-text"] = (say) => {
  const hold = (el, style, what) => {
    const { ink, ground } = painted(el, colour(style.color));
    const got = contrast(ink, ground), want = needs(style);
    if (got < want) say(el, `${what} ${hex(ink)} on ${hex(ground)} has ${ratio(got)} of ${want}`);
  };
  const done = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (!flat(walker.currentNode.data) || done.has(el) || /^(SCRIPT|STYLE|NOSCRIPT|OPTION|OPTGROUP|TEMPLATE|TITLE|TEXTAREA)$/.test(el.tagName)) continue;
    done.add(el);
    if (shown(el) && !tucked(el) && !isOff(el) && !el.closest("svg")) hold(el, getComputedStyle(el), "text");
  }
  for (const el of all("svg text")) {
    if (!shown(el) || el.closest("[aria-hidden=true]") && !flat(el.textContent)) continue;
    const style = getComputedStyle(el);
    const ground = under(el), ink = over(colour(style.fill), ground);
    if (contrast(ink, ground) < needs(style)) say(el, `text ${hex(ink)} on ${hex(ground)} has ${ratio(contrast(ink, ground))} of ${needs(style)}`);
  }
  for (const el of all("input, select, textarea")) {
    if (!shown(el) || isOff(el) || /^(checkbox|radio|range|color|file|hidden|image)$/.test(el.type)) continue;
    hold(el, getComputedStyle(el), "a value");
    if (el.placeholder) hold(el, getComputedStyle(el, "::placeholder"), "a placeholder");
  }
  for (const el of all("body *")) {
    for (const part of ["::before", "::after"]) {
      const style = getComputedStyle(el, part);
      if (/^".*[\p{L}\p{N}].*"/u.test(style.content) && shown(el) && !tucked(el) && !isOff(el) && style.display !== "none") hold(el, style, `the text ${style.content} of ${part}`);
    }
  }
};

const sides = ["Top", "Right", "Bottom", "Left"];
const border = (style) => sides.filter((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) >= 0.5)
  .map((side) => colour(style[`border${side}Color`])).filter((c) => c[3] > 0);
const shadow = (style) => style.boxShadow === "none" ? [] : (style.boxShadow.match(/(rgba?|oklch|oklab|color|lab|lch|hsla?)\([^()]*\)/g) || []).map(colour);

rules["contrast-control"] = (say) => {
  for (const el of all("input:not([type=hidden]), select, textarea, button, [role=button], [role=checkbox], [role=switch]")) {
    if (!shown(el) || isOff(el) || tucked(el) || /^(range|color|file|image)$/.test(el.type)) continue;
    const style = getComputedStyle(el);
    if (/^(checkbox|radio)$/.test(el.type) && style.appearance !== "none") continue; // the browser's own
    const around = painted(el.parentElement).ground;
    const lines = [...border(style), ...shadow(style)].map((line) => over(line, around));
    const ground = painted(el).ground;
    const edge = Math.max(1, contrast(ground, around), ...lines.map((line) => contrast(line, around)));
    const plain = !lines.length && contrast(ground, around) < 1.05;
    if (plain && /^(BUTTON)$|^button$/.test(el.tagName + "") || plain && /^(submit|button|reset)$/.test(el.type) || plain && el.getAttribute("role") === "button") continue; // told apart by its words alone
    if (edge < 3) say(el, `its edge has ${ratio(edge)} of 3 against ${hex(around)}`);
  }
};

// A link inside a sentence has to differ by more than its colour.
rules["link-in-text"] = (say) => {
  for (const el of all("p a[href], li a[href], dd a[href], td a[href]")) {
    if (!shown(el) || tucked(el) || el.closest("nav")) continue;
    const holder = el.closest("p, li, dd, td");
    const rest = [...holder.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE && /[\p{L}\p{N}]/u.test(n.data));
    if (!rest.length) continue;
    const style = getComputedStyle(el), beside = getComputedStyle(holder);
    const marked = style.textDecorationLine.includes("underline") || border(style).length || style.fontWeight !== beside.fontWeight ||
      style.fontStyle !== beside.fontStyle || colour(style.backgroundColor)[3] > 0 || el.querySelector("img, svg");
    if (!marked) say(el, "a link in a sentence that only its colour shows");
  }
};
