/* The map of what is equal in all plans: where a service stands in all, most, some or none of them.
 *
 * Classes and sentences come ready from the data; the kit draws what every page shares. */
(function () {
  const DATA = JSON.parse(document.getElementById("plan-data").textContent);
  const PLACES = new Map(DATA.municipalities.map((m, at) => [m.code, at]));
  const SERVICES = new Map(DATA.services.map((s, at) => [s.code, at]));
  const state = { lang: DATA.languages[0], service: DATA.services.length ? DATA.services[0].code : "", municipality: "" };
  const CHOICES = {
    lang: (value) => DATA.languages.includes(value),
    service: (value) => SERVICES.has(value),
    municipality: (value) => value === "" || PLACES.has(value),
  };
  const kit = window.kitOf({ data: DATA, state, choices: CHOICES });
  const { byId, box, fill, headRow, inWords, legendRow, list, node, options, otherLanguage, readAddress, say, words, writeAddress } = kit;
  const { drawLabels, drawScale, layers, makeReachable, map, markChosen, refit } = window.mapOn({
    kit,
    map: window.map_plan,
    areas: window.geo_json_areas,
    borders: window.geo_json_borders,
    data: DATA,
    state,
    pick: (place) => choose({ municipality: place === null ? "" : DATA.municipalities[place].code }),
    tip: (code, kind) => tip(code, kind),
    names: () => DATA.municipalities.map((m, place) => ({
      seat: m.seat, text: inWords(m.name) + " " + ofAll(cellOf(state.service, place)[1]), weight: -place, size: 0,
    })),
  });

  const NOWHERE = [DATA.stands.length - 1, 0, 0, 0, 0, 0, 0];
  const cellOf = (service, place) => (SERVICES.has(service) ? DATA.cells[SERVICES.get(service)][place] : NOWHERE);
  const ofAll = (count) => fill(words().of, { n: count, all: DATA.runs });
  const serviceName = () => (SERVICES.has(state.service) ? inWords(DATA.services[SERVICES.get(state.service)].name) : "");

  /* ---------------------------------------------------------------- map */

  function describe(place) {
    const cell = cellOf(state.service, place);
    return words()[DATA.stands[cell[0]]] + ", " + ofAll(cell[1]);
  }

  function tip(code, kind) {
    if (kind === "planned") {
      const place = PLACES.get(code);
      return node("div", [node("strong", inWords(DATA.municipalities[place].name)), node("span", describe(place))]);
    }
    return node("div", [node("strong", inWords(DATA.neighbours[code])), node("span", words().neighbour, { class: "soft" })]);
  }

  function paint() {
    for (const [code, layer] of layers) {
      const place = PLACES.get(code);
      layer.setStyle({ fillColor: DATA.fills[cellOf(state.service, place)[0]] });
      const path = layer.getElement();
      path.setAttribute("aria-label", inWords(DATA.municipalities[place].name) + ": " + describe(place));
      path.setAttribute("aria-pressed", String(code === state.municipality));
    }
    markChosen();
  }

  /* ---------------------------------------------------------------- around the map */

  function drawLegend() {
    const classes = DATA.municipalities.map((_, place) => cellOf(state.service, place)[0]);
    const count = (at) => classes.filter((found) => found === at).length;
    const rows = DATA.stands.map((name, at) => legendRow(box(DATA.fills[at]), words()[name], count(at)));
    byId("legend").replaceChildren(
      node("h2", words().legend),
      node("p", words().count, { class: "count-title" }),
      node("ul", rows),
    );
  }

  function table(first, rows) {
    const head = headRow([first, words().stands, words().decision, words().places, words().today], (at) => at === 2);
    const body = rows.map(([name, cell, now]) => {
      const most = cell[5] === cell[6] ? String(cell[5]) : cell[5] + "–" + cell[6];
      const decided = cell[3] === 0 ? words().absent : words()[DATA.decisions[cell[2]]] + " (" + ofAll(cell[3]) + ")";
      const figures = [ofAll(cell[1]), decided, most, String(cell[4])];
      const cells = figures.map((text, at) => node("td", text, at === 1 ? { class: "words" } : {}));
      return node("tr", [node("th", name, { scope: "row" }), ...cells], now ? { class: "now" } : {});
    });
    return node("table", [head, node("tbody", body)]);
  }

  function drawPanel() {
    const place = PLACES.get(state.municipality);
    if (place === undefined) {
      const rows = DATA.municipalities.map((m, at) => [inWords(m.name), cellOf(state.service, at), false]);
      byId("panel").replaceChildren(
        node("h2", serviceName()), table(words().municipality, rows),
        node("h3", words().title), list(DATA.sentences[state.lang]),
        node("h3", words().plans), list(DATA.plans.map(inWords)),
      );
      return;
    }
    const rows = DATA.services.map((s) => [inWords(s.name), cellOf(s.code, place), s.code === state.service]);
    const here = rows.filter(([, cell, now]) => cell[1] > 0 || cell[4] > 0 || now);
    byId("panel").replaceChildren(node("h2", inWords(DATA.municipalities[place].name)), table(words().service, here));
  }

  function drawShell() {
    document.documentElement.lang = state.lang;
    document.title = words().title;
    for (const id of ["title", "badge"]) say(id, words()[id]);
    say("subtitle", fill(words().about, { year: DATA.year, plans: DATA.runs }));
    say("sentence", DATA.sentences[state.lang][0]);
    for (const id of ["service", "municipality"]) say(id + "-label", words()[id]);
    say("show-legend", words().show);
    say("show-names-label", words().show_names);
    say("print-button", words().print);
    say("language-button", words().other_language);
    byId("language-button").setAttribute("lang", otherLanguage());
    say("north-text", words().north);
    options("service-select", DATA.services.map((s) => [s.code, inWords(s.name)]), state.service);
    const places = DATA.municipalities.map((m) => [m.code, inWords(m.name)]);
    options("municipality-select", [["", words().whole], ...places], state.municipality);
    for (const id of ["controls", "panel"]) byId(id).setAttribute("aria-label", words()[id]);
    map.getContainer().setAttribute("aria-label", words().map);
    map.getContainer().setAttribute("role", "group");
    for (const id of ["zoom-in", "zoom-out", "zoom-fit"]) byId(id).setAttribute("aria-label", words()[id.replace("-", "_")]);
    say("caption", serviceName());
    say("footer", fill(DATA.boundaries.status === "schematic" ? words().schematic : words().supplied, DATA.boundaries));
    say("disclaimer", words().norms);
  }

  /* ---------------------------------------------------------------- all together */

  function choose(change) {
    Object.assign(state, change);
    draw();
  }

  function draw() {
    drawShell();
    drawLegend();
    drawPanel();
    paint();
    drawLabels();
    drawScale();
    writeAddress();
  }

  function print(on) {
    document.documentElement.classList.toggle("printing", on);
    refit();
  }

  function listen() {
    for (const name of ["service", "municipality"]) {
      byId(name + "-select").addEventListener("change", (event) => choose({ [name]: event.target.value }));
    }
    byId("show-names").addEventListener("change", drawLabels);
    byId("language-button").addEventListener("click", () => { choose({ lang: otherLanguage() }); refit(); });
    byId("print-button").addEventListener("click", () => window.print());
    byId("zoom-in").addEventListener("click", () => map.zoomIn());
    byId("zoom-out").addEventListener("click", () => map.zoomOut());
    byId("zoom-fit").addEventListener("click", () => refit());
    map.on("zoomend", () => { drawLabels(); drawScale(); });
    window.addEventListener("resize", () => refit());
    window.addEventListener("beforeprint", () => print(true));
    window.addEventListener("afterprint", () => print(false));
    window.addEventListener("hashchange", () => { readAddress(); draw(); });
  }

  readAddress();
  draw();
  refit();
  makeReachable();
  listen();
  document.documentElement.dataset.drawn = String(Math.round(performance.now()));
})();
