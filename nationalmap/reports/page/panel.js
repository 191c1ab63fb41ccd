/* The panel of one run: access, package and why, figures by year, needs, money, what is transformed and renovated. */
window.panelOf = function ({ DATA, state, kit, figures, names, at, choose }) {
  const { byId, drawing, figure, fill, headRow, inWords, node, renew, SVG, words } = kit;
  const { ALL, MEMBERS, PLACES, WHOLE, record, shown } = figures;
  const isOfGroup = () => at.topic() !== ALL && DATA.topics[at.topic()].single;
  const members = () => new Set(MEMBERS[at.area()]);

  function draw(run) {
    const area = at.area();
    const found = record(run, at.year(), area, at.topic());
    if (found === null) {
      renew(byId("panel"), [node("div", [...head(run, area), node("p", words().not_planned, { class: "soft" })], { id: "sheet" })]);
      return;
    }
    const here = area < PLACES;
    const parts = head(run, area);
    const figured = [node("section", [node("h3", words().panel_words.by_year), details(run, area)], { id: "figures" })];
    const topics = [node("h3", words().panel_words.by_topic), topicsTable(run, area)];
    const money = area !== WHOLE || at.topic() !== ALL ? payers(run) : [node("h3", words().panel_words.budget), budgetTable(run)];
    const long = here && at.topic() !== ALL ? [wordsOf(run, area, found)] : [];
    const tables = at.topic() === ALL ? [...topics, ...figured] : [...figured, ...long, ...topics];
    const curve = area !== WHOLE || at.topic() !== ALL ? [] : frontierParts();
    const name = node("h3", fill(words().topic_in, { name: names.topicName(at.topic(), "name"), year: state.year }));
    parts.push(name, ...access(found), ...verdict(found), ...why(run, area), ...curve, ...tables);
    parts.push(...money, ...transformations(run), ...renovations(run));
    parts.push(node("p", [words().note_estimate, node("br"), words().note_illustrative], { class: "notes" }));
    renew(byId("panel"), [node("div", parts, { id: "sheet" })]);
  }

  /** Heading of an area, its residents, and the way back to what lies around it. */
  function head(run, area) {
    const title = node("h2", names.capital(names.areaName(area)));
    const about = inWords(DATA.runs[run].about);
    if (area === WHOLE) {
      return [title, node("p", about.says, { class: "soft" }), node("p", words().panel_words.choose, { class: "soft screen" })];
    }
    const found = record(run, at.year(), area, ALL);
    const people = found === null ? null : found.residents;
    const residents = people === null ? words().residents_no_data : fill(words().residents, { n: figure(people), year: state.year });
    const region = area < PLACES ? [names.areaName(PLACES + DATA.municipalities[area].region)] : [];
    const inRegion = area < PLACES && state.region !== "";
    const back = node("button", inRegion ? words().back_to_region : words().back_to_territory, { type: "button", class: "back", "data-key": "back" });
    back.addEventListener("click", () => choose(area < PLACES ? { municipality: "" } : { region: "" }));
    return [title, node("p", [...region, residents].join(" · "), { class: "soft" }), back];
  }

  function verdict(found) {
    const text = node("span", " " + names.reason(found));
    return [node("p", [node("strong", words().panel_words.package_line + "."), text], { class: "verdict" + (found.complied === false ? " short" : "") })];
  }

  /** What stops one more place, from the explanation: for the chosen need, or the needs that lack most. */
  function why(run, area) {
    const lines = (DATA.runs[run].why[state.year] || []).filter(([place]) => place === area);
    const group = at.topic() === ALL ? null : DATA.topics.findIndex((one) => one.key === DATA.topics[at.topic()].group);
    const asked = lines.filter(([, topic]) => group === null || topic === group);
    if (asked.length === 0) return [];
    const unmet = (topic) => record(run, at.year(), area, topic).unmet;
    asked.sort((a, b) => unmet(b[1]) - unmet(a[1]) || a[1] - b[1]);
    const told = (reasons) => reasons.map((one) => inWords(DATA.why[one]));
    const items = group === null
      ? asked.slice(0, MOST_LISTED).map(([, topic, ...reasons]) => {
        const more = reasons.length > 2 ? [fill(words().panel_words.why_more, { n: figure(reasons.length - 2) })] : [];
        return fill(words().panel_words.why_of, { name: names.topicName(topic), n: figure(unmet(topic)), why: [...told(reasons.slice(0, 2)), ...more].join("; ") });
      })
      : asked.flatMap(([, , ...reasons]) => told(reasons));
    if (group === null && asked.length > MOST_LISTED) items.push(fill(words().panel_words.more, { n: figure(asked.length - MOST_LISTED) }));
    return [node("section", [node("h3", words().panel_words.why), kit.list(items)], { class: "why" })];
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
  const sample = (colour) => drawing(10, 10, [["rect", { width: 10, height: 10, fill: colour, stroke: "#18222d" }]]);

  /** One bar of the need: with a place, within reach without one, out of reach, above the maximum. */
  function bar(found) {
    let from = 0;
    const shapes = ACCESS.map(([column, colour]) => {
      const wide = (100 * found[column]) / found.need;
      const shape = ["rect", { x: from + "%", width: wide + "%", height: "100%", fill: colour }];
      from += wide;
      return shape;
    });
    return node("div", drawing("100%", "100%", shapes), { class: "bar" });
  }

  /** With a place, within reach without one, out of reach; beside them above the maximum: one bar, four figures. */
  function access(found) {
    const { need } = found;
    if (!need) {
      const text = need === 0 ? words().dash : isOfGroup() ? words().panel_words.of_group : words().no_data;
      return [node("p", text, { class: "bar-text soft" })];
    }
    const cells = ACCESS.map(([column, colour]) => node("div", [
      node("strong", figure(found[column])),
      node("span", [sample(colour), words().access[column]]),
    ], { class: "of-" + column }));
    const text = fill(words().panel_words.bar, { served: figure(found.served), need: figure(need) });
    const also = found.unknown ? "; " + fill(lacksInWords(), { n: figure(found.unknown) }) : "";
    return [bar(found), node("div", cells, { class: "access" }), node("p", text + also, { class: "bar-text" })];
  }

  /** What a sum leaves out: groups of a municipality, municipalities of a group, or pairs of both. */
  function lacksInWords() {
    if (at.area() < PLACES) return words().and_unknown;
    return at.topic() === ALL ? words().and_unknown_rows : words().and_unknown_places;
  }

  /* ---------------------------------------------------------------- figures by year */

  /** The planned years that the panel has room for: the chosen one among them. */
  function yearsShown(run) {
    const every = DATA.years.map((_, year) => year).filter((year) => figures.blockOf(run, year) !== null);
    if (every.length <= 3) return every;
    return every.filter((year, place) => place === 0 || year === at.year() || place === every.length - 1);
  }

  /** Figures of the chosen topic, a column for every year. */
  function details(run, area) {
    const years = yearsShown(run);
    const records = years.map((year) => record(run, year, area, at.topic()));
    const rows = words().rows;
    const body = node("tbody");
    const add = (name, text, kind = "") => {
      const cells = records.map((found, place) => node("td", text(found), { class: years[place] === at.year() ? "now" : "other" }));
      body.append(node("tr", [node("th", name, { scope: "row" }), ...cells], { class: kind }));
    };
    const mark = (flag) => (found) => (found[flag] ? words().estimate_mark + "\u00a0" : "");
    const cases = (column) => (found) => (found[column] === null ? words().no_data : figure(found[column]));
    const some = (column) => records.some((found) => found[column] > 0);
    const star = names.isIllustrative(run, at.topic()) ? words().illustrative_mark : "";
    if (isOfGroup()) add(rows.served, cases("served"));
    else {
      add(rows.need + star, (found) => mark("need_is_estimate")(found) + cases("need")(found));
      add(rows.served, cases("served"));
      add(rows.unmet, cases("unmet"), "strong");
      for (const column of ["no_place", "out_of_reach", "above_maximum"]) add(rows[column], cases(column), "part");
      add(rows.coverage, (found) => figure(shown("coverage", found), 1));
      add(rows.shortfall, (found) => figure(shown("shortfall", found), 1));
    }
    if (some("other_paid")) add(rows.other_paid, cases("other_paid"), "part");
    if (some("users")) add(rows.travel, (found) => figure(shown("travel", found), 1));
    add(rows.places_today, (found) => mark("places_are_estimate")(found) + figure(found.places_today));
    add(rows.places, (found) => figure(found.places));
    for (const column of ["new_places", "committed", "transformed_in", "transformed_out", "given_up"]) {
      if (column === "new_places" || some(column)) add(rows[column], (found) => figure(found[column]), "part");
    }
    add(rows.running, (found) => figure(found.running / 100));
    add(rows.capital, (found) => figure(found.capital / 100));
    add(rows.money, (found) => figure(shown("money", found), 1));
    const titles = years.map((year) => node("th", String(DATA.years[year]), { scope: "col", class: year === at.year() ? "now" : "other" }));
    const top = node("thead", node("tr", [node("th", words().panel_words.figure, { scope: "col" }), ...titles]));
    return node("table", [top, body], { class: "details" });
  }

  /** Who serves whom, and what the need was made from: only for one topic of one municipality. */
  function wordsOf(run, place, found) {
    const list = node("dl", undefined, { class: "words-of" });
    const add = (name, text) => list.append(node("dt", name), node("dd", text));
    const rows = words().rows;
    const [by, serves] = names.flows(run, place, at.topic());
    add(rows.served_by, by || words().dash);
    add(rows.serves, serves || words().dash);
    if (found.indicator !== null) add(rows.indicator, indicator(run, found.indicator, found.indicator_value));
    const marks = names.estimates(run, found, at.topic());
    if (marks) add(rows.estimated, marks);
    return list;
  }

  /** The indicators of a norm with their figure (in hundredths), date and source. */
  function indicator(run, codes, hundredths) {
    const first = DATA.runs[run].norm_indicators[codes.split(" ")[0]];
    if (first === undefined) return codes;
    return fill(words().panel_words.value_of, {
      name: names.indicators(run, codes, (one) => inWords(one.name)),
      value: hundredths === null ? words().no_data : figure(hundredths / 100, hundredths % 100 ? 1 : 0),
      unit: words().indicator_units[first.unit],
      date: first.date.split("-").reverse().join("."),
      source: words().source_classes[first.source_class],
    });
  }

  /* ---------------------------------------------------------------- needs and services */

  /** Every need group of an area, the chosen one with its services; a name opens its view. */
  function topicsTable(run, area) {
    const short = words().short;
    const body = node("tbody");
    const group = at.topic() === ALL ? null : DATA.topics[at.topic()].group;
    DATA.topics.forEach((topic, place) => {
      if (!figures.asks(run, place) || (topic.single && topic.group !== group)) return;
      const name = node("button", names.topicName(place), { type: "button", title: inWords(topic.name), "data-key": "topic " + topic.key });
      name.addEventListener("click", () => choose({ service: topic.key }));
      const row = topicRow(node("th", name, { scope: "row" }), record(run, at.year(), area, place), true);
      if (topic.single) row.classList.add("part");
      if (place === at.topic()) row.classList.add("now");
      body.append(row);
    });
    const sum = topicRow(node("th", short.total, { scope: "row" }), record(run, at.year(), area, ALL), false);
    sum.classList.add("sum");
    body.append(sum);
    return node("table", [headRow([short.topic, short.need, short.served, short.unmet, short.places, short.package]), body], { class: "topics" });
  }

  function topicRow(name, found, marked) {
    const cases = (column) => node("td", figure(found[column]));
    const need = found.need_is_estimate && marked ? words().estimate_mark : "";
    return node("tr", [name, node("td", need + figure(found.need)), cases("served"), cases("unmet"), cases("places"), packageCell(found)]);
  }

  function packageCell(found) {
    if (found.complied === null) return node("td", words().dash);
    const values = { n: figure(found.achieved), all: figure(found.required) };
    const text = (found.complied ? "✓ " : "✗ ") + fill(words().panel_words.ratio, values);
    const name = node("span", text, { class: found.complied ? "verdict-yes" : "verdict-no", title: names.reason(found) });
    return node("td", name);
  }

  /* ---------------------------------------------------------------- money and changes */

  /** What each stream has in the year, with what it carried in; what of it is spent, carried over, left or lacking.
   *  The parts of a stream that every region has for itself are one row, or a sheet of paper could not hold them.
   */
  function budgetTable(run) {
    const said = words().panel_words;
    const rows = new Map();
    DATA.runs[run].budget[state.year].forEach((amounts, place) => {
      const [carried, fresh, spent] = amounts;
      if (carried + fresh + spent === 0) return;
      const stream = DATA.runs[run].streams[place];
      const key = stream.kind + inWords(stream.of_all);
      const row = rows.get(key) ?? { stream, parts: 0, sums: amounts.map(() => 0) };
      rows.set(key, { stream, parts: row.parts + 1, sums: row.sums.map((sum, column) => sum + amounts[column]) });
    });
    const body = node("tbody");
    for (const { stream, parts, sums: [carried, fresh, spent, goesOn, left, lacking] } of rows.values()) {
      const name = parts > 1 ? fill(said.in_regions, { name: inWords(stream.of_all), n: figure(parts) }) : inWords(stream.name);
      const rest = lacking > 0 ? [said.lacking, lacking] : goesOn > 0 ? [said.carried, goesOn] : [said.rest, left];
      body.append(node("tr", [
        node("th", name + " (" + said[stream.kind] + ")", { scope: "row" }),
        node("td", figure(carried + fresh)),
        node("td", figure(spent)),
        node("td", fill(rest[0], { n: figure(rest[1]) })),
      ]));
    }
    return node("table", [headRow([said.stream, said.available, said.spent, said.left]), body], { class: "budget" });
  }

  /** Which stream pays what for the chosen topic, here or in the whole territory. */
  function payers(run) {
    const said = words().panel_words;
    const sums = new Map();
    const asked = new Set(at.services(at.topic()));
    const inside = members();
    for (const { place, service, stream, kind, cents } of figures.blockOf(run, at.year()).payments) {
      if (!asked.has(service) || !inside.has(place)) continue;
      const key = stream * 10 + kind;
      sums.set(key, (sums.get(key) || 0) + cents);
    }
    if (sums.size === 0) return [node("h3", said.payers), node("p", said.nobody_pays, { class: "soft" })];
    const body = node("tbody", [...sums].sort((a, b) => a[0] - b[0]).map(([key, cents]) => node("tr", [
      node("th", inWords(DATA.runs[run].streams[Math.floor(key / 10)].name), { scope: "row" }),
      node("td", said.kinds[key % 10], { class: "words" }),
      node("td", figure(cents / 100)),
    ])));
    return [node("h3", said.payers), node("table", [headRow([said.stream, said.cost, said.amount], (column) => column === 1), body], { class: "payers" })];
  }

  /** Changes that the panel lists; the workbook has them all. */
  const MOST_LISTED = 8;

  /** Services that become others, here or in the whole territory, each with its year. */
  function transformations(run) {
    const said = words().panel_words;
    const sums = new Map();
    const [inside, asked] = [members(), new Set(at.services(at.topic()))];
    for (const [year, where, before, after, out, into, amount] of DATA.runs[run].transformed) {
      if (!inside.has(where) || (!asked.has(before) && !asked.has(after))) continue;
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
        before: names.serviceName(before),
        into: figure(into),
        after: names.serviceName(after),
        amount: figure(amount),
      });
      return node("li", text, { class: String(year) === state.year ? "now" : "" });
    });
    if (order.length > MOST_LISTED) items.push(node("li", fill(said.more, { n: figure(order.length - MOST_LISTED) })));
    return [node("h3", said.transformations), node("ul", items, { class: "changes" })];
  }

  /** Renovations that are asked: when they are done, or what is lost; those not done stand first. */
  function renovations(run) {
    const said = words().panel_words;
    const everywhere = at.area() >= PLACES;
    const [inside, asked] = [members(), new Set(at.services(at.topic()))];
    const found = DATA.runs[run].renovated.filter(([where, service]) => inside.has(where) && asked.has(service));
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
        where: everywhere ? names.placeName(where) + ", " : "",
        service: names.serviceName(service),
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

  return { bar, draw, head };
};
