/* The table of the view: sorted by a column, with its CSV, the sources and the stages; one run, or two side by side. */
window.tableOf = function ({ DATA, state, kit, figures, names, at, beside }) {
  const { byId, figure, fill, headRow, inWords, node, signed, words } = kit;
  const { ALL, PLACES, record, shown } = figures;
  /** Column that the rows are sorted by, and whether the largest stands first; the order of the codes at the start. */
  const sorted = { column: null, down: false };

  const count = (column) => (found) => found[column];
  const euro = (column) => (found) => found[column] / 100;
  const rate = (key) => (found) => shown(key, found);
  const TABLE = [
    ["need", 0, count("need")],
    ["served", 0, count("served")],
    ["unmet", 0, count("unmet")],
    ["above_maximum", 0, count("above_maximum")],
    ["out_of_reach", 0, count("out_of_reach")],
    ["no_place", 0, count("no_place")],
    ["other_paid", 0, count("other_paid"), true],
    ["coverage", 1, rate("coverage")],
    ["shortfall", 1, rate("shortfall")],
    ["travel", 1, rate("travel")],
    ["places_today", 0, count("places_today")],
    ["places", 0, count("places")],
    ["new_places", 0, count("new_places")],
    ["committed", 0, count("committed"), true],
    ["transformed_in", 0, count("transformed_in"), true],
    ["transformed_out", 0, count("transformed_out"), true],
    ["given_up", 0, count("given_up"), true],
    ["running", 2, euro("running")],
    ["capital", 2, euro("capital")],
    ["money", 1, rate("money")],
    ["required", 0, count("required")],
    ["achieved", 0, count("achieved")],
    ["complied", null, (found) => (found.complied === null ? null : found.complied ? words().yes : words().no)],
    ["reason", null, (found) => names.reason(found)],
    ["served_by", null, (found, run, area) => oneTopic(area) && names.flows(run, area, at.topic())[0]],
    ["serves", null, (found, run, area) => oneTopic(area) && names.flows(run, area, at.topic())[1]],
    ["indicator", null, (found, run) => names.indicators(run, found.indicator, (one) => inWords(one.name))],
    ["indicator_value", 2, (found) => (found.indicator_value === null ? null : found.indicator_value / 100)],
    ["source_class", null, (found, run) => names.indicators(run, found.indicator, (one) => words().source_classes[one.source_class])],
    ["estimated", null, (found, run, area) => (oneTopic(area) ? names.estimates(run, found, at.topic()) : null)],
  ];
  const PAIRED = ["need", "served", "unmet", "coverage", "shortfall", "places", "whole", "running", "capital", "money", "travel"];

  const oneTopic = (area) => (at.topic() !== ALL && area < PLACES ? true : null);
  const code = (area) => (area < PLACES ? DATA.municipalities[area].code : area < figures.WHOLE ? DATA.regions[area - PLACES].code : "");
  const title = (area) => (area < PLACES ? names.placeName(area) : inWords(DATA.regions[area - PLACES].name));

  /* ---------------------------------------------------------------- rows as values */

  /** Columns of the view: key, heading, decimals (null: words), whether it is rare. */
  function columns() {
    if (!at.paired()) return TABLE.map(([key, decimals, , rare]) => ({ key, name: words().rows[key], decimals, rare }));
    const { a, b } = beside.letters();
    return PAIRED.flatMap((key) => [a, b, words().comparison.difference].map((side, place) => ({
      key, name: words().comparison.rows[key] + " – " + side, decimals: DECIMALS[key] || 0, change: place === 2,
    })));
  }
  const DECIMALS = { coverage: 1, shortfall: 1, money: 1, travel: 1, running: 2, capital: 2 };

  function valuesOf(area) {
    if (at.paired()) {
      const rows = new Map((beside.sideBySide(area) || []).map((row) => [row[0], row]));
      return PAIRED.flatMap((key) => {
        const [, a, b] = rows.get(key) || [key, null, null];
        return [a, b, a === null || b === null ? null : Math.round(100 * (b - a)) / 100];
      });
    }
    const run = at.runs()[0];
    const found = record(run, at.year(), area, at.topic());
    return TABLE.map(([, , value]) => (found === null ? null : value(found, run, area)));
  }

  const labelOf = (area) => (at.side() === "difference" || at.paired() ? beside.describe(area) : inWords((names.classNow(at.runs()[0], area) || { label: NOTHING }).label));
  const NOTHING = Object.fromEntries(DATA.languages.map((language) => [language, DATA.texts[language].not_planned]));

  /** The areas of the level in their order, the sum last. */
  function rows() {
    const order = at.areas().map((area) => ({ code: code(area), name: title(area), label: labelOf(area), values: valuesOf(area) }));
    if (sorted.column !== null) {
      const value = (row) => (sorted.column === -2 ? row.name : sorted.column === -1 ? row.label : row.values[sorted.column]);
      const compare = (x, y) => {
        const [a, b] = [value(x), value(y)];
        if (a === null || a === "") return b === null || b === "" ? 0 : 1;
        if (b === null || b === "") return -1;
        const less = typeof a === "number" ? a - b : String(a).localeCompare(String(b), state.lang);
        return sorted.down ? -less : less;
      };
      order.sort(compare);
    }
    const sum = at.sumArea();
    return [...order, { code: "", name: words().table.total, label: "", values: valuesOf(sum), sum: true }];
  }

  /* ---------------------------------------------------------------- on the screen */

  const head = () => [at.level() === "region" ? words().region : words().rows.municipality, words().rows.class, ...columns().map(({ name }) => name)];

  /** Columns that the screen shows: one without any figure says nothing, a rare one neither where it is zero. */
  function columnsShown(all) {
    const every = columns();
    const says = (place) => ({ values }) => (every[place].rare ? values[place] > 0 : values[place] !== null && values[place] !== "");
    return every.map((_, place) => place).filter((place) => all.some(says(place)));
  }

  /** The head of a column sorts by it; once more turns the order. */
  function headCell(text, column, wordy) {
    const now = sorted.column === column;
    const button = node("button", text, { type: "button", "data-key": "sort " + column });
    button.addEventListener("click", () => {
      // Figures begin with the largest, words with the first.
      Object.assign(sorted, { down: now ? !sorted.down : !wordy, column });
      draw();
    });
    const marks = { scope: "col", ...(wordy ? { class: "words" } : {}), ...(now ? { "aria-sort": sorted.down ? "descending" : "ascending" } : {}) };
    return node("th", button, marks);
  }

  function cellText(value, { decimals, change }) {
    if (decimals === null) return value || words().dash;
    const shownWith = decimals === 2 && Number.isInteger(value) ? 0 : decimals;
    return change && value !== null ? signed(value, shownWith) : figure(value, shownWith);
  }

  function grid() {
    const all = rows();
    const every = columns();
    const place = columnsShown(all);
    const titles = head();
    const top = [headCell(titles[0], -2, true), headCell(titles[1], -1, true), ...place.map((at) => headCell(titles[at + 2], at, every[at].decimals === null))];
    const body = node("tbody", all.map(({ name, code: own, label, values, sum }) => {
      const row = node("tr", [node("th", name, { scope: "row" }), node("td", label, { class: "label" })]);
      for (const at of place) {
        const kind = (every[at].decimals === null ? "words " : "") + (every[at].change ? "change " : "") + "of-" + every[at].key;
        row.append(node("td", cellText(values[at], every[at]), { class: kind }));
      }
      if (sum) row.classList.add("sum");
      else if (own === state.municipality || own === state.region) row.classList.add("now");
      return row;
    }));
    return node("table", [node("thead", node("tr", top)), body], { class: "grid", id: "table" });
  }

  function draw() {
    const button = node("button", words().csv, { type: "button", class: "csv", id: "csv-button" });
    button.addEventListener("click", download);
    const heading = fill(words().table.title, { service: names.topicName(at.topic(), "name"), year: state.year });
    const runs = at.runs();
    kit.renew(byId("table-view"), [
      node("div", [node("h2", heading), button], { class: "head" }),
      grid(),
      ...runs.flatMap((run) => {
        const of = runs.length > 1 ? " – " + names.runName(run) : "";
        return [
          node("h3", words().table.sources + of),
          sources(run),
          node("h3", words().table.files + of),
          filesOf(run),
          node("h3", words().table.stages + of, { class: "screen" }),
          node("ul", inWords(DATA.runs[run].about).stages.map((text) => node("li", text)), { class: "screen" }),
        ];
      }),
    ]);
  }

  function sources(run) {
    const said = words().table;
    const lines = Object.values(DATA.runs[run].norm_indicators).map((known) => node("tr", [
      node("th", inWords(known.name), { scope: "row" }),
      node("td", known.date.split("-").reverse().join(".")),
      node("td", words().source_classes[known.source_class]),
      node("td", known.source),
    ]));
    return node("table", [headRow([said.name, said.date, said.source_class, said.source]), node("tbody", lines)], { class: "sources" });
  }

  function filesOf(run) {
    const said = words().table;
    const lines = DATA.runs[run].files.map((known) => node("tr", [
      node("th", inWords(known.holds), { scope: "row" }),
      node("td", known.date),
      node("td", inWords(known.source_class)),
      node("td", known.source),
      node("td", known.file),
    ]));
    return node("table", [headRow([said.holds, said.date, said.source_class, said.source, said.from_file]), node("tbody", lines)], { class: "sources" });
  }

  /* ---------------------------------------------------------------- CSV */

  /** One quoted cell; what a spreadsheet could take for a formula gets an apostrophe. */
  function cell(value) {
    const text = value === null || value === undefined ? "" : String(value);
    return '"' + (/^[=+\-@\t\r]/.test(text) ? "'" + text : text).replaceAll('"', '""') + '"';
  }

  function number(value, decimals) {
    return value === null || value === undefined ? "" : value.toFixed(decimals).replace(".", words().marks.decimal);
  }

  /** A number is no formula, its minus too; words are guarded. */
  function csvText() {
    const every = columns();
    const quoted = (text) => '"' + text + '"';
    const lines = rows().map(({ code: own, name, label, values }) => [
      ...[own, name, label].map(cell),
      ...values.map((value, at) => (every[at].decimals === null ? cell(value) : quoted(number(value, every[at].decimals)))),
    ]);
    return "\ufeff" + [["", ...head()].map(cell), ...lines].map((line) => line.join(";")).join("\r\n") + "\r\n";
  }

  function download() {
    const address = URL.createObjectURL(new Blob([csvText()], { type: "text/csv;charset=utf-8" }));
    const service = at.topic() === ALL ? "all" : state.service.replace(/[^A-Za-z0-9_-]/g, "-");
    const link = node("a", null, { href: address, download: words().table.file + "-" + service + "-" + state.year + ".csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  return { draw };
};
