/* The page in the browser: one geometry and one block of figures, for one run or two of several beside each other.
 *
 * Here stand what can be chosen, the maps with their layers, legend, selectors and print; records are read in
 * figures.js, sentences, panels and the table have files of their own. */
(function () {
  const DATA = JSON.parse(document.getElementById("plan-data").textContent);
  const SEVERAL = DATA.runs.length > 1;
  const REGIONS = DATA.regions.length > 1;

  /* ---------------------------------------------------------------- what can be chosen */

  const positions = (list) => new Map(list.map((item, index) => [item, index]));
  const PLACES = positions(DATA.municipalities.map((m) => m.code));
  const RUNS = positions(DATA.runs.map((run) => run.run));
  const YEARS = positions(DATA.years.map(String));
  const AREAS = positions(DATA.regions.map((region) => region.code));
  const TOPICS = positions([...DATA.topics.map((topic) => topic.key), "*"]);
  const INDICATORS = DATA.indicators.map((indicator) => indicator.key);
  const state = {
    lang: DATA.languages[0],
    a: DATA.runs[0].run,
    b: DATA.runs[SEVERAL ? 1 : 0].run,
    side: SEVERAL ? "both" : "a",
    year: String(DATA.years[DATA.years.length - 1]),
    region: "",
    level: "municipality",
    service: "*",
    indicator: INDICATORS[0],
    municipality: "",
    view: "map",
  };
  /** What the address may say; what offers no choice is not in it. */
  const CHOICES = {
    lang: (value) => DATA.languages.includes(value),
    ...(SEVERAL ? {
      a: (value) => RUNS.has(value),
      b: (value) => RUNS.has(value),
      side: (value) => ["a", "b", "both", "difference"].includes(value),
    } : {}),
    year: (value) => YEARS.has(value),
    ...(REGIONS ? {
      region: (value) => value === "" || AREAS.has(value),
      level: (value) => ["municipality", "region"].includes(value),
    } : {}),
    service: (value) => TOPICS.has(value),
    indicator: (value) => INDICATORS.includes(value),
    municipality: (value) => value === "" || PLACES.has(value),
    view: (value) => value === "map" || value === "table",
  };

  const kit = window.kitOf({ data: DATA, state, choices: CHOICES });
  const figures = window.figuresOf(DATA);
  const { box, byId, drawing, figure, fill, inWords, legendRow, node, options, otherLanguage, readAddress, say, words, writeAddress } = kit;
  const { ALL, MEMBERS, WHOLE, record } = figures;
  const FIRST_REGION = figures.PLACES;

  /** What is chosen, as the positions that the figures are asked by. */
  const at = {
    year: () => YEARS.get(state.year),
    topic: () => TOPICS.get(state.service),
    side: () => state.side,
    level: () => state.level,
    run: (side) => RUNS.get(state[side]),
    paired: () => SEVERAL && ["both", "difference"].includes(state.side),
    runs: () => (at.paired() ? [at.run("a"), at.run("b")] : [at.run(state.side === "b" ? "b" : "a")]),
    regionArea: () => FIRST_REGION + AREAS.get(state.region),
    sumArea: () => (state.region === "" ? WHOLE : at.regionArea()),
    area: () => (state.municipality === "" ? at.sumArea() : PLACES.get(state.municipality)),
    /** Areas of the level, of the chosen region alone. */
    areas: () => allAreas().filter((area) => state.region === "" || area === at.regionArea() || MEMBERS[at.regionArea()].includes(area)),
    services: (topic) => (topic === ALL ? DATA.services.map((_, service) => service) : DATA.topics[topic].services),
  };
  const byPlace = () => state.level === "municipality";
  const allAreas = () => (byPlace() ? DATA.municipalities.map((_, place) => place) : DATA.regions.map((_, region) => FIRST_REGION + region));
  /** The area that a municipality is painted as. */
  const areaOf = (place) => (byPlace() ? place : FIRST_REGION + DATA.municipalities[place].region);

  const names = window.namesOf({ DATA, state, kit, figures, at });
  const writer = window.sentencesOf(DATA, kit, figures);
  const panel = window.panelOf({ DATA, state, kit, figures, names, at, choose });
  const beside = SEVERAL ? window.besideOf({ DATA, state, kit, figures, names, at, choose, panel }) : null;
  const table = window.tableOf({ DATA, state, kit, figures, names, at, beside });
  const isDifference = () => SEVERAL && state.side === "difference";

  /* ---------------------------------------------------------------- the maps */

  const ONLY_ONE = "url(#only-one)";
  const LARGEST = 21;
  const sheets = [];
  /** One map moves the other, or both are set at once: then neither follows, and names wait until both stand. */
  let moving = false;
  let fitting = false;

  /** A map with its layers; ``run`` says whose figures it shows. */
  function addSheet(map, areas, borders, run) {
    const sheet = window.mapOn({
      kit, map, areas, borders, data: DATA, state, pick, tip: (code, kind) => tip(code, kind, run()),
      names: () => namesOn(run(), map), chosen: () => (byPlace() ? "" : state.region),
    });
    sheet.run = run;
    sheet.pane("hatch", 410);
    sheet.pane("flows", 430);
    sheet.pane("circles", 440);
    for (const name of ["hatch", "flows", "circles"]) sheet[name] = L.layerGroup().addTo(map);
    sheets.push(sheet);
    return sheet;
  }

  const first = addSheet(window.map_plan, window.geo_json_areas, window.geo_json_borders, () => at.runs()[0]);

  /** The second map is drawn from the geometry of the first, when it is first asked for, and moves with it. */
  function second() {
    if (sheets.length > 1) return sheets[1];
    const map = L.map("map_second", { ...first.map.options, layers: [], center: first.map.getCenter(), zoom: first.map.getZoom() });
    map.createPane("borders").style.zIndex = 420;
    const [areas, borders] = [window.geo_json_areas, window.geo_json_borders].map((layer) => L.geoJSON(layer.toGeoJSON(false), layer.options).addTo(map));
    const made = addSheet(map, areas, borders, () => at.run("b"));
    const follow = (from, to) => from.on("move", () => {
      if (moving || state.side !== "both") return;
      moving = true;
      to.setView(from.getCenter(), from.getZoom(), { animate: false });
      moving = false;
    });
    follow(first.map, map);
    follow(map, first.map);
    map.on("zoomend", () => { if (!fitting) made.drawLabels(); });
    made.makeReachable();
    return made;
  }

  const shownSheets = () => (SEVERAL && state.side === "both" ? [first, second()] : [first]);

  function tip(code, kind, run) {
    if (kind !== "planned") {
      return node("div", [
        node("strong", inWords(DATA.neighbours[code])),
        node("span", words().neighbour, { class: "soft" }),
      ]);
    }
    const area = areaOf(PLACES.get(code));
    const parts = [node("strong", byPlace() ? names.placeName(area) : names.capital(names.areaName(area))), node("span", describe(run, area))];
    const found = isDifference() ? null : record(run, at.year(), area, at.topic());
    if (state.indicator === "package" && found !== null && found.reason !== "none") {
      parts.push(node("div", names.reason(found), { class: "soft" }));
    }
    return node("div", parts);
  }

  const describe = (run, area) => (isDifference() ? beside.describe(area) : names.describe(run, area));

  function pick(place) {
    if (place === null) choose(state.municipality === "" ? { region: "" } : { municipality: "" });
    else if (byPlace()) choose({ municipality: DATA.municipalities[place].code });
    else choose({ region: DATA.regions[DATA.municipalities[place].region].code });
  }

  function paint(sheet) {
    const run = sheet.run();
    const looks = new Map(allAreas().map((area) => {
      const now = isDifference() ? null : names.classNow(run, area);
      const colour = isDifference() ? beside.fillOf(beside.measured(area)) : now === null ? ONLY_ONE : now.fill;
      return [area, { colour, critical: now !== null && now.critical, told: describe(run, area) }];
    }));
    const indicator = isDifference() ? words().comparison.measures[state.indicator] : words().indicators[state.indicator];
    sheet.hatch.clearLayers();
    for (const [code, layer] of sheet.layers) {
      const place = PLACES.get(code);
      const { colour, critical, told } = looks.get(areaOf(place));
      layer.setStyle({ fillColor: colour, weight: byPlace() ? 0.7 : 0.15 });
      const path = layer.getElement();
      path.classList.toggle("aside", state.region !== "" && byPlace() && !MEMBERS[at.regionArea()].includes(place));
      const name = names.placeName(place) + (byPlace() ? "" : " (" + names.areaName(areaOf(place)) + ")");
      path.setAttribute("aria-label", fill(words().polygon_label, { name, indicator, value: told }));
      path.setAttribute("aria-pressed", String(code === state.municipality));
      if (!critical) continue;
      const style = { stroke: false, fillColor: "url(#hatch)", fillOpacity: 1, className: "hatched", smoothFactor: 0 };
      L.geoJSON(sheet.features.get(code), { style, pane: "hatch", interactive: false }).addTo(sheet.hatch);
    }
  }

  /* ---------------------------------------------------------------- circles, lines, names */

  const SEATS = DATA.regions.map(({ seat }, region) => PLACES.get(seat) ?? MEMBERS[FIRST_REGION + region][0]);
  const seatOf = (area) => DATA.municipalities[area < FIRST_REGION ? area : SEATS[area - FIRST_REGION]].seat;
  const circleStep = () => DATA.circles[state.level][at.topic()];
  /** Two maps have half the room, so that circles are smaller, and so is their key. */
  const largest = () => (state.side === "both" && SEVERAL ? 0.75 * LARGEST : LARGEST);
  const radius = (places) => Math.max(2.5, largest() * Math.sqrt(places / circleStep()));
  const isNew = (found) => found.new_places + found.committed + found.transformed_in > 0;

  function circleOf(run, area) {
    if (isDifference() || !byId("show-places").checked) return 0;
    const found = record(run, at.year(), area, at.topic());
    return found !== null && found.places ? radius(found.places) : 0;
  }

  /** Of the whole country the seats of the regions alone are named, until one looks closer. */
  function namesOn(run, map) {
    const far = byPlace() && DATA.municipalities.length > 60 && map.getZoom() < map.getMinZoom() + 1.2;
    return allAreas().map((area) => {
      const people = record(run, at.year(), area, ALL);
      const name = area < FIRST_REGION ? names.placeName(area) : inWords(DATA.regions[area - FIRST_REGION].name);
      const text = far && !SEATS.includes(area) ? "" : name;
      return { seat: seatOf(area), text, weight: (people && people.residents) || 0, size: circleOf(run, area) };
    });
  }

  /** Lines from host to served municipality, then circles at the seats, the largest first. */
  function drawNetwork(sheet) {
    const run = sheet.run();
    sheet.flows.clearLayers();
    sheet.circles.clearLayers();
    if (isDifference() || figures.blockOf(run, at.year()) === null) return;
    if (byId("show-flows").checked) drawFlows(sheet, journeys(run));
    if (!byId("show-places").checked) return;
    const standing = allAreas().map((area) => ({ seat: seatOf(area), found: record(run, at.year(), area, at.topic()) }));
    const circles = standing.filter(({ found }) => found !== null && found.places > 0);
    circles.sort((a, b) => b.found.places - a.found.places);
    for (const { seat, found } of circles) {
      L.circleMarker(seat, {
        radius: radius(found.places),
        pane: "circles",
        interactive: false,
        className: "facility",
        color: "#18222d",
        weight: 1.3,
        fillColor: isNew(found) ? "#ffd54a" : "#ffffff",
        fillOpacity: 0.92,
      }).addTo(sheet.circles);
    }
  }

  /** Pairs of host and served area, each once, for the chosen topic or all. */
  function journeys(run) {
    const pairs = new Map();
    const block = figures.blockOf(run, at.year());
    for (const service of at.services(at.topic())) {
      for (const { home, host } of block.journeys[service]) {
        if (host >= FIRST_REGION || areaOf(host) === areaOf(home)) continue;
        const pair = [areaOf(host), areaOf(home)];
        pairs.set(pair.join(">"), pair);
      }
    }
    return pairs.values();
  }

  /** How lines look, those on top last: of what is not chosen, of many, of one service, of what is chosen. */
  const LINES = {
    aside: { weight: 1, opacity: 0.3 },
    quiet: { weight: 1, opacity: 0.55, ends: true },
    plain: { weight: 1.4, opacity: 0.95, ends: true, halo: true },
    near: { weight: 2.2, opacity: 0.95, ends: true, halo: true },
  };

  /** Lines that look the same are one path: the country has hundreds. */
  function drawFlows(sheet, pairs) {
    const chosen = byPlace() ? (state.municipality === "" ? null : at.area()) : state.region === "" ? null : at.regionArea();
    const lines = Object.fromEntries(Object.keys(LINES).map((look) => [look, { strokes: new Map(), dots: [] }]));
    for (const [host, area] of pairs) {
      const near = chosen === host || chosen === area;
      const look = near ? "near" : chosen !== null ? "aside" : state.service === "*" ? "quiet" : "plain";
      // Two that serve each other have one line, for the dashes of two would fill each other's gaps.
      lines[look].strokes.set(`${Math.min(host, area)}-${Math.max(host, area)}`, [seatOf(host), seatOf(area)]);
      // A line of no length with round ends is a dot.
      lines[look].dots.push([seatOf(area), seatOf(area)]);
    }
    const common = { pane: "flows", interactive: false, className: "flow", color: "#18222d", noClip: true, smoothFactor: 0 };
    for (const [look, { weight, opacity, ends, halo }] of Object.entries(LINES)) {
      const { strokes, dots } = lines[look];
      if (dots.length === 0) continue;
      const drawn = [...strokes.values()];
      if (halo) L.polyline(drawn, { ...common, color: "#ffffff", weight: 3.2, opacity: 0.4 }).addTo(sheet.flows);
      L.polyline(drawn, { ...common, weight, opacity, dashArray: "5 4" }).addTo(sheet.flows);
      if (ends) L.polyline(dots, { ...common, weight: 5.2, opacity: 1 }).addTo(sheet.flows);
    }
  }

  /* ---------------------------------------------------------------- legend */

  function drawLegend() {
    const counted = byPlace() ? words().legend_count : words().legend_count_regions;
    if (isDifference()) {
      const { title, note, items } = beside.legend(at.areas());
      byId("legend").replaceChildren(
        node("h2", title), node("p", note, { class: "soft" }), node("p", counted, { class: "count-title" }), node("ul", items), linesLegend(),
      );
      return;
    }
    const found = at.runs().map((run) => at.areas().map((area) => names.classNow(run, area)));
    const counts = (wanted) => found.map((of) => of.filter(wanted).length);
    const scale = figures.scaleOf(names.indicatorNow(), at.topic() === ALL, !byPlace(), at.topic() !== ALL && DATA.topics[at.topic()].single);
    const rows = DATA.scales[scale].classes.map((item, position) => (
      legendRow(box(item.fill), inWords(item.label), ...counts((now) => now !== null && now.position === position))
    ));
    if (found.some((of) => of.includes(null))) rows.push(legendRow(box(ONLY_ONE), words().not_planned, ...counts((now) => now === null)));
    if (names.indicatorNow().hatched && scale !== "of_group" && byPlace()) {
      const text = fill(words().legend_critical, { n: figure(DATA.critical.cases) });
      rows.push(legendRow(box("url(#hatch)"), text, ...counts((now) => now !== null && now.critical)));
    }
    const letters = at.paired() ? " (" + at.runs().map(beside.letterOf).join(", ") + ")" : "";
    byId("legend").replaceChildren(
      node("h2", words().headings[state.indicator]),
      node("p", counted + letters, { class: "count-title" }),
      node("ul", rows),
      networkLegend(),
      linesLegend(),
    );
  }

  function networkLegend() {
    const dot = (fillWith) => drawing(26, 15, [["circle", { cx: 13, cy: 7.5, r: 6, fill: fillWith, stroke: "#18222d", "stroke-width": 1.3 }]]);
    const line = ["line", { x1: 0, y1: 7.5, x2: 26, y2: 7.5, stroke: "#18222d", "stroke-width": 1.4, "stroke-dasharray": "5 4" }];
    return node("ul", [
      legendRow(dot("#ffffff"), words().legend_places),
      legendRow(dot("#ffd54a"), words().legend_new),
      node("li", circleKey(), { class: "circles" }),
      legendRow(drawing(26, 15, [line]), byPlace() ? words().legend_flow : words().legend_flow_regions),
    ]);
  }

  function circleKey() {
    const most = circleStep();
    return [most / 10, (most * 2) / 5, most].map((places) => {
      const r = radius(places);
      const circle = ["circle", { cx: r + 1, cy: r + 1, r, fill: "#ffffff", stroke: "#18222d", "stroke-width": 1.2 }];
      return node("span", [drawing(2 * r + 2, 2 * r + 2, [circle]), figure(places)]);
    });
  }

  function linesLegend() {
    const line = (width, color) => drawing(26, 15, [["line", { x1: 0, y1: 7.5, x2: 26, y2: 7.5, stroke: color, "stroke-width": width }]]);
    return node("ul", [
      legendRow(line(2.6, "#1b2733"), words().legend_region),
      ...(byPlace() ? [legendRow(line(1, "#5b6773"), words().legend_municipality)] : []),
      legendRow(box("#d6dade"), words().legend_neighbour),
    ]);
  }

  /* ---------------------------------------------------------------- header, selectors, footer */

  const runTitle = (run) => inWords(DATA.runs[run].about).title;

  function drawShell() {
    const said = words();
    const runs = at.runs();
    const about = inWords(DATA.runs[runs[0]].about);
    document.documentElement.lang = state.lang;
    const titles = runs.map((run) => (SEVERAL ? names.runName(run) : runTitle(run)));
    document.title = said.title + " · " + titles.join(" / ");
    const service = names.topicName(at.topic());
    const year = fill(said.year_of, { year: state.year });
    say("title", said.title);
    say("subtitle", [service, year, names.areaName(at.sumArea()), titles.join(" / ")].join(" · "));
    say("badge", said.badge);
    say("view-button", state.view === "map" ? said.show_table : said.show_map);
    say("print-button", said.print);
    say("language-button", said.other_language);
    byId("language-button").lang = otherLanguage();
    const labelled = ["year", "indicator", "service", "municipality", "search", ...(REGIONS ? ["region", "level"] : []), ...(SEVERAL ? ["side"] : [])];
    for (const name of labelled) say(name + "-label", said[name]);
    say("show-legend", said.show);
    for (const name of ["names", "places", "flows"]) say("show-" + name + "-label", said["show_" + name]);
    for (const name of ["in", "out", "fit"]) {
      byId("zoom-" + name).setAttribute("aria-label", said["zoom_" + name]);
      byId("zoom-" + name).title = said["zoom_" + name];
    }
    say("north-text", said.north);
    drawSentence();
    drawCaptions(service);
    const footer = [...new Set(runs.flatMap((run) => inWords(DATA.runs[run].about).footer.map((line) => (SEVERAL ? footerOf(run, line) : line))))];
    say("footer", footer.join(" · "));
    say("disclaimer", about.disclaimer);
    byId("controls").setAttribute("aria-label", said.controls);
    byId("panel").setAttribute("aria-label", said.panel);
    byId("table-view").setAttribute("aria-label", said.show_table);
    byId("table-view").setAttribute("role", "region");
    drawSelectors();
  }

  /** A line of the footer that both runs share stands once, another one behind the letter of its run. */
  function footerOf(run, line) {
    const every = at.runs().every((other) => inWords(DATA.runs[other].about).footer.includes(line));
    return every ? line : beside.letterOf(run) + ": " + line;
  }

  function drawSentence() {
    const area = at.sumArea();
    const year = fill(words().year_of, { year: state.year });
    const when = area === WHOLE ? year : year + ", " + names.areaName(area);
    const told = (run) => fill(words().sentence_of, { when, sentence: writer.sentence(run, at.year(), state.indicator, at.topic(), area) || words().not_planned });
    const lines = isDifference()
      ? [node("span", beside.sentence(area))]
      : at.runs().map((run) => node("span", SEVERAL ? [node("strong", beside.letterOf(run) + " – "), told(run)] : told(run)));
    byId("sentence").replaceChildren(...lines);
  }

  function drawCaptions(service) {
    const values = { indicator: words().indicators[state.indicator], service, year: state.year };
    const pair = state.side === "both" && SEVERAL;
    const one = SEVERAL ? names.runName(at.runs()[0]) : fill(words().caption, values);
    const difference = SEVERAL ? { ...beside.letters(), measure: words().comparison.measures[state.indicator], topic: service, year: state.year } : {};
    say("caption", isDifference() ? fill(words().comparison.caption, difference) : one);
    say("caption-second", pair ? names.runName(at.run("b")) : "");
    byId("caption-second").hidden = !pair;
    byId("map_second").hidden = !pair;
    byId("stage").classList.toggle("paired", pair);
  }

  function drawSelectors() {
    const said = words();
    if (SEVERAL) {
      const runs = DATA.runs.map((run, place) => [run.run, names.runName(place)]);
      for (const side of ["a", "b"]) {
        say(side + "-label", said.comparison[side + "_label"]);
        options(side + "-select", runs, state[side]);
      }
      byId("swap-button").setAttribute("aria-label", said.comparison.swap);
      byId("swap-button").title = said.comparison.swap;
      const { a, b } = beside.letters();
      drawRadios("side", [["a", a], ["b", b], ["both", a + " | " + b], ["difference", said.comparison.difference]]);
    }
    options("indicator-select", INDICATORS.map((key) => [key, said.indicators[key]]), state.indicator);
    drawServices();
    drawYear();
    if (REGIONS) {
      const regions = DATA.regions.map(({ code, name }) => [code, inWords(name)]);
      regions.sort((a, b) => a[1].localeCompare(b[1], state.lang));
      options("region-select", [["", said.whole_territory], ...regions], state.region);
      drawRadios("level", [["municipality", said.levels.municipality], ["region", said.levels.region]]);
    }
    drawPlaces();
  }

  let placesFor = "";

  /** Municipalities to choose from and to search for: made anew where region or language changed. */
  function drawPlaces() {
    const said = words();
    if (placesFor !== state.region + state.lang) {
      placesFor = state.region + state.lang;
      const inside = MEMBERS[at.sumArea()].map((place) => [DATA.municipalities[place].code, names.placeName(place)]);
      inside.sort((a, b) => a[1].localeCompare(b[1], state.lang));
      options("municipality-select", [["", state.region === "" ? said.whole_territory : said.whole_region], ...inside], state.municipality);
      const every = [...new Set([...DATA.municipalities, ...(REGIONS ? DATA.regions : [])].map(({ name }) => inWords(name)))];
      byId("search-list").replaceChildren(...every.map((value) => node("option", undefined, { value })));
    }
    byId("municipality-select").value = state.municipality;
  }

  /** Needs by the level that plans them; a group of several services stands before its services. */
  function drawServices() {
    const said = words();
    const level = (topic) => (topic.services.every((service) => DATA.services[service].level === "regional") ? "regional" : "municipal");
    const option = (topic, place) => node("option", (topic.single ? said.within_group : "") + names.topicName(place), { value: topic.key });
    const groups = ["municipal", "regional"].map((wanted) => {
      const own = DATA.topics.flatMap((topic, place) => {
        const group = DATA.topics.find((one) => one.key === topic.group);
        return level(group) === wanted && at.runs().some((run) => figures.asks(run, place)) ? [option(topic, place)] : [];
      });
      return own.length ? [node("optgroup", own, { label: said.service_levels[wanted] })] : [];
    });
    byId("service-select").replaceChildren(node("option", said.all_services, { value: "*" }), ...groups.flat());
    byId("service-select").value = state.service;
  }

  /** A row of choices, made once, so that the arrow keys keep their place. */
  function drawRadios(name, items) {
    const choices = byId(name + "-choices");
    if (choices.children.length === 0) {
      for (const [value] of items) {
        const input = node("input", undefined, { type: "radio", name, value });
        input.addEventListener("change", () => choose({ [name]: value }));
        choices.append(node("label", [input, node("span")]));
      }
    }
    items.forEach(([value, text], place) => {
      const [input, span] = choices.children[place].children;
      input.checked = value === state[name];
      span.textContent = text;
    });
  }

  function drawYear() {
    const slider = byId("year-slider");
    slider.max = String(DATA.years.length - 1);
    slider.value = String(at.year());
    slider.setAttribute("aria-valuetext", fill(words().year_of, { year: state.year }));
    byId("year-ticks").replaceChildren(...DATA.years.map((year) => node("span", String(year), { class: String(year) === state.year ? "now" : "" })));
    byId("years").hidden = DATA.years.length < 2;
  }

  /* ---------------------------------------------------------------- search */

  const plain = (text) => text.toLocaleLowerCase().trim();

  /** The municipality or region that a name, part of a name or code means; in either language. */
  function search(text) {
    const asked = plain(text);
    if (asked === "") return null;
    const items = [
      ...DATA.municipalities.map((m) => [{ municipality: m.code }, m]),
      ...(REGIONS ? DATA.regions.map((region) => [{ region: region.code, municipality: "" }, region]) : []),
    ].map(([change, { code, name }]) => [change, [code, ...Object.values(name)].map(plain)]);
    const ways = [(called) => called === asked, (called) => called.startsWith(asked), (called) => called.includes(asked)];
    for (const way of ways) {
      const found = items.find(([, called]) => called.some(way));
      if (found !== undefined) return found[0];
    }
    return null;
  }

  function runSearch() {
    const field = byId("search");
    const found = search(field.value);
    say("search-said", found === null && plain(field.value) !== "" ? words().search_nothing : "");
    if (found === null) return;
    field.value = "";
    choose(found);
  }

  /* ---------------------------------------------------------------- all together */

  function choose(change) {
    const before = { ...state };
    Object.assign(state, change);
    settle();
    draw(before.region !== state.region || before.side !== state.side || before.view !== state.view);
  }

  /** A municipality lies in the chosen region; at the level of regions none is chosen. */
  function settle() {
    if (!SEVERAL) Object.assign(state, { side: "a", b: state.a });
    if (!byPlace()) state.municipality = "";
    if (state.municipality === "" || state.region === "") return;
    const own = DATA.regions[DATA.municipalities[PLACES.get(state.municipality)].region].code;
    if (own !== state.region) state.region = own;
  }

  /** The view of what is chosen; the second map, if there is none yet, is made in it. */
  function fit() {
    const codes = state.region === "" || !byPlace() ? undefined : new Set(MEMBERS[at.regionArea()].map((place) => DATA.municipalities[place].code));
    moving = fitting = true;
    first.refit(codes);
    for (const sheet of shownSheets().slice(1)) sheet.refit(codes);
    moving = fitting = false;
  }

  /** ``anew``: the map shows another part, or has other room. */
  function draw(anew) {
    // First, for it makes the browser lay out what has changed.
    writeAddress();
    const asTable = state.view === "table";
    byId("stage").hidden = asTable;
    byId("table-view").hidden = !asTable;
    document.documentElement.classList.toggle("as-table", asTable);
    byId("body").classList.toggle("comparison", at.paired());
    drawShell();
    drawLegend();
    if (at.paired()) beside.draw();
    else panel.draw(at.runs()[0]);
    if (asTable) table.draw();
    else {
      if (anew) fit();
      drawMaps();
    }
  }

  /** The map in the room that it has now. */
  function refit() {
    if (state.view !== "map") return;
    fit();
    for (const sheet of shownSheets()) sheet.drawLabels();
    first.drawScale();
  }

  function drawMaps() {
    for (const sheet of shownSheets()) {
      const caption = byId(sheet === first ? "caption" : "caption-second").textContent;
      sheet.map.getContainer().setAttribute("role", "group");
      sheet.map.getContainer().setAttribute("aria-label", words().map_label + (SEVERAL ? " " + caption : ""));
      paint(sheet);
      drawNetwork(sheet);
      sheet.markChosen();
      sheet.drawLabels();
    }
    first.drawScale();
  }

  /* ---------------------------------------------------------------- print */

  let before = null;
  const LEAST_ZOOM = 0.4;

  /** The page gets the size of the paper, figures of one run go below the legend, the maps are fitted. */
  function startPrint() {
    if (before !== null) return;
    before = { center: first.map.getCenter(), zoom: first.map.getZoom() };
    document.documentElement.classList.add("printing");
    document.documentElement.classList.toggle("comparing", at.paired());
    if (at.paired()) startAppendix();
    else byId("controls").append(byId("figures"));
    if (state.view === "map") refit();
    else fitTable();
    fitPanel();
  }

  /** Beside the map stands what was asked and what came out; all other tables of two runs follow on further pages. */
  function startAppendix() {
    byId("appendix").append(...[...byId("sheet").querySelectorAll("section:not(#figures):not(#inputs)")]);
    const room = byId("paper").clientHeight - document.querySelector(".top").offsetHeight - document.querySelector("footer").offsetHeight;
    byId("body").style.height = room + "px";
  }

  /** The panel's content is made smaller until the paper holds it: rather small than cut off. */
  function fitPanel() {
    const aside = byId("panel");
    const sheet = byId("sheet");
    for (let zoom = 1; zoom >= LEAST_ZOOM; zoom -= 0.04) {
      sheet.style.zoom = String(Math.round(zoom * 100) / 100);
      if (aside.scrollHeight <= aside.clientHeight) return;
    }
  }

  /** A table wider than the paper is made smaller, so that no column is cut off. */
  function fitTable() {
    const grid = byId("table");
    const room = byId("table-view").clientWidth;
    if (grid.offsetWidth > room) grid.style.zoom = String(Math.floor((1000 * room) / grid.offsetWidth) / 1000);
  }

  function endPrint() {
    if (before === null) return;
    if (state.view === "table") byId("table").style.zoom = "";
    document.documentElement.classList.remove("printing", "comparing");
    byId("body").style.height = "";
    byId("appendix").replaceChildren();
    byId("sheet").style.zoom = "";
    byId("controls").querySelector("#figures")?.remove();
    if (at.paired()) beside.draw();
    else panel.draw(at.runs()[0]);
    const { center, zoom } = before;
    before = null;
    if (state.view !== "map") return;
    refit();
    for (const { map } of shownSheets()) map.setView(center, zoom, { animate: false });
  }

  /* ---------------------------------------------------------------- start */

  function listen() {
    const selects = ["indicator", "service", "municipality", ...(REGIONS ? ["region"] : []), ...(SEVERAL ? ["a", "b"] : [])];
    for (const name of selects) {
      byId(name + "-select").addEventListener("change", (event) => {
        // Of another region no municipality is chosen.
        choose({ [name]: event.target.value, ...(name === "region" ? { municipality: "" } : {}) });
      });
    }
    byId("year-slider").addEventListener("input", (event) => choose({ year: String(DATA.years[Number(event.target.value)]) }));
    byId("search").addEventListener("change", runSearch);
    byId("search").addEventListener("keydown", (event) => { if (event.key === "Enter") runSearch(); });
    for (const name of ["names", "places", "flows"]) byId("show-" + name).addEventListener("change", drawMaps);
    byId("language-button").addEventListener("click", () => choose({ lang: otherLanguage() }));
    if (SEVERAL) byId("swap-button").addEventListener("click", () => choose({ a: state.b, b: state.a }));
    byId("view-button").addEventListener("click", () => choose({ view: state.view === "map" ? "table" : "map" }));
    byId("print-button").addEventListener("click", () => window.print());
    byId("zoom-in").addEventListener("click", () => first.map.zoomIn());
    byId("zoom-out").addEventListener("click", () => first.map.zoomOut());
    byId("zoom-fit").addEventListener("click", refit);
    first.map.on("zoomend", () => { if (!fitting) { first.drawLabels(); first.drawScale(); } });
    window.addEventListener("resize", () => { if (before === null) refit(); });
    window.addEventListener("beforeprint", startPrint);
    window.addEventListener("afterprint", endPrint);
    window.addEventListener("hashchange", () => {
      readAddress();
      settle();
      draw(true);
    });
  }

  /** What the other scenarios and years say is counted while nobody waits, the year in sight first. */
  function prepare() {
    const years = [at.year(), ...YEARS.values()];
    const ahead = years.flatMap((year) => [...RUNS.values()].flatMap((run) => [...PLACES.values()].map((place) => [run, year, place])));
    let next = 0;
    const some = (idle) => {
      for (; next < ahead.length && idle.timeRemaining() > 2; next += 1) record(...ahead[next], ALL);
      if (next < ahead.length) window.requestIdleCallback(some);
    };
    // A browser without it (Safari) counts when it is asked.
    window.requestIdleCallback?.(some);
  }

  readAddress();
  settle();
  // What offers no choice is not there.
  for (const name of SEVERAL ? [] : ["sides", "a-choice", "b-choice"]) byId(name).remove();
  for (const name of REGIONS ? [] : ["levels", "region-choice"]) byId(name).remove();
  draw(true);
  first.makeReachable();
  listen();
  document.documentElement.dataset.drawn = String(Math.round(performance.now()));
  prepare();
})();
