/* What the pages share: the address, words and figures, nodes of the document.
 *
 * ``data`` is the page's block; ``state`` holds lang beside what the page itself chooses from ``choices``. Names and
 * figures are text, never markup: they are written with textContent into nodes made here. */

/** Decimals with which a fraction that is not nothing is not written as nothing: 0.03 has two where one is asked for. */
window.decimalsOf = function (n, d, decimals) {
  let enough = decimals;
  while (decimals > 0 && n > 0 && 2 * n * 10 ** enough < d) enough += 1;
  return enough;
};

window.kitOf = function ({ data: DATA, state, choices }) {
  const byId = (id) => document.getElementById(id);

  /* ---------------------------------------------------------------- the address */

  /** Takes from the address what is known, and leaves the rest as it is. */
  function readAddress() {
    let asked;
    try {
      asked = new URLSearchParams(location.hash.slice(1));
    } catch (_) {
      return;
    }
    for (const name of Object.keys(choices)) {
      const value = asked.get(name);
      if (value !== null && choices[name](value)) state[name] = value;
    }
  }

  function writeAddress() {
    const told = Object.fromEntries(Object.keys(choices).map((name) => [name, state[name]]));
    const address = "#" + new URLSearchParams(told).toString();
    if (address !== location.hash) history.replaceState(null, "", address);
  }

  /* ---------------------------------------------------------------- words and figures */

  const words = () => DATA.texts[state.lang];
  const inWords = (both) => both[state.lang];

  /** A template of ours with its {names} filled; what is filled in is not read again. */
  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(values, name) ? String(values[name]) : all));
  }

  function figure(value, decimals = 0) {
    if (value === null || value === undefined) return words().dash;
    const marks = words().marks;
    const size = Math.abs(value);
    const [whole, part] = size.toFixed(window.decimalsOf(size, 1, decimals)).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, marks.thousands);
    return (value < 0 ? marks.minus : "") + grouped + (part ? marks.decimal + part : "");
  }

  /** A difference with its sign; what is rounded to nothing has none. */
  function signed(value, decimals = 0) {
    const rounded = Number(value.toFixed(decimals));
    return (rounded > 0 ? "+" : "") + figure(rounded, decimals);
  }

  /* ---------------------------------------------------------------- nodes */

  const SVG = "http://www.w3.org/2000/svg";

  /** A new element with its text or children and its attributes. */
  function node(name, content, attributes = {}) {
    const made = document.createElement(name);
    put(made, content);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function put(parent, content) {
    if (content === undefined || content === null) return;
    if (Array.isArray(content)) parent.append(...content);
    else parent.append(content);
  }

  function drawing(width, height, shapes) {
    const made = document.createElementNS(SVG, "svg");
    const box = { width, height, "aria-hidden": "true", focusable: "false" };
    if (typeof width === "number") box.viewBox = `0 0 ${width} ${height}`;
    for (const [key, value] of Object.entries(box)) made.setAttribute(key, value);
    for (const [name, attributes] of shapes) {
      const shape = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
      made.append(shape);
    }
    return made;
  }

  function say(id, text) {
    byId(id).textContent = text;
  }

  /** Head of a table; ``wordy`` says which columns hold words. */
  function headRow(texts, wordy = () => false) {
    const cell = (text, at) => node("th", text, { scope: "col", ...(wordy(at) ? { class: "words" } : {}) });
    return node("thead", node("tr", texts.map(cell)));
  }

  const list = (items) => node("ul", items.map((text) => node("li", text)), { class: "changes" });

  /** What stands in an element is replaced; a button of it that had the focus keeps it, by its key. */
  function renew(element, parts) {
    const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    for (const child of [...element.children]) if (!parts.includes(child)) child.remove();
    // What stays is not touched: to be put in anew costs as much as to be new.
    parts.forEach((part, at) => { if (element.children[at] !== part) element.insertBefore(part, element.children[at] ?? null); });
    if (key !== undefined) ([...element.querySelectorAll("button")].find((b) => b.dataset.key === key) || element).focus();
  }

  const otherLanguage = () => DATA.languages[(DATA.languages.indexOf(state.lang) + 1) % DATA.languages.length];

  function options(id, items, chosen) {
    byId(id).replaceChildren(...items.map(([value, text]) => node("option", text, { value })));
    byId(id).value = chosen;
  }

  /* ---------------------------------------------------------------- legend */

  /** A sample, what it means, and how many there are: of each map. */
  function legendRow(sample, text, ...counts) {
    return node("li", [sample, node("span", text), ...counts.map((count) => node("span", figure(count), { class: "count" }))]);
  }

  const box = (fillWith) => drawing(26, 15, [["rect", { width: 26, height: 15, fill: fillWith, stroke: "#5b6773" }]]);

  return {
    box, byId, drawing, figure, fill, headRow, inWords, legendRow, list, node, options, otherLanguage, readAddress,
    renew, say, signed, SVG, words, writeAddress,
  };
};
