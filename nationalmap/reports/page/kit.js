/* What the pages share: words and figures, nodes, the map's areas, names, legend, keyboard.
 *
 * ``data`` is the page's block; ``state`` holds lang and municipality beside what the page itself chooses from
 * ``choices``; ``choose`` takes a change; ``tip`` gives the node of an area's tooltip, ``circle`` the radius of what
 * stands at a seat (0: nothing), ``residents`` the weight of a name, ``label`` what is written there instead
 * of the name. */
window.mapKit = function (asked) {
  "use strict";

  const { data: DATA, state, choices, choose, tip, circle, residents } = asked;
  const labelOf = asked.label || ((place) => inWords(DATA.municipalities[place].name));
  const map = window.map_plan;
  const areas = window.geo_json_areas;
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
    const address = "#" + new URLSearchParams(state).toString();
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
    const [whole, part] = Math.abs(value).toFixed(decimals).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, marks.thousands);
    return (value < 0 ? marks.minus : "") + grouped + (part ? marks.decimal + part : "");
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

  /** One quoted cell; what a spreadsheet could take for a formula gets an apostrophe. */
  function csvCell(value) {
    const text = value === null || value === undefined ? "" : String(value);
    return '"' + (/^[=+\-@\t\r]/.test(text) ? "'" + text : text).replaceAll('"', '""') + '"';
  }

  const otherLanguage = () => DATA.languages[(DATA.languages.indexOf(state.lang) + 1) % DATA.languages.length];

  function options(id, items, chosen) {
    byId(id).replaceChildren(...items.map(([value, text]) => node("option", text, { value })));
    byId(id).value = chosen;
  }

  /* ---------------------------------------------------------------- areas */

  const layers = new Map();
  const features = new Map();
  const marked = L.layerGroup().addTo(map);

  function pane(name, level) {
    const made = map.createPane(name);
    made.style.zIndex = level;
    made.style.pointerEvents = "none";
    return made;
  }

  pane("marked", 425);
  const labelPane = pane("labels", 450);

  areas.eachLayer((layer) => {
    const { code, kind } = layer.feature.properties;
    if (kind === "planned") {
      layers.set(code, layer);
      features.set(code, layer.feature);
    }
    layer.bindTooltip(() => tip(code, kind), { sticky: true, className: "tip", direction: "auto" });
  });

  function outline(code, options) {
    const style = { fill: false, color: "#000000", weight: 3.4, className: "chosen", smoothFactor: 0, ...options };
    return L.geoJSON(features.get(code), { style, pane: "marked", interactive: false });
  }

  function markChosen() {
    marked.clearLayers();
    if (state.municipality !== "") outline(state.municipality, {}).addTo(marked);
    const focused = document.activeElement;
    for (const [code, layer] of layers) {
      if (layer.getElement() === focused && focused.matches(":focus-visible")) {
        outline(code, { color: "#b34700", weight: 4.5, dashArray: "2 5" }).addTo(marked);
      }
    }
  }

  /* ---------------------------------------------------------------- names on the map */

  /** Each name goes below its circle, or beside or above it where another one stands there. */
  function drawLabels() {
    labelPane.replaceChildren();
    if (!byId("show-names").checked) return;
    const taken = obstacles();
    const order = DATA.municipalities.map((_, place) => place);
    order.sort((a, b) => residents(b) - residents(a) || a - b);
    const made = order.map((place) => {
      const label = node("span", labelOf(place), { class: "map-label", "aria-hidden": "true" });
      labelPane.append(label);
      return [place, label];
    });
    const sizes = made.map(([, label]) => [label.offsetWidth, label.offsetHeight]);
    made.forEach(([place, label], index) => {
      const spot = freeSpot(place, sizes[index], taken);
      if (spot === null) {
        label.remove();
        return;
      }
      L.DomUtil.setPosition(label, L.point(spot.left, spot.top).round());
      taken.push(spot);
    });
  }

  function obstacles() {
    return DATA.municipalities.flatMap((m, place) => {
      const size = circle(place);
      if (size === 0) return [];
      const at = map.latLngToLayerPoint(m.seat);
      return [{ left: at.x - size, top: at.y - size, right: at.x + size, bottom: at.y + size, own: place }];
    });
  }

  function freeSpot(place, [width, height], taken) {
    const at = map.latLngToLayerPoint(DATA.municipalities[place].seat);
    const gap = (circle(place) || 3) + 2;
    const spots = [
      [at.x - width / 2, at.y + gap],
      [at.x - width / 2, at.y - gap - height],
      [at.x + gap + 2, at.y - height / 2],
      [at.x - gap - 2 - width, at.y - height / 2],
      [at.x - width * 0.15, at.y + gap],
      [at.x - width * 0.85, at.y + gap],
    ].map(([left, top]) => ({ left, top, right: left + width, bottom: top + height }));
    const inside = map.getPixelBounds();
    const origin = map.getPixelOrigin();
    const seen = (spot) => spot.left + origin.x >= inside.min.x && spot.right + origin.x <= inside.max.x;
    const free = spots.filter((spot) => !taken.some((other) => other.own !== place && meets(spot, other)));
    const many = DATA.municipalities.length > 30;
    // Of many names none is cut by the edge of the map: there is no room for a half one.
    return free.find(seen) || (many ? null : free[0] || spots[0]);
  }

  const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  /* ---------------------------------------------------------------- view of the map */

  const ground = L.latLngBounds([]);
  for (const layer of layers.values()) ground.extend(layer.getBounds());

  /** The whole planned territory; no farther out than a little around it. */
  function refit() {
    map.invalidateSize({ animate: false, pan: false });
    map.setMinZoom(0);
    map.setMaxBounds(null);
    map.fitBounds(ground, { paddingTopLeft: [18, 46], paddingBottomRight: [18, 18], animate: false });
    map.setMinZoom(map.getZoom() - 0.5);
    map.setMaxBounds(areas.getBounds().pad(0.15));
    drawLabels();
    drawScale();
  }

  function drawScale() {
    const size = map.getSize();
    const metres = map.distance(map.containerPointToLatLng([0, size.y / 2]), map.containerPointToLatLng([110, size.y / 2]));
    const most = metres / 1000;
    const power = 10 ** Math.floor(Math.log10(most));
    const round = [5, 2, 1].map((step) => step * power).find((step) => step <= most);
    say("scale-text", fill(words().kilometres, { n: figure(round, round < 1 ? 1 : 0) }));
    byId("scale-bar").style.width = Math.round((110 * round) / most) + "px";
  }

  /* ---------------------------------------------------------------- legend */

  function legendRow(sample, text, count) {
    const parts = [sample, node("span", text)];
    if (count !== undefined) parts.push(node("span", figure(count), { class: "count" }));
    return node("li", parts);
  }

  const box = (fillWith) => drawing(26, 15, [["rect", { width: 26, height: 15, fill: fillWith, stroke: "#5b6773" }]]);

  /* ---------------------------------------------------------------- keyboard */

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  /** The nearest municipality in a direction: how far along it, and twice how far aside. */
  function towards(from, [dx, dy]) {
    const start = map.latLngToLayerPoint(DATA.municipalities[from].point);
    let best = null;
    let least = Infinity;
    DATA.municipalities.forEach((m, place) => {
      const at = map.latLngToLayerPoint(m.point);
      const along = (at.x - start.x) * dx + (at.y - start.y) * dy;
      const aside = Math.abs((at.x - start.x) * dy) + Math.abs((at.y - start.y) * dx);
      const far = along + 2 * aside;
      if (place !== from && along > 0 && far < least) [best, least] = [place, far];
    });
    return best;
  }

  function pathOf(place) {
    return layers.get(DATA.municipalities[place].code).getElement();
  }

  /** One of all polygons can be reached with Tab. */
  function setStop(place) {
    DATA.municipalities.forEach((_, other) => pathOf(other).setAttribute("tabindex", other === place ? "0" : "-1"));
  }

  function onKey(event, place) {
    const code = DATA.municipalities[place].code;
    let next = null;
    if (event.key === "Enter" || event.key === " ") choose({ municipality: code });
    else if (event.key === "Escape") choose({ municipality: "" });
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = DATA.municipalities.length - 1;
    else if (Object.hasOwn(ARROWS, event.key)) next = towards(place, ARROWS[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (next !== null) pathOf(next).focus();
  }

  function makeReachable() {
    DATA.municipalities.forEach((m, place) => {
      const layer = layers.get(m.code);
      const path = layer.getElement();
      path.setAttribute("role", "button");
      path.dataset.code = m.code;
      path.addEventListener("keydown", (event) => onKey(event, place));
      path.addEventListener("focus", () => { setStop(place); markChosen(); });
      path.addEventListener("blur", markChosen);
      layer.on("click", () => choose({ municipality: m.code }));
    });
    setStop(Math.max(0, DATA.municipalities.findIndex((m) => m.code === state.municipality)));
  }

  return {
    byId, box, csvCell, drawLabels, drawScale, drawing, features, figure, fill, headRow, inWords, layers, legendRow,
    makeReachable, map, markChosen, node, options, otherLanguage, pane, put, readAddress, refit, say, SVG, words,
    writeAddress,
  };
};
