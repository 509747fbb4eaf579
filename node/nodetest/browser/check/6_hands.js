// Pointers and keyboards.

// area is what a pointer may hit: the control, or the label that belongs to it.
const area = (el) => {
  let box = el.getBoundingClientRect();
  for (const label of el.labels || []) {
    const other = label.getBoundingClientRect();
    if (/^(checkbox|radio|file)$/.test(el.type) && (other.width >= box.width && other.height >= box.height)) box = other;
  }
  return box;
};

rules["target-size"] = (say) => {
  const inSentence = (el) => {
    const style = getComputedStyle(el);
    if (!/^inline(-block)?$/.test(style.display) || el.matches("input, select, textarea")) return false;
    for (let at = el.parentElement; at; at = at.parentElement) {
      if (/^inline/.test(getComputedStyle(at).display)) continue;
      const rest = [...at.childNodes].filter((n) => !n.contains(el)).map((n) => n.textContent).join("");
      return /[\p{L}\p{N}]/u.test(rest) && !all(":scope > *", at).some((c) => !c.contains(el) && /^(block|flex|grid|table|list-item)$/.test(getComputedStyle(c).display));
    }
    return false;
  };
  const targets = all(acting).filter((el) => shown(el) && !el.disabled && !tucked(el) && !el.matches("iframe, [tabindex='-1']:not(a, button, input, select, textarea)"))
    .map((el) => ({ el, box: area(el) })).filter((t) => t.box.width > 0);
  const small = (box) => box.width < 23.99 || box.height < 23.99;
  const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  for (const { el, box } of targets) {
    if (!small(box) || inSentence(el)) continue;
    const [x, y] = middle(box);
    const near = targets.find((other) => {
      if (other.el === el || other.el.contains(el) || el.contains(other.el)) return false;
      if (small(other.box)) {
        const [ox, oy] = middle(other.box);
        return Math.hypot(x - ox, y - oy) < 24;
      }
      const dx = Math.max(other.box.left - x, 0, x - other.box.right), dy = Math.max(other.box.top - y, 0, y - other.box.bottom);
      return Math.hypot(dx, dy) < 12;
    });
    const size = `${Math.round(box.width)}×${Math.round(box.height)}`;
    if (near) say(el, `a target of ${size} CSS pixels, closer than 24 to ${where(near.el)}`);
    else if (box.height < 14 || box.width < 8) say(el, `a target of ${size} CSS pixels is too small even alone`);
  }
};

// look is all by which an element could show that it has the focus.
const look = (el) => {
  const read = (at, part) => {
    const s = getComputedStyle(at, part), box = at.getBoundingClientRect();
    return { outline: s.outlineStyle === "none" || parseFloat(s.outlineWidth) === 0 ? "" : `${s.outlineStyle} ${s.outlineWidth} ${s.outlineColor}`,
      shadow: s.boxShadow, border: sides.map((side) => s[`border${side}Color`] + s[`border${side}Width`] + s[`border${side}Style`]).join(), ground: s.backgroundColor,
      ink: s.color, line: s.textDecoration, place: part ? "" : `${Math.round(box.width)}×${Math.round(box.height)} ${s.clipPath} ${s.opacity}` };
  };
  return [el, el.parentElement, ...(el.labels || [])].filter(Boolean).map((at) => ({ at, ...read(at) }))
    .concat(["::before", "::after"].map((part) => ({ at: el, part, ...read(el, part) })));
};

// walkFocus focuses everything once, as after a key, and reads what changes.
const walkFocus = () => {
  const result = [];
  const before = document.activeElement, x = scrollX, y = scrollY;
  // Radio buttons of one group are one stop.
  const stops = focusables().filter((el, i, list) => el.type !== "radio" || list.findIndex((o) => o.type === "radio" && o.name === el.name && o.form === el.form) === i);
  for (const el of stops) {
    if (el.matches("iframe, audio, video")) continue;
    document.activeElement?.blur?.();
    const rest = look(el);
    el.focus();
    if (document.activeElement !== el) continue;
    const now = look(el);
    const changes = now.map((n, i) => ({ now: n, rest: rest[i], keys: Object.keys(n).filter((key) => key !== "at" && n[key] !== rest[i][key]) })).filter((c) => c.keys.length);
    const box = el.getBoundingClientRect();
    const top = box.width ? document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2) : null;
    const covered = top && !el.contains(top) && !top.contains(el) && ![...(el.labels || [])].some((l) => l.contains(top)) ? top : null;
    result.push({ el, changes, covered, strength: strength(el, changes) });
  }
  document.activeElement?.blur?.();
  before?.focus?.({ preventScroll: true });
  scrollTo(x, y);
  return result;
};

// strength is the best contrast among the changes that show the focus.
const strength = (el, changes) => {
  const marks = [0];
  for (const { now, rest, keys } of changes) {
    const around = painted(now.at === el ? el.parentElement : now.at).ground;
    if (keys.includes("outline") && now.outline) {
      if (now.outline.startsWith("auto")) marks.push(21); // the browser's own ring has two colours
      else {
        const inside = parseFloat(getComputedStyle(now.at, now.part).outlineOffset) < 0; // then it lies on the element itself
        const ground = inside ? painted(now.at).ground : around;
        marks.push(contrast(over(colour(now.outline.split(" ").slice(2).join(" ")), ground), ground));
      }
    }
    if (keys.includes("shadow")) for (const c of shadow({ boxShadow: now.shadow })) marks.push(contrast(over(c, around), around));
    if (keys.includes("border")) for (const c of border(getComputedStyle(now.at, now.part))) marks.push(contrast(over(c, around), around));
    if (keys.includes("ground")) marks.push(contrast(over(colour(now.ground), around), over(colour(rest.ground), around)));
    if (keys.includes("line")) marks.push(contrast(over(colour(now.ink), around), around));
    if (keys.includes("ink")) marks.push(contrast(over(colour(now.ink), around), over(colour(rest.ink), around)));
    if (keys.includes("place")) marks.push(21); // it comes into sight
  }
  return Math.max(...marks);
};

let walked; // the walk is shared by the three rules below
const focusWalk = () => walked || (walked = walkFocus());

rules["focus-visible"] = (say) => {
  for (const { el, changes } of focusWalk()) if (!changes.length) say(el, "nothing shows that it has the focus");
};

rules["contrast-focus"] = (say) => {
  for (const { el, changes, strength } of focusWalk()) {
    if (changes.length && strength < 3) say(el, `what shows the focus has ${ratio(strength)} of 3`);
  }
};

rules["focus-covered"] = (say) => {
  for (const { el, covered } of focusWalk()) if (covered) say(el, `with the focus it stands behind ${where(covered)}`);
};
