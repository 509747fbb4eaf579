// run asks the named rules, in a page that stands still.
return {
  names: () => Object.keys(rules),
  run(names) {
    const found = [];
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important; scroll-behavior: auto !important }");
    const before = document.adoptedStyleSheets;
    document.adoptedStyleSheets = [...before, still];
    for (const name of names) {
      const said = new Set();
      rules[name]((el, what) => {
        const at = where(el);
        if (said.has(at + what)) return;
        said.add(at + what);
        found.push({ Rule: name, Where: at, What: what });
      });
    }
    document.adoptedStyleSheets = before;
    return found;
  },
};
