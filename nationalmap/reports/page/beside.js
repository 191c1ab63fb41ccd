/* Two runs beside each other: the difference of each area, who gains and loses, and the panel that tells it.
 *
 * Sums are over what both runs plan. Classes of a difference are found with whole numbers of any size, so that one on a
 * break always falls on the same side: breaks belong to the class farther from zero. */
window.besideOf = function ({ DATA, state, kit, figures, names, at, choose, panel }) {
  const { byId, figure, fill, headRow, inWords, list, node, renew, signed, words } = kit;
  const { ALL, GROUPS, MEMBERS, PLACES, WHOLE, ofHundred, record, shown } = figures;
  const FILLS = DATA.differences.fills;
  const MIDDLE = (FILLS.length - 1) / 2;
  const MEASURES = new Map(DATA.differences.measures.map((measure) => [measure.key, measure]));
  const SPECIAL = {
    only_a: "url(#only-one)", only_b: "url(#only-one)", no_data: "url(#no-data)",
    not_asked: "#e6e0d2", no_need: "#e6e0d2", of_group: "#e6e0d2", nobody: "#e6e0d2",
  };

  const said = () => words().comparison;
  const sides = () => [at.run("a"), at.run("b")];
  const letterOf = (run) => inWords(DATA.runs[run].letter);
  const letters = () => ({ a: letterOf(at.run("a")), b: letterOf(at.run("b")) });
  const measureNow = () => MEASURES.get(state.indicator);
  const topicsNow = () => (at.topic() === ALL ? GROUPS : [at.topic()]);
  const isOfGroup = () => at.topic() !== ALL && DATA.topics[at.topic()].single;
  const isRate = () => ["coverage", "shortfall"].includes(state.indicator);

  /* ---------------------------------------------------------------- figures */

  const SUMMED = ["need", "served", "unmet", "no_place", "out_of_reach", "above_maximum", "places", "running", "capital", "users", "user_minutes"];

  /** Sum of some figures of records; one that none of them knows is null. The package as services asked and whole. */
  function sumOf(found, names) {
    const total = { ...Object.fromEntries(names.map((name) => [name, null])), asked: 0, whole: 0 };
    for (const one of found) {
      for (const name of names) if (one[name] !== null) total[name] += one[name];
      if (one.complied === null) continue;
      total.asked += one.several ? one.required : 1;
      total.whole += one.several ? one.achieved : Number(one.complied);
    }
    return total;
  }

  /** What two runs have of some topics in some places, over what both plan; "alone" where only one does, or null. */
  function both(places, topics, names = SUMMED) {
    const [runs, year] = [sides(), at.year()];
    const found = [[], []];
    const alone = [0, 0];
    for (const place of places) {
      for (const topic of topics) {
        const [a, b] = [record(runs[0], year, place, topic), record(runs[1], year, place, topic)];
        if (a !== null) alone[0] += 1;
        if (b !== null) alone[1] += 1;
        if (a === null || b === null) continue;
        found[0].push(a);
        found[1].push(b);
      }
    }
    const shared = found[0].length > 0;
    return found.map((records, side) => (shared ? sumOf(records, names) : alone[side] ? "alone" : null));
  }

  /** Residents of the places that both runs count, in each; or null. */
  function residentsOf(places) {
    const counted = places.map((place) => sides().map((run) => record(run, at.year(), place, ALL)));
    const known = counted.filter((pair) => pair.every((one) => one !== null && one.residents !== null));
    return [0, 1].map((side) => (known.length ? known.reduce((sum, pair) => sum + pair[side].residents, 0) : null));
  }

  /** The chosen indicator of a sum as a fraction of whole numbers; null where there is none. */
  function fraction(sum, residents) {
    if (state.indicator === "package") return sum.asked ? [sum.whole, 1] : null;
    if (state.indicator === "coverage") return sum.need ? [100 * sum.served, sum.need] : null;
    if (state.indicator === "travel") return sum.users ? [sum.user_minutes, sum.users] : null;
    if (!residents) return null;
    if (state.indicator === "shortfall") return sum.need === null ? null : [1000 * sum.unmet, residents];
    return [sum.running, 100 * residents];
  }

  const LACKS = { package: "not_asked", travel: "nobody" };

  /** The indicator of an area in both runs; or the word for why there is no difference. */
  function measured(area) {
    const places = MEMBERS[area];
    const sums = both(places, topicsNow());
    if (sums.includes("alone")) return { why: sums[0] === "alone" ? "only_a" : "only_b" };
    if (sums.includes(null)) return { why: "not_asked" };
    if (isOfGroup() && isRate()) return { why: "of_group" };
    if (isRate() && sums.every((sum) => sum.need === 0)) return { why: "no_need" };
    const residents = residentsOf(places);
    const values = sums.map((sum, side) => fraction(sum, residents[side]));
    if (values.includes(null)) return { why: LACKS[state.indicator] || "no_data" };
    return { values: values.map(([n, d]) => n / d), exact: values };
  }

  /** Class of an exact difference: its position among the colours, the middle for none. */
  function classOf([[an, ad], [bn, bd]]) {
    const top = BigInt(bn) * BigInt(ad) - BigInt(an) * BigInt(bd);
    const below = BigInt(ad) * BigInt(bd);
    const size = top < 0n ? -top : top;
    const steps = measureNow().breaks.filter(([n, d]) => size * BigInt(d) >= BigInt(n) * below).length;
    const better = measureNow().sign < 0 ? top < 0n : top > 0n;
    return better ? MIDDLE + steps : MIDDLE - steps;
  }

  const fillOf = (found) => (found.why ? SPECIAL[found.why] : FILLS[classOf(found.exact)]);

  function inFigures(found) {
    if (found.why) return fill(said().why[found.why], letters());
    const { decimals } = measureNow();
    const by = signed(found.values[1] - found.values[0], decimals);
    const [a, b] = state.indicator === "coverage" ? found.exact.map((exact) => ofHundred(...exact)) : found.values;
    return fill(said().moved[state.indicator], { a: figure(a, decimals), b: figure(b, decimals), by });
  }

  const describe = (area) => inFigures(measured(area));

  /* ---------------------------------------------------------------- who gains and who loses */

  const OUTCOMES = ["gains", "loses", "mixed", "same"];

  /** A municipality: more served, a smaller share without a place, more of the package; nothing worse. */
  function outcomeOf(place) {
    const [a, b] = both([place], GROUPS, ["need", "served", "unmet"]);
    if (a === "alone" || b === "alone") return { place, outcome: a === "alone" ? "only_a" : "only_b" };
    if (a === null) return null;
    const share = (sum) => (sum.need ? sum.unmet / sum.need : null);
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

  const placesAround = () => MEMBERS[state.region === "" ? WHOLE : at.regionArea()];
  const kept = new Map();

  /** What neither need nor indicator changes is made once for a pair of runs, a year, a region, a place, a language. */
  function once(name, make) {
    const key = [state.a, state.b, state.year, state.region, state.municipality, state.lang].join("\n");
    if (!kept.has(name) || kept.get(name)[0] !== key) kept.set(name, [key, make()]);
    return kept.get(name)[1];
  }

  const outcomes = () => once("outcomes", () => placesAround().map(outcomeOf).filter((found) => found !== null));

  /** Of each priority class: people who gain and who lose a place, by municipality and need group. */
  function classes() {
    const found = new Map([...new Set(DATA.topics.map((topic) => topic.class))].sort().map((number) => (
      [number, { number, gained: 0, lost: 0, unmet: [0, 0] }]
    )));
    for (const place of placesAround()) {
      for (const topic of GROUPS) {
        const [a, b] = sides().map((run) => record(run, at.year(), place, topic));
        if (a === null || b === null) continue;
        const total = found.get(DATA.topics[topic].class);
        const move = b.served - a.served;
        if (move > 0) total.gained += move;
        else total.lost -= move;
        total.unmet[0] += a.unmet;
        total.unmet[1] += b.unmet;
      }
    }
    return [...found.values()];
  }

  /* ---------------------------------------------------------------- legend */

  /** Classes of the difference with how many of ``areas`` each has, and whatever has no difference. */
  function legend(areas) {
    const found = areas.map(measured);
    const count = (position) => found.filter((one) => !one.why && classOf(one.exact) === position).length;
    const order = FILLS.map((_, position) => FILLS.length - 1 - position);
    const items = order.map((position) => kit.legendRow(kit.box(FILLS[position]), labelOf(position - MIDDLE), count(position)));
    for (const why of new Set(found.map((one) => one.why).filter(Boolean))) {
      items.push(kit.legendRow(kit.box(SPECIAL[why]), fill(said().why[why], letters()), found.filter((one) => one.why === why).length));
    }
    return { title: fill(said().headings[state.indicator], letters()), note: said().colours[state.indicator], items };
  }

  /** A class in words, by its distance from the middle; the sign is that of the figure, not of the colour. */
  function labelOf(steps) {
    const { breaks, sign } = measureNow();
    const decimals = breaks.some(([n, d]) => n % d) ? 1 : 0;
    const limit = (step) => figure(breaks[step - 1][0] / breaks[step - 1][1], decimals);
    const size = Math.abs(steps);
    if (size === 0) return fill(said().none, { n: limit(1) });
    const mark = (sign < 0 ? -steps : steps) > 0 ? "+" : words().marks.minus;
    const low = mark + limit(size);
    if (size === breaks.length) return fill(mark === "+" ? said().beyond_up : said().beyond_down, { low });
    return fill(said().between, { low, high: mark + limit(size + 1) });
  }

  /* ---------------------------------------------------------------- panel */

  const section = (title, content, id) => node("section", [node("h3", title), ...content], id ? { id } : {});

  /** Sentences of a part: of both chosen runs against the base, which has none itself. */
  function sentencesOf(parts) {
    return [...new Set(sides())].flatMap((run) => {
      const lines = DATA.said.filter((line) => parts.includes(line.part) && line.run === DATA.runs[run].run);
      if (lines.length === 0) return [];
      const title = fill(said().against, { a: letterOf(0), b: letterOf(run) });
      return [node("p", [node("strong", title)]), list(lines.map((line) => inWords(line.says)))];
    });
  }

  const euro = (cents) => (cents === null ? null : cents / 100);

  /** Rows of figures of an area: name, in A, in B, decimals. */
  function rowsOf(a, b, residents) {
    const rate = (name, [one, other]) => [name, one, other, 1];
    const each = (key) => [a, b].map((sum, side) => {
      if (!residents[side] && key !== "travel" && key !== "coverage") return null;
      return shown(key, { ...sum, residents: residents[side] });
    });
    return [
      ...(isOfGroup() ? [] : [["need", a.need, b.need, 0]]),
      ["served", a.served, b.served, 0],
      ...(isOfGroup() ? [] : [
        ["unmet", a.unmet, b.unmet, 0],
        ["no_place", a.no_place, b.no_place, 0],
        ["out_of_reach", a.out_of_reach, b.out_of_reach, 0],
        ["above_maximum", a.above_maximum, b.above_maximum, 0],
        rate("coverage", each("coverage")),
        rate("shortfall", each("shortfall")),
      ]),
      ["places", a.places, b.places, 0],
      ...(a.asked || b.asked ? [["whole", a.whole, b.whole, 0]] : []),
      ["running", euro(a.running), euro(b.running), 0],
      ["capital", euro(a.capital), euro(b.capital), 0],
      rate("money", each("money")),
      rate("travel", each("travel")),
    ];
  }

  const isPair = ([a, b]) => a !== null && typeof a !== "string" && typeof b !== "string";

  /** Figures of an area side by side; null where the runs share none. */
  function sideBySide(area) {
    const sums = both(MEMBERS[area], topicsNow());
    return isPair(sums) ? rowsOf(...sums, residentsOf(MEMBERS[area])) : null;
  }

  function figuresTable(area) {
    const sums = both(MEMBERS[area], topicsNow());
    if (!isPair(sums)) return [node("p", fill(said().why[measured(area).why], letters()), { class: "soft" })];
    const rows = rowsOf(...sums, residentsOf(MEMBERS[area]));
    const body = rows.map(([name, before, after, decimals]) => node("tr", [
      node("th", said().rows[name], { scope: "row" }),
      node("td", figure(before, decimals)),
      node("td", figure(after, decimals)),
      node("td", before === null || after === null ? words().dash : signed(after - before, decimals)),
    ], { class: "of-" + name }));
    const { a: first, b: second } = letters();
    return [
      ...bars(sums),
      node("table", [headRow([words().panel_words.figure, first, second, said().difference]), node("tbody", body)], { class: "figures" }),
    ];
  }

  /** The need of each run as a bar. */
  function bars(sums) {
    return sums.flatMap((sum, side) => {
      if (!sum.need) return [];
      const text = fill(words().panel_words.bar, { served: figure(sum.served), need: figure(sum.need) });
      return [node("p", letters()[side ? "b" : "a"] + ": " + text, { class: "bar-text" }), panel.bar(sum)];
    });
  }

  /** Municipalities by what changes for them, those that gain or lose most first; a name chooses it. */
  function winnersTable(found) {
    const rank = (one) => OUTCOMES.indexOf(one.outcome);
    const order = [...found].sort((x, y) => (rank(x) - rank(y)) || Math.abs(y.served || 0) - Math.abs(x.served || 0));
    const body = order.map((one) => {
      const code = DATA.municipalities[one.place].code;
      const name = node("button", names.placeName(one.place), { type: "button", "data-key": "place " + code });
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
    return node("table", [headRow(head, (column) => column === 4), node("tbody", body)], { class: "winners", id: "winners" });
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
      const pair = [DATA.runs[one].run, DATA.runs[other].run];
      const row = DATA.stability.find((row) => pair.includes(row.run_a) && pair.includes(row.run_b) && row.run_a !== row.run_b);
      return row.taken ? fill(words().units.coverage, { n: figure(ofHundred(100 * row.equal, row.taken), 1) }) : words().dash;
    };
    const every = DATA.runs.map((_, run) => run);
    const body = every.map((one) => node("tr", [node("th", letterOf(one), { scope: "row" }), ...every.map((other) => node("td", share(one, other)))]));
    return node("table", [headRow([said().short.run, ...every.map(letterOf)]), node("tbody", body)], { id: "matrix" });
  }

  function countsInWords(found) {
    const many = (outcome) => found.filter((one) => one.outcome === outcome).length;
    return fill(said().counts, Object.fromEntries(OUTCOMES.map((outcome) => [outcome, figure(many(outcome))])));
  }

  function draw() {
    const found = outcomes();
    const area = at.area();
    const here = area === WHOLE ? said().everywhere : names.areaName(area);
    const asked = sentencesOf(["scope", "inputs"]);
    const stages = sentencesOf(["stages"]);
    const topic = names.topicName(at.topic(), "name");
    const own = section(fill(said().parts.figures, { name: here, topic, year: state.year }), figuresTable(area), "figures");
    const inputs = section(said().parts.inputs, asked.length ? asked : [node("p", said().same_run, { class: "soft" })], "inputs");
    const parts = [
      ...(area === WHOLE ? [inputs, own] : [...panel.head(at.run("a"), area), own, inputs]),
      once("winners", () => section(fill(said().parts.winners, { ...letters(), year: state.year }), [
        node("p", countsInWords(found)), winnersTable(found), node("p", said().winners_note, { class: "soft" }),
      ])),
      once("classes", () => section(said().parts.classes, [classesTable()])),
      section(said().parts.stages, stages.length ? stages : [node("p", said().same_run, { class: "soft" })], "stages"),
      section(said().parts.stability, [list(DATA.said.filter((line) => line.part === "stability").map((line) => inWords(line.says))), ...(DATA.runs.length > 2 ? [matrix()] : [])], "stability"),
      node("p", [said().runs_note, node("br"), words().note_illustrative], { class: "notes" }),
    ];
    const sheet = byId("sheet") ?? node("div", [], { id: "sheet" });
    renew(byId("panel"), [sheet]);
    renew(sheet, parts);
  }

  /** What differs in an area, in one sentence, and how many municipalities gain and lose. */
  function sentence(area) {
    const sums = both(MEMBERS[area], topicsNow());
    if (!isPair(sums)) return fill(said().why[measured(area).why], letters());
    const [a, b] = sums;
    const pair = (name) => fill(said().pair, { a: figure(a[name]), b: figure(b[name]), by: signed((b[name] || 0) - (a[name] || 0)) });
    const values = { ...letters(), year: state.year, topic: names.topicName(at.topic()), served: pair("served"), unmet: pair("unmet"), places: pair("places") };
    return fill(isOfGroup() ? said().sentence_single : said().sentence, values) + " " + countsInWords(outcomes());
  }

  return { describe, draw, fillOf, legend, letterOf, letters, measured, sentence, sideBySide };
};
