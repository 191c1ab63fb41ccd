/* One map: areas, outlines, names, view and keyboard.
 *
 * ``map``, ``areas`` and ``borders`` are Leaflet's; ``pick`` takes a place that was chosen; ``tip`` gives the node of
 * an area's tooltip; ``names`` what is written on the map: seat, text (or nothing), weight, and the radius of what
 * stands there, which no name may touch. */
window.mapOn = function ({ kit, map, areas, borders, data: DATA, state, pick, tip, names, chosen }) {
  const { byId, figure, fill, node, say, words } = kit;
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
  const outlines = new Map();
  borders.eachLayer((layer) => outlines.set(layer.feature.properties.code, layer.feature));

  function outline(feature, options) {
    const style = { fill: false, color: "#000000", weight: 3.4, className: "chosen", smoothFactor: 0, ...options };
    return L.geoJSON(feature, { style, pane: "marked", interactive: false });
  }

  /** Outlines of what is chosen (a place, else a region) and of the place that has the focus. */
  function markChosen() {
    marked.clearLayers();
    const feature = features.get(state.municipality) || outlines.get(chosen ? chosen() : "");
    if (feature !== undefined) outline(feature, {}).addTo(marked);
    const focused = document.activeElement;
    for (const [code, layer] of layers) {
      if (layer.getElement() === focused && focused.matches(":focus-visible")) {
        outline(features.get(code), { color: "#b34700", weight: 4.5, dashArray: "2 5" }).addTo(marked);
      }
    }
  }

  /* ---------------------------------------------------------------- names on the map */

  /** Width and height of a name, in a row and with a word below the other; asked of the browser once until the next fit. */
  const sizes = new Map();

  /** All at once: each question makes the browser lay out the page. */
  function measure(texts) {
    const made = texts.map((text) => node("span", text, { class: "map-label" }));
    labelPane.append(...made);
    const ask = () => made.map((label) => [label.offsetWidth, label.offsetHeight]);
    const row = ask();
    for (const label of made) label.classList.add("narrow");
    const narrow = ask();
    texts.forEach((text, at) => sizes.set(text, { row: row[at], narrow: narrow[at] }));
    for (const label of made) label.remove();
  }

  /** Each name goes below its circle, or beside or above it where another one stands there. */
  function drawLabels() {
    labelPane.replaceChildren();
    if (!byId("show-names").checked) return;
    const items = names();
    const taken = items.flatMap(({ seat, size }, own) => (size ? [around(map.latLngToLayerPoint(seat), size, own)] : []));
    const sight = map.getBounds();
    const named = items.flatMap(({ text, seat }, at) => (text === "" || !sight.contains(seat) ? [] : [at]));
    const unknown = [...new Set(named.map((at) => items[at].text))].filter((text) => !sizes.has(text));
    if (unknown.length) measure(unknown);
    for (const at of named.sort((a, b) => items[b].weight - items[a].weight || a - b)) {
      const { text } = items[at];
      const { row, narrow } = sizes.get(text);
      let [spot, look] = [freeSpot(items[at], at, row, taken), "map-label"];
      if (spot === null && text.includes(" ")) {
        // A word below the other, where they have no room in a row.
        [spot, look] = [freeSpot(items[at], at, narrow, taken), "map-label narrow"];
      }
      // Of many names none is cut by the edge of the map, and none stands on another: there is no room for all.
      if (spot === null && items.length <= 20) [spot, look] = [leastCovered(spotsOf(items[at], row), taken, at), "map-label"];
      if (spot === null) continue;
      const label = node("span", text, { class: look, "aria-hidden": "true" });
      labelPane.append(label);
      L.DomUtil.setPosition(label, L.point(spot.left, spot.top).round());
      taken.push(spot);
    }
  }

  const around = (at, size, own) => ({ left: at.x - size, top: at.y - size, right: at.x + size, bottom: at.y + size, own });

  /** Where a name may stand without being cut by the edge of the map, the best place first. */
  function spotsOf({ seat, size }, [width, height]) {
    const at = map.latLngToLayerPoint(seat);
    const gap = (size || 3) + 2;
    const spots = [
      [at.x - width / 2, at.y + gap],
      [at.x - width / 2, at.y - gap - height],
      [at.x + gap + 2, at.y - height / 2],
      [at.x - gap - 2 - width, at.y - height / 2],
      [at.x - width * 0.15, at.y + gap],
      [at.x - width * 0.85, at.y + gap],
    ];
    const { min, max } = map.getPixelBounds();
    const origin = map.getPixelOrigin();
    const [west, east] = [min.x - origin.x + 2, max.x - origin.x - 2 - width];
    // Pushed in from the edge of the map, below and above.
    const inward = Math.min(Math.max(at.x - width / 2, west), east);
    spots.push([inward, at.y + gap], [inward, at.y - gap - height], [inward, at.y + gap + 9], [inward, at.y - gap - 9 - height]);
    const boxes = spots.map(([left, top]) => ({ left, top, right: left + width, bottom: top + height }));
    return boxes.filter((spot) => spot.left >= west && spot.left <= east);
  }

  /** The first of them where nothing else stands; null where there is none. */
  function freeSpot(item, own, size, taken) {
    return spotsOf(item, size).find((spot) => !taken.some((other) => other.own !== own && meets(spot, other))) || null;
  }

  /** The spot of which others cover least; null where there is none. */
  function leastCovered(spots, taken, own) {
    const covered = spots.map((spot) => taken.reduce((sum, other) => sum + (other.own === own ? 0 : common(spot, other)), 0));
    return spots[covered.indexOf(Math.min(...covered))] || null;
  }

  const within = (a, b, c, d) => Math.max(0, Math.min(b, d) - Math.max(a, c));
  const common = (a, b) => within(a.left, a.right, b.left, b.right) * within(a.top, a.bottom, b.top, b.bottom);
  const meets = (a, b) => common(a, b) > 0;

  /* ---------------------------------------------------------------- view of the map */

  /** Room left around what is shown: above for the caption. */
  const [BEFORE, BEHIND] = [L.point(18, 46), L.point(18, 18)];

  /** The view, unless it is there already: a new one draws every area anew. */
  function show(bounds) {
    const zoom = map.getBoundsZoom(bounds, false, BEFORE.add(BEHIND));
    const corners = [bounds.getSouthWest(), bounds.getNorthEast()].map((corner) => map.project(corner, zoom));
    const center = map.unproject(corners[0].add(corners[1]).add(BEHIND).subtract(BEFORE).divideBy(2), zoom);
    const there = map.latLngToContainerPoint(center).distanceTo(map.getSize().divideBy(2)) < 0.5;
    if (zoom !== map.getZoom() || !there) map.setView(center, zoom, { animate: false });
  }

  /** The view of the places asked for, or of all; no farther out than a little around all of them. */
  function refit(codes) {
    const ground = L.latLngBounds([]);
    const every = L.latLngBounds([]);
    for (const [code, layer] of layers) {
      every.extend(layer.getBounds());
      if (codes === undefined || codes.has(code)) ground.extend(layer.getBounds());
    }
    sizes.clear();
    map.invalidateSize({ animate: false, pan: false });
    // While the page is laid out anew a map may have no room at all: nothing fits into it.
    if (map.getSize().x < 80 || map.getSize().y < 120) return;
    map.setMinZoom(0);
    map.setMaxBounds(null);
    show(ground);
    map.setMinZoom(map.getBoundsZoom(every, false, BEFORE.add(BEHIND)) - 0.5);
    // What is in sight is within them, or the map would move.
    map.setMaxBounds(areas.getBounds().pad(0.15).extend(map.getBounds()));
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

  const pathOf = (place) => layers.get(DATA.municipalities[place].code).getElement();

  /** One of all polygons can be reached with Tab. */
  function setStop(place) {
    DATA.municipalities.forEach((_, other) => pathOf(other).setAttribute("tabindex", other === place ? "0" : "-1"));
  }

  function onKey(event, place) {
    let next = null;
    if (event.key === "Enter" || event.key === " ") pick(place);
    else if (event.key === "Escape") pick(null);
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
      layer.on("click", () => pick(place));
    });
    setStop(Math.max(0, DATA.municipalities.findIndex((m) => m.code === state.municipality)));
  }

  return { drawLabels, drawScale, features, layers, makeReachable, map, markChosen, pane, refit };
};
