/* The page in the browser: paints one geometry from one table of values.
 *
 * Names and figures of the plan are text, never markup: they are written with textContent
 * into nodes made here. Classes, rates and sentences come ready from the data. */
(function () {
  "use strict";

  const DATA = JSON.parse(document.getElementById("plan-data").textContent);
  const ALL = "*";

  /* ---------------------------------------------------------------- what can be chosen */

  const positions = (list) => new Map(list.map((item, index) => [item, index]));
  const PLACES = positions(DATA.municipalities.map((m) => m.code));
  const YEARS = positions(DATA.years.map(String));
  const TOPICS = positions([...DATA.topics.map((topic) => topic.key), ALL]);
  const SERVICES = positions(DATA.services.map((s) => s.code));
  /** Positions of the services of each topic; all of them for the last. */
  const MEMBERS = [...DATA.topics.map((topic) => topic.services), DATA.services.map((s) => s.code)].map(
    (codes) => new Set(codes.map((code) => SERVICES.get(code))),
  );
  const COLUMNS = positions(DATA.columns);
  const state = {
    lang: DATA.languages[0],
    year: String(DATA.years[DATA.years.length - 1]),
    service: ALL,
    indicator: DATA.indicators[0],
    municipality: "",
    view: "map",
  };
  const CHOICES = {
    lang: (value) => DATA.languages.includes(value),
    year: (value) => YEARS.has(value),
    service: (value) => TOPICS.has(value),
    indicator: (value) => DATA.indicators.includes(value),
    municipality: (value) => value === "" || PLACES.has(value),
    view: (value) => value === "map" || value === "table",
  };

  const {
    byId, box, csvCell, drawLabels, drawScale, drawing, features, figure, fill, headRow, inWords, layers, legendRow,
    makeReachable, map, markChosen, node, options, otherLanguage, pane, readAddress, refit, say, SVG, words, writeAddress,
  } = window.mapKit({
    data: DATA,
    state,
    choices: CHOICES,
    choose: (change) => choose(change),
    tip: (code, kind) => tip(code, kind),
    circle: (place) => circleOf(place),
    residents: (place) => DATA.municipalities[place].residents[yearAt()] || 0,
  });

  /* ---------------------------------------------------------------- words and figures */

  const yearAt = () => YEARS.get(state.year);
  const topicAt = () => TOPICS.get(state.service);
  const placeAt = () => (state.municipality === "" ? DATA.municipalities.length : PLACES.get(state.municipality));
  const viewNow = () => DATA.views[yearAt()][state.indicator][topicAt()];
  const nameOfPlace = (code) => (PLACES.has(code) ? inWords(DATA.municipalities[PLACES.get(code)].name) : code);
  const nameOfService = (code) => inWords(DATA.services[SERVICES.get(code)].short);

  /** Name of a need group or service; an old type says how long it is financed. */
  function nameOfTopic(key, kind = "short") {
    if (key === ALL) return words().all_services;
    const topic = DATA.topics[TOPICS.get(key)];
    const until = topic.single ? DATA.services[SERVICES.get(topic.services[0])].until : null;
    const name = inWords(topic[kind]);
    return until === null ? name : fill(words().old_until, { name, year: until });
  }

  /** One figure of a record, by the name of its column. */
  function get(record, column) {
    return record[COLUMNS.get(column)];
  }

  const recordOf = (place, topic, year = yearAt()) => DATA.rows[DATA.records[year][place][topic]];
  /** A word of a record, which holds its position only; null where there is none. */
  const wordAt = (record, column) => (get(record, column) === null ? null : DATA.words[get(record, column)]);
  const isNew = (record) => get(record, "new_places") + get(record, "committed") + get(record, "transformed_in") > 0;

  /** The value of the chosen indicator in words; null where there is none. */
  function valueInWords(record) {
    const units = words().units;
    if (state.indicator === "package") {
      if (get(record, "required") === null) return null;
      return fill(units.package, { n: figure(get(record, "achieved")), all: figure(get(record, "required")) });
    }
    const value = get(record, state.indicator);
    return value === null ? null : fill(units[state.indicator], { n: figure(value, 1) });
  }

  function classOf(place) {
    const view = viewNow();
    return DATA.scales[view.scale][Number(view.classes[place])];
  }

  function describe(place) {
    const label = inWords(classOf(place).label);
    const value = valueInWords(recordOf(place, topicAt()));
    const said = value === null ? label : fill(words().counted_one, { value, label });
    return viewNow().critical.includes(place) ? said + ", " + words().critical : said;
  }

  /** Why the package of a record is whole or not. */
  function reasonOf(record) {
    let reason = wordAt(record, "reason");
    const nameOf = reason.startsWith("services") ? (code) => nameOfService(code) : nameOfPlace;
    if (reason === "municipalities_short" && get(record, "lacking").length > 5) reason = "municipalities_many";
    if (reason === "regional_ok" && get(record, "nearest_min") === 0) reason = "regional_ok_here";
    return fill(words().reasons[reason], {
      achieved: figure(get(record, "achieved")),
      required: figure(get(record, "required")),
      missing: figure(get(record, "missing")),
      nearest: figure(get(record, "nearest_min")),
      limit: figure(get(record, "limit")),
      names: get(record, "lacking").map(nameOf).join(", "),
    });
  }

  /* ---------------------------------------------------------------- the map's layers */

  const hatch = L.layerGroup().addTo(map);
  const flows = L.layerGroup().addTo(map);
  const circles = L.layerGroup().addTo(map);
  const LARGEST = 21;

  pane("hatch", 410);
  pane("flows", 430);
  pane("circles", 440);
  function tip(code, kind) {
    if (kind !== "planned") {
      return node("div", [
        node("strong", inWords(DATA.neighbours[code])),
        node("span", words().neighbour, { class: "soft" }),
      ]);
    }
    const place = PLACES.get(code);
    const record = recordOf(place, topicAt());
    const parts = [node("strong", nameOfPlace(code)), node("span", describe(place))];
    if (state.indicator === "package" && wordAt(record, "reason") !== "none") {
      parts.push(node("div", reasonOf(record), { class: "soft" }));
    }
    return node("div", parts);
  }

  function paint() {
    const view = viewNow();
    for (const [code, layer] of layers) {
      const place = PLACES.get(code);
      layer.setStyle({ fillColor: classOf(place).fill });
      const path = layer.getElement();
      path.setAttribute(
        "aria-label",
        fill(words().polygon_label, {
          name: nameOfPlace(code),
          indicator: words().indicators[state.indicator],
          value: describe(place),
        }),
      );
      path.setAttribute("aria-pressed", String(code === state.municipality));
    }
    hatch.clearLayers();
    for (const place of view.critical) {
      const feature = features.get(DATA.municipalities[place].code);
      const style = { stroke: false, fillColor: "url(#hatch)", fillOpacity: 1, className: "hatched", smoothFactor: 0 };
      L.geoJSON(feature, { style, pane: "hatch", interactive: false }).addTo(hatch);
    }
  }

  /** Lines from host to served municipality, then circles at the seats, the largest first. */
  function drawNetwork() {
    flows.clearLayers();
    circles.clearLayers();
    if (byId("show-flows").checked) for (const [from, to] of journeys()) drawFlow(from, to);
    if (!byId("show-places").checked) return;
    const service = topicAt();
    const seats = DATA.municipalities.map((m, place) => ({ seat: m.seat, record: recordOf(place, service) }));
    seats.sort((a, b) => get(b.record, "places") - get(a.record, "places"));
    for (const { seat, record } of seats) {
      if (get(record, "places") === 0) continue;
      L.circleMarker(seat, {
        radius: radius(get(record, "places")),
        pane: "circles",
        interactive: false,
        className: "facility",
        color: "#18222d",
        weight: 1.3,
        fillColor: isNew(record) ? "#ffd54a" : "#ffffff",
        fillOpacity: 0.92,
      }).addTo(circles);
    }
  }

  /** Radius of the circle at a seat; 0 where none is drawn. */
  function circleOf(place) {
    const places = byId("show-places").checked ? get(recordOf(place, topicAt()), "places") : 0;
    return places ? radius(places) : 0;
  }

  const radius = (places) => Math.max(2.5, LARGEST * Math.sqrt(places / DATA.circles[topicAt()]));

  /** Pairs of host and served municipality, each once, for the chosen topic or all. */
  function journeys() {
    const pairs = new Map();
    for (const [place, service, host] of DATA.flows[yearAt()]) {
      if (typeof host !== "number" || host === place) continue;
      if (!MEMBERS[topicAt()].has(service)) continue;
      pairs.set(host + ">" + place, [host, place]);
    }
    return pairs.values();
  }

  function drawFlow(host, place) {
    const ends = [DATA.municipalities[host].seat, DATA.municipalities[place].seat];
    const chosen = placeAt();
    const near = chosen === host || chosen === place;
    const many = state.service === ALL;
    const dim = chosen < DATA.municipalities.length && !near;
    const common = { pane: "flows", interactive: false, className: "flow" };
    const quiet = dim || (many && !near);
    if (!quiet) L.polyline(ends, { ...common, color: "#ffffff", weight: 3.2, opacity: 0.4 }).addTo(flows);
    L.polyline(ends, {
      ...common,
      color: "#18222d",
      weight: near ? 2.2 : quiet ? 1 : 1.4,
      opacity: dim ? 0.3 : quiet ? 0.55 : 0.95,
      dashArray: "5 4",
    }).addTo(flows);
    if (dim) return;
    L.circleMarker(ends[1], { ...common, radius: 2.6, stroke: false, fillColor: "#18222d", fillOpacity: 1 }).addTo(flows);
  }

  /* ---------------------------------------------------------------- legend */

  function drawLegend() {
    const view = viewNow();
    const count = (at) => [...view.classes].filter((found) => Number(found) === at).length;
    const figures = DATA.scales[view.scale].map((item, at) => legendRow(box(item.fill), inWords(item.label), count(at)));
    if (view.scale.startsWith("coverage") || view.scale.startsWith("shortfall")) {
      const text = fill(words().legend_critical, { n: figure(DATA.critical_cases) });
      figures.push(legendRow(box("url(#hatch)"), text, view.critical.length));
    }
    byId("legend").replaceChildren(
      node("h2", words().headings[state.indicator]),
      node("p", words().legend_count, { class: "count-title" }),
      node("ul", figures),
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
      legendRow(drawing(26, 15, [line]), words().legend_flow),
    ]);
  }

  function circleKey() {
    const most = DATA.circles[topicAt()];
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
      legendRow(line(1, "#5b6773"), words().legend_municipality),
      legendRow(box("#d6dade"), words().legend_neighbour),
    ]);
  }

  /* ---------------------------------------------------------------- panel */

  function drawPanel() {
    const place = placeAt();
    const here = state.municipality !== "";
    const about = DATA.about[state.lang];
    const record = recordOf(place, topicAt());
    const parts = here ? panelHead(DATA.municipalities[place]) : [
      node("h2", about.territory[0].toLocaleUpperCase(state.lang) + about.territory.slice(1)),
      node("p", about.says, { class: "soft" }),
      node("p", words().panel_words.choose, { class: "soft screen" }),
    ];
    const name = node("h3", fill(words().topic_in, { name: nameOfTopic(state.service, "name"), year: state.year }));
    const figures = [node("section", [node("h3", words().panel_words.by_year), details(place)], { id: "figures" })];
    const topics = [node("h3", words().panel_words.by_topic), topicsTable(place)];
    const money = here || state.service !== ALL ? payers(place) : [node("h3", words().panel_words.budget), budgetTable()];
    const long = here && state.service !== ALL ? [wordsOf(place, record)] : [];
    const tables = state.service === ALL ? [...topics, ...figures] : [...figures, ...long, ...topics];
    const curve = here || state.service !== ALL ? [] : frontierParts();
    parts.push(name, ...access(record), ...verdict(record), ...curve, ...tables);
    parts.push(...money, ...transformations(place), ...renovations(place));
    parts.push(node("p", [words().note_estimate, node("br"), words().note_illustrative], { class: "notes" }));
    const panel = byId("panel");
    const key = panel.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    panel.replaceChildren(node("div", parts, { id: "sheet" }));
    if (key !== undefined) ([...panel.querySelectorAll("button")].find((b) => b.dataset.key === key) || panel).focus();
  }

  function panelHead(municipality) {
    const region = fill(words().region_of, { name: inWords(municipality.region) });
    const people = municipality.residents[yearAt()];
    const residents = people === null
      ? words().residents_no_data
      : fill(words().residents, { n: figure(people), year: state.year });
    const back = node("button", words().back_to_territory, { type: "button", class: "back", "data-key": "back" });
    back.addEventListener("click", () => choose({ municipality: "" }));
    return [
      node("h2", fill(words().municipality_of, { name: inWords(municipality.name) })),
      node("p", region + " · " + residents, { class: "soft" }),
      back,
    ];
  }

  function verdict(record) {
    const short = get(record, "complied") === 0 ? " short" : "";
    const text = node("span", " " + reasonOf(record));
    return [node("p", [node("strong", words().panel_words.package_line + "."), text], { class: "verdict" + short })];
  }

  /** Coverage against money, where the page was drawn with it: sentence, chart, and the same as a table. */
  function frontierParts() {
    if (DATA.frontier === undefined) return [];
    const said = DATA.frontier[state.lang];
    const rows = said.rows.map((row) => node("tr", [node("th", row[0], { scope: "row" }), ...row.slice(1).map((cell) => node("td", cell))]));
    const table = node("details", [node("summary", said.table), node("table", [headRow(said.head), node("tbody", rows)])]);
    return [node("section", [
      node("h3", said.chart.title),
      node("p", said.says, { class: "soft" }),
      chart(said.chart, "frontier"),
      node("p", said.note, { class: "soft" }),
      table,
    ], { class: "frontier screen" })];
  }

  /** A drawing that is read aloud by its title and description. */
  function chart({ width, height, title, desc, shapes }, name) {
    const made = document.createElementNS(SVG, "svg");
    const add = (kind, attributes, text) => {
      const shape = document.createElementNS(SVG, kind);
      for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
      shape.textContent = text;
      made.append(shape);
    };
    made.setAttribute("viewBox", `0 0 ${width} ${height}`);
    made.setAttribute("role", "img");
    made.setAttribute("aria-labelledby", name + "-title " + name + "-desc");
    add("title", { id: name + "-title" }, title);
    add("desc", { id: name + "-desc" }, desc);
    for (const shape of shapes) add(...shape);
    return made;
  }

  const ACCESS = [["served", "#2b8cbe"], ["no_place", "url(#hatch)"], ["out_of_reach", "#6b7681"], ["above_maximum", "#e6d3a8"]];

  /** With a place, within reach without one, out of reach; beside them above the maximum: one bar, four figures. */
  function access(record) {
    const need = get(record, "need");
    if (!need) {
      const text = need === 0 ? words().dash : isOfGroup() ? words().panel_words.of_group : words().no_data;
      return [node("p", text, { class: "bar-text soft" })];
    }
    let from = 0;
    const shapes = ACCESS.map(([column, colour]) => {
      const wide = (100 * get(record, column)) / need;
      const shape = ["rect", { x: from + "%", width: wide + "%", height: "100%", fill: colour }];
      from += wide;
      return shape;
    });
    const cells = ACCESS.map(([column, colour]) => node("div", [
      node("strong", figure(get(record, column))),
      node("span", [sample(colour), words().access[column]]),
    ], { class: "of-" + column }));
    const unknown = get(record, "unknown");
    const text = fill(words().panel_words.bar, { served: figure(get(record, "served")), need: figure(need) });
    const also = unknown ? "; " + fill(lacksInWords(), { n: figure(unknown) }) : "";
    return [
      node("div", drawing("100%", "100%", shapes), { class: "bar" }),
      node("div", cells, { class: "access" }),
      node("p", text + also, { class: "bar-text" }),
    ];
  }

  const sample = (colour) => drawing(10, 10, [["rect", { width: 10, height: 10, fill: colour, stroke: "#18222d" }]]);
  const isOfGroup = () => state.service !== ALL && DATA.topics[topicAt()].single;

  /** What a sum leaves out: groups of a municipality, municipalities of a group, or pairs of both. */
  function lacksInWords() {
    if (state.municipality !== "") return words().and_unknown;
    return state.service === ALL ? words().and_unknown_rows : words().and_unknown_places;
  }

  /** The years that the panel has room for: the chosen one among them. */
  function yearsShown() {
    const every = DATA.years.map((_, at) => at);
    if (every.length <= 4) return every;
    return every.filter((at) => at === 0 || at === yearAt() || at === every.length - 1);
  }

  /** Figures of the chosen topic, a column for every year. */
  function details(place) {
    const years = yearsShown();
    const records = years.map((at) => recordOf(place, topicAt(), at));
    const rows = words().rows;
    const body = node("tbody");
    const add = (name, text, kind = "") => {
      const cells = records.map((record, at) => node("td", text(record), { class: years[at] === yearAt() ? "now" : "other" }));
      body.append(node("tr", [node("th", name, { scope: "row" }), ...cells], { class: kind }));
    };
    const mark = (flag) => (record) => (get(record, flag) ? words().estimate_mark + "\u00a0" : "");
    const cases = (column) => (record) => (get(record, column) === null ? words().no_data : figure(get(record, column)));
    const some = (column) => records.some((record) => get(record, column) > 0);
    const star = isIllustrative(state.service) ? words().illustrative_mark : "";
    if (isOfGroup()) add(rows.served, cases("served"));
    else {
      add(rows.need + star, (record) => mark("need_is_estimate")(record) + cases("need")(record));
      add(rows.served, cases("served"));
      add(rows.unmet, cases("unmet"), "strong");
      for (const column of ["no_place", "out_of_reach", "above_maximum"]) add(rows[column], cases(column), "part");
      add(rows.coverage, (record) => figure(get(record, "coverage"), 1));
      add(rows.shortfall, (record) => figure(get(record, "shortfall"), 1));
    }
    if (some("other_paid")) add(rows.other_paid, cases("other_paid"), "part");
    add(rows.places_today, (record) => mark("places_are_estimate")(record) + figure(get(record, "places_today")));
    add(rows.places, (record) => figure(get(record, "places")));
    for (const column of ["new_places", "committed", "transformed_in", "transformed_out", "given_up"]) {
      if (column === "new_places" || some(column)) add(rows[column], (record) => figure(get(record, column)), "part");
    }
    add(rows.running, (record) => figure(get(record, "running")));
    add(rows.capital, (record) => figure(get(record, "capital")));
    add(rows.money, (record) => figure(get(record, "money"), 1));
    const head = [node("th", words().panel_words.figure, { scope: "col" })];
    for (const at of years) {
      head.push(node("th", String(DATA.years[at]), { scope: "col", class: at === yearAt() ? "now" : "other" }));
    }
    return node("table", [node("thead", node("tr", head)), body], { class: "details" });
  }

  const isIllustrative = (key) =>
    key === ALL ? DATA.topics.some((topic) => topic.illustrative) : DATA.topics[TOPICS.get(key)].illustrative;

  /** Who serves whom, and what the need was made from: only for one topic of one municipality. */
  function wordsOf(place, record) {
    const list = node("dl", undefined, { class: "words-of" });
    const add = (name, text) => list.append(node("dt", name), node("dd", text));
    const rows = words().rows;
    const [by, serves] = flowsInWords(place, topicAt());
    add(rows.served_by, by || words().dash);
    add(rows.serves, serves || words().dash);
    const codes = wordAt(record, "indicator");
    if (codes !== null) add(rows.indicator, indicatorInWords(codes, get(record, "indicator_value")));
    const marks = estimatesInWords(record, state.service);
    if (marks) add(rows.estimated, marks);
    return list;
  }

  function estimatesInWords(record, key) {
    const said = words().panel_words;
    const marks = [];
    if (get(record, "need_is_estimate")) marks.push(said.estimated_need);
    if (get(record, "places_are_estimate")) marks.push(said.estimated_register);
    if (isIllustrative(key)) marks.push(said.illustrative_norm);
    return marks.join(", ");
  }

  /** The indicators of a norm with their figure, date and source. */
  function indicatorInWords(codes, value) {
    const known = codes.split(" ").map(knownIndicator).filter((one) => one !== undefined);
    if (known.length === 0) return codes;
    return fill(words().panel_words.value_of, {
      name: known.map((one) => inWords(one.name)).join(" + "),
      value: value === null ? words().no_data : figure(value, Number.isInteger(value) ? 0 : 1),
      unit: words().indicator_units[known[0].unit],
      date: known[0].date.split("-").reverse().join("."),
      source: words().source_classes[known[0].source_class],
    });
  }

  /** By whom the users of a place are served, and whom it serves beside its own. */
  function flowsInWords(place, topic) {
    const said = words().panel_words;
    const from = new Map();
    const to = new Map();
    for (const [home, service, host, users, minutes] of DATA.flows[yearAt()]) {
      if (!MEMBERS[topic].has(service)) continue;
      if (home === place) from.set(host, [(from.get(host) || [0])[0] + users, minutes]);
      else if (host === place) to.set(home, (to.get(home) || 0) + users);
    }
    const nameOf = (host) => (typeof host === "number" ? inWords(DATA.municipalities[host].name) : host);
    const by = [];
    for (const [host, [users, minutes]] of from) {
      const values = { name: nameOf(host), users: figure(users), minutes: figure(minutes) };
      if (host === place) by.unshift(fill(said.flow_home, values));
      else by.push(fill(said.flow, values));
    }
    const serves = [...to].map(([home, users]) => fill(said.flow_to, { name: nameOf(home), users: figure(users) }));
    return [by.join("; "), serves.join("; ")];
  }

  /** Every need group of a municipality or of the territory, the chosen one with its services; a name opens its view. */
  function topicsTable(place) {
    const short = words().short;
    const body = node("tbody");
    const group = state.service.split("/")[0];
    DATA.topics.forEach((topic, at) => {
      if (topic.single && topic.key.split("/")[0] !== group) return;
      const marks = { type: "button", title: inWords(topic.name), "data-key": "topic " + topic.key };
      const name = node("button", nameOfTopic(topic.key), marks);
      name.addEventListener("click", () => choose({ service: topic.key }));
      const row = topicRow(node("th", name, { scope: "row" }), recordOf(place, at), topic);
      if (topic.single) row.classList.add("part");
      if (topic.key === state.service) row.classList.add("now");
      body.append(row);
    });
    const sum = topicRow(node("th", short.total, { scope: "row" }), recordOf(place, DATA.topics.length), null);
    sum.classList.add("sum");
    body.append(sum);
    return node("table", [headRow([short.topic, short.need, short.served, short.unmet, short.places, short.package]), body], { class: "topics" });
  }

  function topicRow(name, record, topic) {
    const cases = (column) => node("td", figure(get(record, column)));
    const need = get(record, "need_is_estimate") && topic !== null ? words().estimate_mark : "";
    return node("tr", [
      name,
      node("td", need + figure(get(record, "need"))),
      cases("served"),
      cases("unmet"),
      cases("places"),
      packageCell(record),
    ]);
  }

  function packageCell(record) {
    const complied = get(record, "complied");
    if (complied === null) return node("td", words().dash);
    const values = { n: figure(get(record, "achieved")), all: figure(get(record, "required")) };
    const text = (complied ? "✓ " : "✗ ") + fill(words().panel_words.ratio, values);
    const name = node("span", text, { class: complied ? "verdict-yes" : "verdict-no", title: reasonOf(record) });
    return node("td", name);
  }

  /** What each stream has in the year, with what it carried in; what of it is spent, carried over, left or lacking. */
  function budgetTable() {
    const said = words().panel_words;
    const body = node("tbody");
    DATA.budget[yearAt()].forEach(([carried, fresh, spent, goesOn, left, lacking], at) => {
      if (carried + fresh + spent === 0) return;
      const stream = DATA.streams[at];
      const rest = lacking > 0 ? [said.lacking, lacking] : goesOn > 0 ? [said.carried, goesOn] : [said.rest, left];
      body.append(node("tr", [
        node("th", inWords(stream.name) + " (" + said[stream.kind] + ")", { scope: "row" }),
        node("td", figure(carried + fresh)),
        node("td", figure(spent)),
        node("td", fill(rest[0], { n: figure(rest[1]) })),
      ]));
    });
    return node("table", [headRow([said.stream, said.available, said.spent, said.left]), body]);
  }

  /** Which stream pays what for the chosen topic, here or in the whole territory. */
  function payers(place) {
    const said = words().panel_words;
    const sums = new Map();
    for (const [where, service, stream, kind, amount] of DATA.payments[yearAt()]) {
      if (place < DATA.municipalities.length && where !== place) continue;
      if (!MEMBERS[topicAt()].has(service)) continue;
      const key = stream * 10 + kind;
      sums.set(key, (sums.get(key) || 0) + Math.round(amount * 100));
    }
    if (sums.size === 0) return [node("h3", said.payers), node("p", said.nobody_pays, { class: "soft" })];
    const body = node("tbody", [...sums].sort((a, b) => a[0] - b[0]).map(([key, cents]) => node("tr", [
      node("th", inWords(DATA.streams[Math.floor(key / 10)].name), { scope: "row" }),
      node("td", said.kinds[key % 10], { class: "words" }),
      node("td", figure(cents / 100)),
    ])));
    return [node("h3", said.payers), node("table", [headRow([said.stream, said.cost, said.amount], (at) => at === 1), body])];
  }

  /** Changes that the panel lists; the workbook has them all. */
  const MOST_LISTED = 8;

  /** Services that become others, here or in the whole territory, each with its year. */
  function transformations(place) {
    const said = words().panel_words;
    const sums = new Map();
    for (const [year, where, before, after, out, into, amount] of DATA.transformed) {
      if (place < DATA.municipalities.length && where !== place) continue;
      if (!MEMBERS[topicAt()].has(before) && !MEMBERS[topicAt()].has(after)) continue;
      const key = [year, before, after].join(" ");
      const sum = sums.get(key) || [0, 0, 0];
      sums.set(key, [sum[0] + out, sum[1] + into, sum[2] + amount]);
    }
    if (sums.size === 0) return [];
    const now = ([key]) => (key.startsWith(state.year) ? 0 : 1);
    const order = [...sums].sort((a, b) => now(a) - now(b));
    const items = order.slice(0, MOST_LISTED).map(([key, [out, into, amount]]) => {
      const [year, before, after] = key.split(" ").map(Number);
      const text = fill(said.transformed, {
        year,
        out: figure(out),
        before: inWords(DATA.services[before].short),
        into: figure(into),
        after: inWords(DATA.services[after].short),
        amount: figure(amount),
      });
      return node("li", text, { class: String(year) === state.year ? "now" : "" });
    });
    if (order.length > MOST_LISTED) items.push(node("li", fill(said.more, { n: figure(order.length - MOST_LISTED) })));
    return [node("h3", said.transformations), node("ul", items, { class: "changes" })];
  }

  /** Renovations that are asked: when they are done, or what is lost; those not done stand first. */
  function renovations(place) {
    const said = words().panel_words;
    const everywhere = place === DATA.municipalities.length;
    const found = DATA.renovated.filter(
      ([where, service]) => (everywhere || where === place) && MEMBERS[topicAt()].has(service),
    );
    if (found.length === 0) return [];
    const done = found.filter((row) => row[5] !== null);
    const gone = found.reduce((total, row) => total + row[7], 0);
    const others = gone ? said.renovated_lost : said.renovated_free;
    const sum = fill(said.renovated_sum, {
      done: figure(done.length),
      all: figure(found.length),
      amount: figure(done.reduce((total, row) => total + row[6], 0)),
      rest: done.length < found.length ? fill(others, { lost: figure(gone) }) : "",
    });
    const order = [...found].sort((a, b) => (a[5] === null ? 0 : 1) - (b[5] === null ? 0 : 1));
    const items = order.slice(0, MOST_LISTED).map(([where, service, site, kind, by, year, amount, lost]) => {
      const values = {
        where: everywhere ? inWords(DATA.municipalities[where].name) + ", " : "",
        service: inWords(DATA.services[service].short),
        site,
        kind: said.repairs[kind],
        by,
        year,
        amount: figure(amount),
        rest: lost ? fill(said.not_renovated_lost, { lost: figure(lost) }) : "",
      };
      return node("li", fill(year === null ? said.not_renovated : said.renovated, values), { class: year === null ? "bad" : "" });
    });
    if (order.length > MOST_LISTED) items.push(node("li", fill(said.more, { n: figure(order.length - MOST_LISTED) })));
    return [node("h3", said.renovations), node("p", sum, { class: "soft" }), node("ul", items, { class: "changes" })];
  }

  /* ---------------------------------------------------------------- table and CSV */

  const count = (column) => (record) => get(record, column);
  const TABLE = [
    ["need", 0, count("need")],
    ["served", 0, count("served")],
    ["unmet", 0, count("unmet")],
    ["above_maximum", 0, count("above_maximum")],
    ["out_of_reach", 0, count("out_of_reach")],
    ["no_place", 0, count("no_place")],
    ["other_paid", 0, count("other_paid"), true],
    ["coverage", 1, count("coverage")],
    ["shortfall", 1, count("shortfall")],
    ["places_today", 0, count("places_today")],
    ["places", 0, count("places")],
    ["new_places", 0, count("new_places")],
    ["committed", 0, count("committed"), true],
    ["transformed_in", 0, count("transformed_in"), true],
    ["transformed_out", 0, count("transformed_out"), true],
    ["given_up", 0, count("given_up"), true],
    ["running", 2, count("running")],
    ["capital", 2, count("capital")],
    ["money", 1, count("money")],
    ["required", 0, count("required")],
    ["achieved", 0, count("achieved")],
    ["complied", null, (record) => (get(record, "complied") === null ? null : get(record, "complied") ? words().yes : words().no)],
    ["reason", null, (record) => reasonOf(record)],
    ["served_by", null, (record, place) => oneTopic(place) && flowsInWords(place, topicAt())[0]],
    ["serves", null, (record, place) => oneTopic(place) && flowsInWords(place, topicAt())[1]],
    ["indicator", null, (record) => indicatorName(wordAt(record, "indicator"))],
    ["indicator_value", 2, count("indicator_value")],
    ["source_class", null, (record) => sourceClass(wordAt(record, "indicator"))],
    ["estimated", null, (record, place) => (oneTopic(place) ? estimatesInWords(record, state.service) : null)],
  ];

  const oneTopic = (place) => (state.service !== ALL && place < DATA.municipalities.length ? true : null);
  const knownIndicator = (code) => DATA.norm_indicators[code];
  const ofIndicators = (codes, inOne) =>
    codes === null ? null : [...new Set(codes.split(" ").map(knownIndicator).filter(Boolean).map(inOne))].join(" + ") || null;
  const indicatorName = (codes) => ofIndicators(codes, (known) => inWords(known.name));
  const sourceClass = (codes) => ofIndicators(codes, (known) => words().source_classes[known.source_class]);

  /** Names and cells of the table as values: first the municipality and its class, then the columns. */
  function tableRows() {
    return DATA.records[yearAt()].map((_, place) => {
      const inside = place < DATA.municipalities.length;
      const name = inside ? inWords(DATA.municipalities[place].name) : words().table.total;
      const cells = TABLE.map(([, decimals, value]) => [value(recordOf(place, topicAt()), place), decimals]);
      return { name, code: inside ? DATA.municipalities[place].code : "", label: inside ? inWords(classOf(place).label) : "", cells };
    });
  }

  const tableHead = () => [words().rows.municipality, words().rows.class, ...TABLE.map(([name]) => words().rows[name])];

  /** Columns that the screen shows: one without any figure says nothing, a rare one neither where it is zero. */
  function columnsShown(all) {
    const says = (at) => ({ cells }) => (TABLE[at][3] ? cells[at][0] > 0 : cells[at][0] !== null && cells[at][0] !== "");
    return TABLE.map((_, at) => at).filter((at) => all.some(says(at)));
  }

  function drawTable() {
    const all = tableRows();
    const shown = columnsShown(all);
    const wordy = (at) => at === 1 || (at > 1 && TABLE[shown[at - 2]][1] === null);
    const head = tableHead();
    const body = node("tbody", all.map(({ name, code, label, cells }) => {
      const row = node("tr", [node("th", name, { scope: "row" }), node("td", label, { class: "label" })]);
      shown.forEach((at) => {
        const [value, decimals] = cells[at];
        const text = decimals === null ? value || words().dash : figure(value, decimals === 2 && Number.isInteger(value) ? 0 : decimals);
        row.append(node("td", text, { class: (decimals === null ? "words " : "") + "of-" + TABLE[at][0] }));
      });
      if (code === "") row.classList.add("sum");
      else if (code === state.municipality) row.classList.add("now");
      return row;
    }));
    const button = node("button", words().csv, { type: "button", class: "csv", id: "csv-button" });
    button.addEventListener("click", downloadTable);
    const title = fill(words().table.title, { service: nameOfTopic(state.service, "name"), year: state.year });
    byId("table-view").replaceChildren(
      node("div", [node("h2", title), button], { class: "head" }),
      node("table", [headRow([head[0], head[1], ...shown.map((at) => head[at + 2])], wordy), body], { class: "grid", id: "table" }),
      node("h3", words().table.sources),
      sourcesTable(),
      node("h3", words().table.files),
      filesTable(),
      node("h3", words().table.stages, { class: "screen" }),
      node("ul", DATA.about[state.lang].stages.map((text) => node("li", text)), { class: "screen" }),
    );
  }

  function sourcesTable() {
    const said = words().table;
    const rows = Object.values(DATA.norm_indicators).map((known) => node("tr", [
      node("th", inWords(known.name), { scope: "row" }),
      node("td", known.date.split("-").reverse().join(".")),
      node("td", words().source_classes[known.source_class]),
      node("td", known.source),
    ]));
    return node("table", [headRow([said.name, said.date, said.source_class, said.source]), node("tbody", rows)], { class: "sources" });
  }

  function filesTable() {
    const said = words().table;
    const rows = DATA.files.map((known) => node("tr", [
      node("th", inWords(known.holds), { scope: "row" }),
      node("td", known.date),
      node("td", inWords(known.source_class)),
      node("td", known.source),
      node("td", known.file),
    ]));
    return node("table", [headRow([said.holds, said.date, said.source_class, said.source, said.from_file]), node("tbody", rows)], { class: "sources" });
  }

  function csvNumber(value, decimals) {
    return value === null || value === undefined ? "" : value.toFixed(decimals).replace(".", words().marks.decimal);
  }

  function csvText() {
    const lines = [["", ...tableHead()], ...tableRows().map(({ name, code, label, cells }) => [
      code,
      name,
      label,
      ...cells.map(([value, decimals]) => (decimals === null ? value : csvNumber(value, decimals))),
    ])];
    return "\ufeff" + lines.map((line) => line.map(csvCell).join(";")).join("\r\n") + "\r\n";
  }

  function downloadTable() {
    const address = URL.createObjectURL(new Blob([csvText()], { type: "text/csv;charset=utf-8" }));
    const service = state.service === ALL ? "all" : state.service.replace(/[^A-Za-z0-9_-]/g, "-");
    const link = node("a", null, { href: address, download: words().table.file + "-" + service + "-" + state.year + ".csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  /* ---------------------------------------------------------------- header, selectors, footer */

  function drawShell() {
    const said = words();
    const about = DATA.about[state.lang];
    document.documentElement.lang = state.lang;
    document.title = said.title + " · " + about.title;
    const service = nameOfTopic(state.service);
    const year = fill(said.year_of, { year: state.year });
    say("title", said.title);
    say("subtitle", [service, year, about.territory, about.title].join(" · "));
    say("badge", said.badge);
    say("view-button", state.view === "map" ? said.show_table : said.show_map);
    say("print-button", said.print);
    say("language-button", said.other_language);
    byId("language-button").lang = otherLanguage();
    for (const name of ["year", "indicator", "service", "municipality"]) say(name + "-label", said[name]);
    say("show-legend", said.show);
    for (const name of ["names", "places", "flows"]) say("show-" + name + "-label", said["show_" + name]);
    for (const name of ["in", "out", "fit"]) {
      byId("zoom-" + name).setAttribute("aria-label", said["zoom_" + name]);
      byId("zoom-" + name).title = said["zoom_" + name];
    }
    say("north-text", said.north);
    say("sentence", fill(said.sentence_of, { year: state.year, sentence: inWords(DATA.sentences[viewNow().sentence]) }));
    say("caption", fill(said.caption, { indicator: said.indicators[state.indicator], service, year: state.year }));
    say("footer", about.footer.join(" · "));
    say("disclaimer", about.disclaimer);
    byId("controls").setAttribute("aria-label", said.controls);
    byId("panel").setAttribute("aria-label", said.panel);
    byId("table-view").setAttribute("aria-label", said.show_table);
    byId("table-view").setAttribute("role", "region");
    map.getContainer().setAttribute("role", "group");
    map.getContainer().setAttribute("aria-label", said.map_label);
    drawSelectors();
  }

  function drawSelectors() {
    const said = words();
    options("indicator-select", DATA.indicators.map((key) => [key, said.indicators[key]]), state.indicator);
    const topics = DATA.topics.map(({ key, single }) => [key, (single ? said.within_group : "") + nameOfTopic(key)]);
    options("service-select", [[ALL, said.all_services], ...topics], state.service);
    drawYears();
    const places = DATA.municipalities.map((m) => [m.code, inWords(m.name)]);
    places.sort((a, b) => a[1].localeCompare(b[1], state.lang));
    options("municipality-select", [["", said.whole_territory], ...places], state.municipality);
  }

  /** The years as a row of choices, made once, so that the arrow keys keep their place. */
  function drawYears() {
    const choices = byId("year-choices");
    if (choices.children.length === 0) {
      DATA.years.forEach((year) => {
        const input = node("input", undefined, { type: "radio", name: "year", value: String(year) });
        input.addEventListener("change", () => choose({ year: input.value }));
        choices.append(node("label", [input, node("span", String(year))]));
      });
    }
    for (const input of choices.querySelectorAll("input")) input.checked = input.value === state.year;
    byId("years").hidden = DATA.years.length < 2;
  }

  /* ---------------------------------------------------------------- all together */

  function choose(change) {
    Object.assign(state, change);
    draw();
  }

  function draw() {
    const table = state.view === "table";
    byId("stage").hidden = table;
    byId("table-view").hidden = !table;
    document.documentElement.classList.toggle("as-table", table);
    drawShell();
    drawLegend();
    drawPanel();
    if (table) drawTable();
    else drawMap();
    writeAddress();
  }

  function drawMap() {
    paint();
    drawNetwork();
    markChosen();
    drawLabels();
    drawScale();
  }

  /* ---------------------------------------------------------------- print */

  let before = null;

  /** The page gets the size of the paper, the list of figures goes below the legend, the map is fitted. */
  function startPrint() {
    if (before !== null) return;
    before = { center: map.getCenter(), zoom: map.getZoom() };
    document.documentElement.classList.add("printing");
    byId("controls").append(byId("figures"));
    if (state.view === "map") refit();
    else fitTable();
    fitPanel();
  }

  const LEAST_ZOOM = 0.6;

  /** The panel's content is made smaller until the paper holds it, down to what can still be read. */
  function fitPanel() {
    const panel = byId("panel");
    const sheet = byId("sheet");
    for (let zoom = 1; zoom >= LEAST_ZOOM; zoom -= 0.04) {
      sheet.style.zoom = String(Math.round(zoom * 100) / 100);
      if (panel.scrollHeight <= panel.clientHeight) return;
    }
  }

  /** A table wider than the paper is made smaller, so that no column is cut off. */
  function fitTable() {
    const table = byId("table");
    const room = byId("table-view").clientWidth;
    if (table.offsetWidth > room) table.style.zoom = String(Math.floor((1000 * room) / table.offsetWidth) / 1000);
  }

  function endPrint() {
    if (before === null) return;
    if (state.view === "table") byId("table").style.zoom = "";
    document.documentElement.classList.remove("printing");
    byId("figures").remove();
    drawPanel();
    const { center, zoom } = before;
    before = null;
    if (state.view !== "map") return;
    refit();
    map.setView(center, zoom, { animate: false });
  }

  /* ---------------------------------------------------------------- start */

  function listen() {
    for (const name of ["indicator", "service", "municipality"]) {
      byId(name + "-select").addEventListener("change", (event) => choose({ [name]: event.target.value }));
    }
    for (const name of ["names", "places", "flows"]) byId("show-" + name).addEventListener("change", drawMap);
    byId("language-button").addEventListener("click", () => choose({ lang: otherLanguage() }));
    byId("view-button").addEventListener("click", () => {
      choose({ view: state.view === "map" ? "table" : "map" });
      if (state.view === "map") refit();
    });
    byId("print-button").addEventListener("click", () => window.print());
    byId("zoom-in").addEventListener("click", () => map.zoomIn());
    byId("zoom-out").addEventListener("click", () => map.zoomOut());
    byId("zoom-fit").addEventListener("click", refit);
    map.on("zoomend", () => { drawLabels(); drawScale(); });
    window.addEventListener("resize", () => { if (before === null && state.view === "map") refit(); });
    window.addEventListener("beforeprint", startPrint);
    window.addEventListener("afterprint", endPrint);
    window.addEventListener("hashchange", () => { readAddress(); draw(); });
  }

  readAddress();
  draw();
  if (state.view === "map") refit();
  makeReachable();
  listen();
  document.documentElement.dataset.drawn = String(Math.round(performance.now()));
})();
