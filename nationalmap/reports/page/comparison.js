/* The page of a comparison in the browser: two of the runs beside each other, the difference on the map.
 *
 * Records are whole numbers; sums are made here over what both runs plan, classes are found with whole numbers of any
 * size, so that a difference on a break always falls on the same side: breaks belong to the class farther from zero. */
(function () {
  "use strict";

  const DATA = JSON.parse(document.getElementById("plan-data").textContent);
  const ALL = "*";
  const positions = (list) => new Map(list.map((item, index) => [item, index]));
  const PLACES = positions(DATA.municipalities.map((m) => m.code));
  const RUNS = positions(DATA.runs.map((run) => run.run));
  const YEARS = positions(DATA.years.map(String));
  const TOPICS = positions([...DATA.topics.map((topic) => topic.key), ALL]);
  const MEASURES = positions(DATA.measures.map((measure) => measure.key));
  const COLUMNS = DATA.columns;
  const EVERYWHERE = DATA.municipalities.map((_, place) => place);
  const state = {
    lang: DATA.languages[0],
    a: DATA.runs[0].run,
    b: DATA.runs[1].run,
    year: String(DATA.years[DATA.years.length - 1]),
    measure: DATA.measures[0].key,
    service: ALL,
    municipality: "",
  };
  const CHOICES = {
    lang: (value) => DATA.languages.includes(value),
    a: (value) => RUNS.has(value),
    b: (value) => RUNS.has(value),
    year: (value) => YEARS.has(value),
    measure: (value) => MEASURES.has(value),
    service: (value) => TOPICS.has(value),
    municipality: (value) => value === "" || PLACES.has(value),
  };

  const {
    byId, box, drawLabels, drawScale, figure, fill, headRow, inWords, layers, legendRow, makeReachable, map, markChosen,
    node, options, otherLanguage, readAddress, refit, say, words, writeAddress,
  } = window.mapKit({
    data: DATA,
    state,
    choices: CHOICES,
    choose: (change) => choose(change),
    tip: (code, kind) => tip(code, kind),
    circle: () => 0,
    residents: (place) => DATA.municipalities[place].residents[RUNS.get(state.a)][yearAt()] || 0,
  });

  /* ---------------------------------------------------------------- figures */

  const yearAt = () => YEARS.get(state.year);
  const sides = () => [RUNS.get(state.a), RUNS.get(state.b)];
  const measureNow = () => DATA.measures[MEASURES.get(state.measure)];
  const said = () => words().comparison;
  const letterOf = (run) => inWords(DATA.runs[run].letter);
  const letters = () => ({ a: letterOf(RUNS.get(state.a)), b: letterOf(RUNS.get(state.b)) });
  const nameOfPlace = (place) => inWords(DATA.municipalities[place].name);
  const nameOfTopic = (key, kind = "short") => (key === ALL ? words().all_services : inWords(DATA.topics[TOPICS.get(key)][kind]));

  /** A record of a run as an object; null where the run does not plan the place, the topic or the year. */
  function recordOf(run, place, topic) {
    const ofYear = DATA.records[run][yearAt()];
    const at = ofYear === null ? null : ofYear[place][topic];
    return at === null ? null : Object.fromEntries(DATA.rows[at].map((value, column) => [COLUMNS[column], value]));
  }

  /** Sum of records; a figure that none of them knows is null. */
  function sumOf(records) {
    const total = Object.fromEntries(COLUMNS.map((name) => [name, null]));
    for (const record of records) {
      for (const name of COLUMNS) if (record[name] !== null) total[name] = (total[name] || 0) + record[name];
    }
    return total;
  }

  const groupsOf = (wanted) => DATA.topics.flatMap((topic, at) => (!topic.single && wanted(topic) ? [at] : []));
  const topicsNow = () => (state.service === ALL ? groupsOf(() => true) : [TOPICS.get(state.service)]);

  /** What two runs have of some topics in some places, over what both plan; null for a run that plans none of it. */
  function both(places, topics) {
    const found = sides().map(() => []);
    const alone = sides().map(() => 0);
    for (const place of places) {
      for (const topic of topics) {
        const records = sides().map((run) => recordOf(run, place, topic));
        records.forEach((record, side) => {
          if (record !== null && !records.includes(null)) found[side].push(record);
          if (record !== null) alone[side] += 1;
        });
      }
    }
    const shared = found[0].length > 0;
    return found.map((records, side) => (shared ? sumOf(records) : alone[side] ? "alone" : null));
  }

  /** Residents of some places that both runs count, or null. */
  function residentsOf(places, side) {
    const [a, b] = sides();
    const known = places.map((place) => DATA.municipalities[place].residents);
    const shared = known.filter((of) => of[a][yearAt()] !== null && of[b][yearAt()] !== null);
    return shared.length ? shared.reduce((total, of) => total + of[sides()[side]][yearAt()], 0) : null;
  }

  /** The chosen measure of a record as a fraction of whole numbers; null where there is none. */
  function fraction(record, residents, key = state.measure) {
    if (key === "package") return record.asked ? [record.whole, 1] : null;
    if (key === "coverage") return record.need ? [100 * record.served, record.need] : null;
    if (!residents) return null;
    if (key === "shortfall") return record.need === null ? null : [1000 * record.unmet, residents];
    return [record.running_cents, 100 * residents];
  }

  const isOfGroup = () => state.service !== ALL && DATA.topics[TOPICS.get(state.service)].single;

  /** The measure of some places in both runs, and their difference; or the word for why there is none. */
  function measured(places) {
    const records = both(places, topicsNow());
    if (records.includes("alone")) return { why: records[0] === "alone" ? "only_a" : "only_b" };
    if (records.includes(null)) return { why: "not_asked" };
    if (isOfGroup() && ["coverage", "shortfall"].includes(state.measure)) return { why: "of_group" };
    if (["coverage", "shortfall"].includes(state.measure) && records.every((record) => record.need === 0)) return { why: "no_need" };
    const values = records.map((record, side) => fraction(record, residentsOf(places, side)));
    if (values.includes(null)) return { why: state.measure === "package" ? "not_asked" : "no_data" };
    return { values: values.map(([n, d]) => n / d), exact: values };
  }

  /** Class of an exact difference: its position among the colours, the middle for none. */
  function classOf([[an, ad], [bn, bd]]) {
    const top = BigInt(bn) * BigInt(ad) - BigInt(an) * BigInt(bd);
    const below = BigInt(ad) * BigInt(bd);
    const size = top < 0n ? -top : top;
    const steps = measureNow().breaks.filter(([n, d]) => size * BigInt(d) >= BigInt(n) * below).length;
    const better = measureNow().sign < 0 ? top < 0n : top > 0n;
    const middle = (DATA.fills.length - 1) / 2;
    return better ? middle + steps : middle - steps;
  }

  const SPECIAL = { only_a: "url(#only-one)", only_b: "url(#only-one)", no_data: "url(#no-data)", not_asked: "#e6e0d2", no_need: "#e6e0d2", of_group: "#e6e0d2" };

  function fillOf(found) {
    return found.why ? SPECIAL[found.why] : DATA.fills[classOf(found.exact)];
  }

  const signed = (value, decimals) => {
    const text = figure(value, decimals);
    return value > 0 && text !== figure(0, decimals) ? "+" + text : text.replace(/^\u2212(0([.,]0+)?)$/, "$1");
  };

  function describe(found) {
    if (found.why) return fill(said().why[found.why], letters());
    const decimals = measureNow().decimals;
    const [a, b] = found.values;
    return fill(said().moved[state.measure], { a: figure(a, decimals), b: figure(b, decimals), by: signed(b - a, decimals) });
  }

  /* ---------------------------------------------------------------- who gains and who loses */

  const OUTCOMES = ["gains", "loses", "mixed", "same"];

  /** A municipality: more served, a smaller share without a place, more of the package; nothing worse. */
  function outcomeOf(place) {
    const [a, b] = both([place], groupsOf(() => true));
    if (a === "alone" || b === "alone") return { place, outcome: a === "alone" ? "only_a" : "only_b" };
    if (a === null) return null;
    const share = (record) => (record.need ? record.unmet / record.need : null);
    const shares = [share(a), share(b)];
    const moves = {
      served: (b.served || 0) - (a.served || 0),
      unmet: shares.includes(null) ? 0 : shares[1] - shares[0],
      package: b.whole - a.whole,
    };
    // Shares are compared as whole numbers: what is equal differs in no digit.
    const worse = shares.includes(null) ? 0 : Math.sign(b.unmet * a.need - a.unmet * b.need);
    const up = moves.served > 0 || worse < 0 || moves.package > 0;
    const down = moves.served < 0 || worse > 0 || moves.package < 0;
    return { place, ...moves, shares, outcome: up && down ? "mixed" : up ? "gains" : down ? "loses" : "same" };
  }

  const outcomes = () => EVERYWHERE.map(outcomeOf).filter((found) => found !== null);

  /** Of each priority class: people who gain and who lose a place, by municipality and need group. */
  function classes() {
    const numbers = [...new Set(DATA.topics.map((topic) => topic.class))].sort();
    return numbers.map((number) => {
      const total = { number, gained: 0, lost: 0, unmet: [0, 0] };
      for (const place of EVERYWHERE) {
        for (const topic of groupsOf((one) => one.class === number)) {
          const [a, b] = both([place], [topic]);
          if (a === null || a === "alone" || b === "alone") continue;
          const move = (b.served || 0) - (a.served || 0);
          if (move > 0) total.gained += move;
          else total.lost -= move;
          total.unmet[0] += a.unmet || 0;
          total.unmet[1] += b.unmet || 0;
        }
      }
      return total;
    });
  }

  /* ---------------------------------------------------------------- the map */

  function tip(code, kind) {
    if (kind !== "planned") {
      return node("div", [node("strong", inWords(DATA.neighbours[code])), node("span", words().neighbour, { class: "soft" })]);
    }
    const place = PLACES.get(code);
    return node("div", [node("strong", nameOfPlace(place)), node("span", describe(measured([place])))]);
  }

  function paint() {
    for (const [code, layer] of layers) {
      const place = PLACES.get(code);
      const found = measured([place]);
      layer.setStyle({ fillColor: fillOf(found) });
      const path = layer.getElement();
      const values = { name: nameOfPlace(place), indicator: said().measures[state.measure], value: describe(found) };
      path.setAttribute("aria-label", fill(words().polygon_label, values));
      path.setAttribute("aria-pressed", String(code === state.municipality));
    }
  }

  function drawLegend() {
    const found = EVERYWHERE.map((place) => measured([place]));
    const middle = (DATA.fills.length - 1) / 2;
    const count = (at) => found.filter((one) => !one.why && classOf(one.exact) === at).length;
    const items = DATA.fills.map((_, at) => DATA.fills.length - 1 - at).map((at) => legendRow(box(DATA.fills[at]), labelOf(at - middle), count(at)));
    for (const why of new Set(found.map((one) => one.why).filter(Boolean))) {
      items.push(legendRow(box(SPECIAL[why]), fill(said().why[why], letters()), found.filter((one) => one.why === why).length));
    }
    byId("legend").replaceChildren(
      node("h2", fill(said().headings[state.measure], letters())),
      node("p", said().colours[state.measure], { class: "soft" }),
      node("p", words().legend_count, { class: "count-title" }),
      node("ul", items),
    );
  }

  /** A class in words, by its distance from the middle; the sign is that of the figure, not of the colour. */
  function labelOf(steps) {
    const { breaks, sign } = measureNow();
    const decimals = breaks.some(([n, d]) => n % d) ? 1 : 0;
    const at = (step) => figure(breaks[step - 1][0] / breaks[step - 1][1], decimals);
    const size = Math.abs(steps);
    if (size === 0) return fill(said().none, { n: at(1) });
    const mark = (sign < 0 ? -steps : steps) > 0 ? "+" : words().marks.minus;
    const low = mark + at(size);
    return size === breaks.length ? fill(mark === "+" ? said().beyond_up : said().beyond_down, { low }) : fill(said().between, { low, high: mark + at(size + 1) });
  }

  /* ---------------------------------------------------------------- panel */

  const section = (title, content, id) => node("section", [node("h3", title), ...content], id ? { id } : {});
  const list = (items) => node("ul", items.map((text) => node("li", text)), { class: "changes" });

  /** Sentences of a part: of both chosen runs against the base, which has none itself. */
  function sentencesOf(parts) {
    return sides().filter((run, at, all) => all.indexOf(run) === at).flatMap((run) => {
      const lines = DATA.said.filter((line) => parts.includes(line.part) && line.run === DATA.runs[run].run);
      if (lines.length === 0) return [];
      const title = fill(said().against, { a: letterOf(0), b: letterOf(run) });
      return [node("p", [node("strong", title)]), list(lines.map((line) => inWords(line.says)))];
    });
  }

  function figuresTable() {
    const places = state.municipality === "" ? EVERYWHERE : [PLACES.get(state.municipality)];
    const [a, b] = both(places, topicsNow());
    if (a === null || typeof a === "string" || typeof b === "string") {
      return [node("p", fill(said().why[measured(places).why], letters()), { class: "soft" })];
    }
    const euro = (cents) => (cents === null ? null : cents / 100);
    const rows = [
      ...(isOfGroup() ? [] : [["need", a.need, b.need]]),
      ["served", a.served, b.served],
      ...(isOfGroup() ? [] : [["unmet", a.unmet, b.unmet]]),
      ["places", a.places, b.places],
      ...(a.asked || b.asked ? [["whole", a.whole, b.whole]] : []),
      ["running", euro(a.running_cents), euro(b.running_cents)],
      ["capital", euro(a.capital_cents), euro(b.capital_cents)],
    ];
    const body = rows.map(([name, before, after]) => node("tr", [
      node("th", said().rows[name], { scope: "row" }),
      node("td", figure(before)),
      node("td", figure(after)),
      node("td", before === null || after === null ? words().dash : signed(after - before)),
    ]));
    const { a: first, b: second } = letters();
    return [node("table", [headRow([words().panel_words.figure, first, second, said().difference]), node("tbody", body)], { class: "figures" })];
  }

  /** Municipalities by what changes for them, those that gain or lose most first; a name chooses it. */
  function winnersTable(found) {
    const rank = (one) => OUTCOMES.indexOf(one.outcome);
    const order = [...found].sort((x, y) => (rank(x) - rank(y)) || Math.abs(y.served || 0) - Math.abs(x.served || 0));
    const body = order.map((one) => {
      const code = DATA.municipalities[one.place].code;
      const name = node("button", nameOfPlace(one.place), { type: "button", "data-key": "place " + code });
      name.addEventListener("click", () => choose({ municipality: code }));
      const alone = one.served === undefined;
      const points = alone || one.shares.includes(null) ? words().dash : signed(100 * one.unmet, 1);
      const cells = alone ? [words().dash, words().dash, words().dash] : [signed(one.served), points, signed(one.package)];
      const row = node("tr", [node("th", name, { scope: "row" }), ...cells.map((text) => node("td", text)),
        node("td", fill(said().outcomes[one.outcome], letters()), { class: "words of-" + one.outcome })]);
      if (code === state.municipality) row.classList.add("now");
      return row;
    });
    const head = [words().municipality, said().short.served, said().short.unmet, said().short.package, said().short.outcome];
    return node("table", [headRow(head, (at) => at === 4), node("tbody", body)], { class: "winners", id: "winners" });
  }

  function classesTable() {
    const body = classes().map((one) => node("tr", [
      node("th", String(one.number), { scope: "row" }),
      node("td", one.gained ? "+" + figure(one.gained) : figure(0)),
      node("td", one.lost ? words().marks.minus + figure(one.lost) : figure(0)),
      node("td", figure(one.unmet[0])),
      node("td", figure(one.unmet[1])),
    ]));
    const unmet = (side) => fill(said().short.unmet_of, { side });
    const { a, b } = letters();
    return node("table", [headRow([said().short.class, said().short.gained, said().short.lost, unmet(a), unmet(b)]), node("tbody", body)], { id: "classes" });
  }

  /** Share of equal decisions of every two runs. */
  function matrix() {
    const share = (one, other) => {
      if (one === other) return words().dash;
      const names = [DATA.runs[one].run, DATA.runs[other].run];
      const row = DATA.stability.find((row) => names.includes(row.run_a) && names.includes(row.run_b) && row.run_a !== row.run_b);
      return row.taken ? fill(words().units.coverage, { n: figure((100 * row.equal) / row.taken, 1) }) : words().dash;
    };
    const every = DATA.runs.map((_, run) => run);
    const body = every.map((one) => node("tr", [node("th", letterOf(one), { scope: "row" }), ...every.map((other) => node("td", share(one, other)))]));
    return node("table", [headRow([said().short.run, ...every.map(letterOf)]), node("tbody", body)], { id: "matrix" });
  }

  function countsInWords(found) {
    const many = (outcome) => found.filter((one) => one.outcome === outcome).length;
    return fill(said().counts, Object.fromEntries(OUTCOMES.map((outcome) => [outcome, figure(many(outcome))])));
  }

  function drawPanel() {
    const found = outcomes();
    const here = state.municipality === "" ? said().everywhere : fill(words().municipality_of, { name: nameOfPlace(PLACES.get(state.municipality)) });
    const asked = sentencesOf(["scope", "inputs"]);
    const stages = sentencesOf(["stages"]);
    const parts = [
      section(said().parts.inputs, asked.length ? asked : [node("p", said().same_run, { class: "soft" })], "inputs"),
      section(fill(said().parts.figures, { name: here, topic: nameOfTopic(state.service, "name"), year: state.year }), figuresTable(), "figures"),
      section(fill(said().parts.winners, { ...letters(), year: state.year }), [node("p", countsInWords(found)), winnersTable(found), node("p", said().winners_note, { class: "soft" })]),
      section(said().parts.classes, [classesTable()]),
      section(said().parts.stages, stages.length ? stages : [node("p", said().same_run, { class: "soft" })], "stages"),
      section(said().parts.stability, [list(DATA.said.filter((line) => line.part === "stability").map((line) => inWords(line.says))), ...(DATA.runs.length > 2 ? [matrix()] : [])], "stability"),
      node("p", [said().runs_note, node("br"), words().note_illustrative], { class: "notes" }),
    ];
    const panel = byId("panel");
    const key = panel.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    panel.replaceChildren(node("div", parts, { id: "sheet" }));
    if (key !== undefined) ([...panel.querySelectorAll("button")].find((b) => b.dataset.key === key) || panel).focus();
  }

  /* ---------------------------------------------------------------- header, selectors, footer */

  function sentence() {
    const [a, b] = both(EVERYWHERE, topicsNow());
    if (a === null || typeof a === "string" || typeof b === "string") return fill(said().why[measured(EVERYWHERE).why], letters());
    const pair = (name) => fill(said().pair, { a: figure(a[name]), b: figure(b[name]), by: signed((b[name] || 0) - (a[name] || 0)) });
    const values = { ...letters(), year: state.year, topic: nameOfTopic(state.service), served: pair("served"), unmet: pair("unmet"), places: pair("places") };
    return fill(isOfGroup() ? said().sentence_single : said().sentence, values) + " " + countsInWords(outcomes());
  }

  function drawShell() {
    const shown = words();
    document.documentElement.lang = state.lang;
    const [a, b] = sides().map((run) => fill(said().named, { letter: letterOf(run), title: inWords(DATA.runs[run].title) }));
    document.title = shown.title + " · " + a + " · " + b;
    say("title", shown.title);
    say("subtitle", a + " · " + b);
    say("badge", shown.badge);
    say("print-button", said().print);
    say("language-button", shown.other_language);
    byId("language-button").lang = otherLanguage();
    say("swap-button", said().swap);
    for (const name of ["a", "b", "measure"]) say(name + "-label", said()[name + "_label"]);
    for (const name of ["year", "service", "municipality"]) say(name + "-label", shown[name]);
    say("show-legend", shown.show);
    say("show-names-label", shown.show_names);
    for (const name of ["in", "out", "fit"]) {
      byId("zoom-" + name).setAttribute("aria-label", shown["zoom_" + name]);
      byId("zoom-" + name).title = shown["zoom_" + name];
    }
    say("north-text", shown.north);
    say("sentence", sentence());
    say("caption", fill(said().caption, { ...letters(), measure: said().measures[state.measure], topic: nameOfTopic(state.service), year: state.year }));
    say("footer", DATA.footer[state.lang].join(" · "));
    say("disclaimer", DATA.disclaimer[state.lang]);
    byId("controls").setAttribute("aria-label", shown.controls);
    byId("panel").setAttribute("aria-label", shown.panel);
    map.getContainer().setAttribute("role", "group");
    map.getContainer().setAttribute("aria-label", shown.map_label);
    drawSelectors();
  }

  function drawSelectors() {
    const runs = DATA.runs.map((run) => [run.run, fill(said().named, { letter: inWords(run.letter), title: inWords(run.title) })]);
    for (const side of ["a", "b"]) options(side + "-select", runs, state[side]);
    options("measure-select", DATA.measures.map(({ key }) => [key, said().measures[key]]), state.measure);
    const topics = DATA.topics.map(({ key, single }) => [key, (single ? words().within_group : "") + nameOfTopic(key)]);
    options("service-select", [[ALL, words().all_services], ...topics], state.service);
    const places = DATA.municipalities.map((m) => [m.code, inWords(m.name)]);
    places.sort((x, y) => x[1].localeCompare(y[1], state.lang));
    options("municipality-select", [["", words().whole_territory], ...places], state.municipality);
    drawYears();
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
    drawShell();
    drawLegend();
    drawPanel();
    paint();
    markChosen();
    drawLabels();
    drawScale();
    writeAddress();
  }

  let before = null;

  /** On paper the map comes first, then all tables: the sheet gets its width before the map is fitted. */
  function startPrint() {
    if (before !== null) return;
    before = { center: map.getCenter(), zoom: map.getZoom() };
    document.documentElement.classList.add("printing", "comparing");
    refit();
  }

  function endPrint() {
    if (before === null) return;
    document.documentElement.classList.remove("printing", "comparing");
    const { center, zoom } = before;
    before = null;
    refit();
    map.setView(center, zoom, { animate: false });
  }

  function listen() {
    for (const name of ["a", "b", "measure", "service", "municipality"]) {
      byId(name + "-select").addEventListener("change", (event) => choose({ [name]: event.target.value }));
    }
    byId("show-names").addEventListener("change", drawLabels);
    byId("swap-button").addEventListener("click", () => choose({ a: state.b, b: state.a }));
    byId("language-button").addEventListener("click", () => choose({ lang: otherLanguage() }));
    byId("print-button").addEventListener("click", () => window.print());
    byId("zoom-in").addEventListener("click", () => map.zoomIn());
    byId("zoom-out").addEventListener("click", () => map.zoomOut());
    byId("zoom-fit").addEventListener("click", refit);
    map.on("zoomend", () => { drawLabels(); drawScale(); });
    window.addEventListener("resize", () => { if (before === null) refit(); });
    window.addEventListener("beforeprint", startPrint);
    window.addEventListener("afterprint", endPrint);
    window.addEventListener("hashchange", () => { readAddress(); draw(); });
  }

  readAddress();
  draw();
  refit();
  makeReachable();
  listen();
  document.documentElement.dataset.drawn = String(Math.round(performance.now()));
})();
