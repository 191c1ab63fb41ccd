/* The block of packed columns, read as records: what a run says of a topic in an area and year.
 *
 * An area is a municipality by its position, then the regions, then the whole territory; the topic behind the last one
 * is all of them together. Everything is exact and in whole numbers (money in cents); null is no data, never 0. What a
 * run does not plan has no record. The same rules stand in record.py, which the tests hold against these. */
window.figuresOf = function (DATA) {
  const ALPHABET = new Map([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].map((sign, at) => [sign, at]));
  const PLACES = DATA.municipalities.length;
  const WHOLE = PLACES + DATA.regions.length;
  const ALL = DATA.topics.length;
  const GROUPS = DATA.topics.flatMap((topic, at) => (topic.single ? [] : [at]));
  const GROUP_AT = new Map(GROUPS.map((topic, at) => [topic, at]));
  const ASKED = DATA.runs.map((run) => ({ places: new Set(run.places), topics: new Set(run.topics) }));
  const MEMBERS = [];
  for (let area = 0; area <= WHOLE; area += 1) {
    if (area < PLACES) MEMBERS.push([area]);
    else MEMBERS.push(DATA.municipalities.flatMap((m, place) => (area === WHOLE || m.region === area - PLACES ? [place] : [])));
  }

  /* ---------------------------------------------------------------- columns */

  function unpack(text) {
    const values = [];
    let at = 0;
    const number = () => {
      let value = 0;
      for (;;) {
        const digit = ALPHABET.get(text[at]);
        at += 1;
        value = value * 32 + (digit % 32);
        if (digit < 32) return value;
      }
    };
    while (at < text.length) {
      const sign = text[at];
      if (sign === "*") {
        at += 1;
        const last = values.length ? values[values.length - 1] : 0;
        for (let again = number(); again > 0; again -= 1) values.push(last);
      } else if (sign === ".") {
        at += 1;
        values.push(null);
      } else if (sign === "!") {
        at += 1;
        values.push(-number());
      } else values.push(number());
    }
    return values;
  }

  const unpacked = new Map();
  const NONE = new Array(PLACES).fill(null);

  function column(at) {
    if (at < 0) return NONE;
    if (!unpacked.has(at)) unpacked.set(at, written(DATA.columns[at]));
    return unpacked.get(at);
  }

  /** A column as it is, or as differences from one before it. */
  function written(text) {
    if (!text.startsWith("~")) return unpack(text);
    const [, like, moved] = text.split("~");
    const before = column(unpack(like)[0]);
    return unpack(moved).map((value, place) => (value === null ? null : value + (before[place] || 0)));
  }

  const [WAYS, HOSTS, MINUTES] = DATA.journeys.map(unpack);
  /** Position of the first way of each municipality. */
  const FIRST_WAY = WAYS.map((_, place) => WAYS.slice(0, place).reduce((sum, count) => sum + count, 0));
  const blocks = new Map();

  /** The columns of a run in a year; null where the run does not plan the year. */
  function blockOf(run, year) {
    const key = run + " " + year;
    if (!blocks.has(key)) {
      const given = DATA.runs[run].columns[DATA.years[year]];
      blocks.set(key, given === undefined ? null : readBlock(given));
    }
    return blocks.get(key);
  }

  /** Packed distances as what they lead to. */
  function steps(text) {
    let last = 0;
    return unpack(text).map((step) => { last += step; return last; });
  }

  /** Columns by name, so many of each. */
  const table = (names, columns, count) => (
    Object.fromEntries(names.map((name, at) => [name, columns.slice(at * count, (at + 1) * count).map(column)]))
  );

  /** Payments one by one: who pays how many cents for a service in a place; ``sixes`` as columns.py writes them. */
  function paymentsOf(sixes) {
    const found = [];
    for (let at = 0; at < sixes.length; at += 6) {
      const [service, kind, unit, ...columns] = sixes.slice(at, at + 6);
      const [streams, units, beyond] = columns.map(column);
      for (let place = 0; place < PLACES; place += 1) {
        const cents = units[place] * unit + beyond[place];
        if (cents !== 0) found.push({ place, service, kind, stream: streams[place], cents });
      }
    }
    return found;
  }

  function readBlock(given) {
    const zeros = () => DATA.services.map(() => new Array(PLACES).fill(0));
    const sums = { running: zeros(), capital: zeros(), users: zeros(), user_minutes: zeros() };
    const payments = paymentsOf(unpack(given.paid));
    for (const { place, service: of, kind, cents } of payments) sums[kind === 0 ? "running" : "capital"][of][place] += cents;
    const journeys = DATA.services.map(() => []);
    const threes = unpack(given.journeys);
    for (let next = 0; next < threes.length; next += 3) {
      const of = threes[next];
      const [ways, counts] = [column(threes[next + 1]), column(threes[next + 2])];
      ways.forEach((way, home) => {
        if (counts[home] === 0) return;
        const [host, minutes] = [HOSTS[FIRST_WAY[home] + way], MINUTES[FIRST_WAY[home] + way]];
        journeys[of].push({ home, host, users: counts[home], minutes });
        sums.users[of][home] += counts[home];
        sums.user_minutes[of][home] += counts[home] * minutes;
      });
    }
    return {
      journeys,
      payments,
      sums,
      residents: column(given.residents),
      group: table(DATA.group_columns, steps(given.groups), GROUPS.length),
      service: table(DATA.service_columns, steps(given.services), DATA.services.length),
      made: new Map(),
    };
  }

  /* ---------------------------------------------------------------- records */

  const COUNTED = ["need", "served", "above_maximum", "out_of_reach"];
  const CASES = [...COUNTED, "no_place"];
  const CHANGES = ["places_today", "new_places", "committed", "transformed_in", "transformed_out", "given_up", "other_paid"];
  const STANDING = [...CHANGES, "places"];
  const SUMS = ["running", "capital", "users", "user_minutes"];
  const PACKAGE = ["several", "required", "achieved", "missing", "nearest_min", "complied", "reason", "limit"];

  function fresh() {
    return {
      need: null, served: null, unmet: null, above_maximum: null, out_of_reach: null, no_place: null, unknown: 0,
      of_group: false, places_today: 0, places: 0, new_places: 0, committed: 0, transformed_in: 0, transformed_out: 0,
      given_up: 0, other_paid: 0, running: 0, capital: 0, users: 0, user_minutes: 0, residents: null,
      several: false, required: null, achieved: null, missing: null, nearest_min: null, complied: null, reason: "none",
      limit: null, lacking: [], indicator: null, indicator_value: null, need_is_estimate: false, places_are_estimate: false,
    };
  }

  /** What a service has in a municipality; its users are those of its journeys. */
  function ofService(block, of, place) {
    const key = of * PLACES + place;
    if (!block.made.has(key)) block.made.set(key, madeOfService(block, of, place));
    return block.made.get(key);
  }

  function madeOfService(block, of, place) {
    const record = fresh();
    for (const name of CHANGES) record[name] = block.service[name][of][place] || 0;
    record.places = record.places_today + record.new_places + record.committed + record.transformed_in
      - record.transformed_out - record.given_up + (block.service.places_rest[of][place] || 0);
    for (const name of SUMS) record[name] = block.sums[name][of][place];
    record.served = record.users;
    record.places_are_estimate = block.service.places_are_estimate[of][place] === 1;
    const reason = block.service.reason[of][place];
    record.reason = reason === null ? "none" : DATA.words[reason];
    if (record.reason === "none") return record;
    record.required = block.service.required[of][place];
    record.achieved = block.service.achieved[of][place];
    record.missing = Math.max(0, record.required - record.achieved);
    record.nearest_min = block.service.nearest_min[of][place];
    record.complied = record.reason.endsWith("_ok");
    record.limit = DATA.services[of].limit;
    return record;
  }

  function standing(parts) {
    const total = fresh();
    for (const part of parts) {
      for (const name of STANDING) total[name] += part[name];
      for (const name of SUMS) total[name] += part[name];
      total.places_are_estimate = total.places_are_estimate || part.places_are_estimate;
    }
    return total;
  }

  /** The package of a sum: in how many of its parts it is whole, and in which it is not. */
  function whole(total, kind, parts) {
    const asked = parts.filter(([, part]) => part.complied !== null);
    if (asked.length === 0) return total;
    total.several = true;
    total.required = asked.length;
    total.lacking = asked.filter(([, part]) => !part.complied).map(([name]) => name);
    total.missing = total.lacking.length;
    total.achieved = total.required - total.missing;
    total.complied = total.missing === 0;
    total.reason = kind + (total.complied ? "_ok" : "_short");
    return total;
  }

  const plus = (one, other) => (other === null ? one : (one || 0) + other);

  /** Cases, places and money of several records. */
  function together(parts) {
    const total = standing(parts);
    total.unknown = parts.filter((part) => part.need === null).length;
    for (const part of parts) for (const name of CASES) total[name] = plus(total[name], part[name]);
    total.unmet = total.need === null ? null : total.need - total.served;
    total.need_is_estimate = parts.some((part) => part.need_is_estimate);
    return total;
  }

  function ofTopic(block, run, topic, place) {
    const members = DATA.topics[topic].services.map((of) => [of, ofService(block, of, place)]);
    // Of one service what stands is its own.
    const total = members.length === 1 ? { ...members[0][1] } : standing(members.map(([, part]) => part));
    total.served = total.users;
    if (DATA.topics[topic].single) total.of_group = true;
    else {
      const at = GROUP_AT.get(topic);
      for (const name of COUNTED) total[name] = block.group[name][at][place];
      if (total.need !== null) {
        total.unmet = total.need - total.served;
        total.no_place = total.unmet - total.above_maximum - total.out_of_reach + block.group.no_place_rest[at][place];
      }
      const indicator = block.group.indicator[at][place];
      total.indicator = indicator === null ? null : DATA.words[indicator];
      total.indicator_value = block.group.indicator_value[at][place];
      total.need_is_estimate = block.group.need_is_estimate[at][place] === 1;
    }
    const asked = members.filter(([, part]) => part.complied !== null);
    if (asked.length === 1) for (const name of PACKAGE) total[name] = asked[0][1][name];
    else whole(total, "services", members);
    return total;
  }

  function everything(block, run, year, place) {
    const groups = GROUPS.filter((topic) => ASKED[run].topics.has(topic)).map((topic) => record(run, year, place, topic));
    const total = together(groups);
    return whole(total, "services", DATA.services.map((_, of) => [of, ofService(block, of, place)]));
  }

  function ofArea(run, year, area, topic) {
    const parts = membersOf(run, area).map((place) => [place, record(run, year, place, topic)]);
    const total = whole(together(parts.map(([, part]) => part)), "municipalities", parts);
    total.of_group = parts.some(([, part]) => part.of_group);
    if (total.of_group) total.unknown = 0;
    if (topic === ALL) total.unknown = parts.reduce((sum, [, part]) => sum + part.unknown, 0);
    const counted = parts.map(([, part]) => part.residents);
    total.residents = counted.includes(null) ? null : counted.reduce((sum, one) => sum + one, 0);
    return total;
  }

  /** The municipalities of an area that a run plans. */
  const membersOf = (run, area) => MEMBERS[area].filter((place) => ASKED[run].places.has(place));

  const records = new Map();

  /** What a run says of a topic in an area and year; null where it plans none of it. */
  function record(run, year, area, topic) {
    const key = ((run * DATA.years.length + year) * (WHOLE + 1) + area) * (ALL + 1) + topic;
    if (!records.has(key)) records.set(key, made(run, year, area, topic));
    return records.get(key);
  }

  function made(run, year, area, topic) {
    const block = blockOf(run, year);
    if (block === null || (topic !== ALL && !ASKED[run].topics.has(topic)) || membersOf(run, area).length === 0) return null;
    if (area >= PLACES) return ofArea(run, year, area, topic);
    const found = topic === ALL ? everything(block, run, year, area) : ofTopic(block, run, topic, area);
    found.residents = block.residents[area];
    return found;
  }

  /* ---------------------------------------------------------------- rates and classes */

  /** Rates as fractions of whole numbers; null where there is none. */
  const RATES = {
    package: (r) => (r.required === null ? null : [100 * r.achieved, r.required]),
    coverage: (r) => (r.need ? [100 * r.served, r.need] : null),
    shortfall: (r) => (r.need && r.residents ? [1000 * r.unmet, r.residents] : null),
    money: (r) => (r.residents ? [r.running, 100 * r.residents] : null),
    travel: (r) => (r.users ? [r.user_minutes, r.users] : null),
  };
  const rate = (key, found) => RATES[key](found);

  /** A fraction rounded to some decimals, halves up. */
  function rounded(n, d, decimals = 1) {
    const twice = 2 * 10 ** decimals * n + d;
    return (twice - (twice % (2 * d))) / (2 * d) / 10 ** decimals;
  }

  /** Per cent with one decimal, never 0 or 100 where it is neither. */
  function ofHundred(n, d) {
    const found = rounded(n, d);
    if (found === 100 && n < 100 * d) return 99.9;
    return found === 0 && n > 0 ? 0.1 : found;
  }

  /** A rate with one decimal for display, or with as many as it needs not to be nothing. */
  function shown(key, found) {
    const value = rate(key, found);
    if (value === null) return null;
    return key === "coverage" || key === "package" ? ofHundred(...value) : rounded(...value, window.decimalsOf(...value, 1));
  }

  const scaleOf = (indicator, every, summed, ofGroup) => {
    if (ofGroup && indicator.hatched) return "of_group";
    if (summed && indicator.area !== null) return indicator.area;
    return every ? indicator.all : indicator.one;
  };

  const atLeast = ([n, d], [m, of]) => n * of >= m * d;

  /** Class of an area in one view: the scale, and the position among its classes. */
  function classOf(indicator, found, every, summed) {
    const scale = scaleOf(indicator, every, summed, found.of_group);
    const { breaks, classes } = DATA.scales[scale];
    const named = (key) => ({ scale, at: classes.findIndex((one) => one.key === key) });
    const figured = (value) => ({ scale, at: breaks.filter((limit) => atLeast(value, limit)).length });
    if (indicator.key === "package") {
      if (found.complied === null) return named("not_asked");
      if (summed) return figured(rate("package", found));
      if (every) return figured([found.missing, 1]);
      return { scale, at: found.complied ? 0 : found.achieved ? 1 : 2 };
    }
    if (found.of_group && indicator.hatched) return { scale, at: 0 };
    if (indicator.hatched && found.need === 0) return named("no_need");
    const value = rate(indicator.key, found);
    if (value === null) return named(indicator.key === "travel" ? "nobody" : "no_data");
    return figured(value);
  }

  /** More than the stated share of the need, and at least so many cases, without a place. */
  function isCritical(found) {
    const [n, d] = DATA.critical.share;
    return found.need !== null && found.unmet >= DATA.critical.cases && found.unmet * d > found.need * n;
  }

  return {
    ALL, GROUPS, MEMBERS, PLACES, WHOLE, blockOf, classOf, isCritical, membersOf, ofHundred, rate, record, scaleOf,
    shown,
    plans: (run, place) => ASKED[run].places.has(place),
    asks: (run, topic) => topic === ALL || ASKED[run].topics.has(topic),
  };
};
