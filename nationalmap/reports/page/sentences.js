/* One plain sentence for each view of one run: the same words and rules as sentences.py, which the tests hold against
 * these; of the whole territory or of one region. */
window.sentencesOf = function (DATA, kit, figures) {
  const { figure, fill, inWords, words } = kit;
  const { ALL, isCritical, membersOf, rate, record, shown } = figures;
  const NAMES = 4;
  const PARTS = 3;
  const say = (key, values) => fill(words().sentence[key], values);
  const placeName = (place) => inWords(DATA.municipalities[place].name);
  const topicName = (topic) => inWords(DATA.topics[topic].short);

  /** Before these letters, in quotes or not, Bulgarian says във and със. */
  function spoken(text) {
    if (words().language !== "bg") return text;
    const doubled = /(?<![\p{L}\p{N}_])(?:(в)(?=[ \u00A0]„?[вф])|(с)(?=[ \u00A0]„?[зс][\p{L}\p{N}_]))/giu;
    return text.replace(doubled, (found, v) => found + (v ? "ъв" : "ъс"));
  }

  function counted(count, noun) {
    const [one, many] = words().nouns[noun];
    return figure(count) + "\u00a0" + (count === 1 ? one : many);
  }

  const joined = (names) => (names.length < 2 ? names.join("") : names.slice(0, -1).join(", ") + words().sentence.and + names[names.length - 1]);

  /** Names of municipalities, the first few and how many more. */
  function places(found) {
    const few = found.slice(0, found.length > NAMES + 1 ? NAMES : found.length).map(placeName);
    if (found.length > few.length) few.push(say("more_places", { places: counted(found.length - few.length, "municipality") }));
    return joined(few);
  }

  const halfUp = (n, d) => (2 * n + d - ((2 * n + d) % (2 * d))) / (2 * d);

  /** An amount of cents that is read aloud: millions with one decimal, else whole EUR. */
  function amount(cents) {
    if (cents >= 100000000) return say("million", { n: figure(halfUp(10 * cents, 100000000) / 10, 1) });
    return say("euro", { n: figure(halfUp(cents, 100)) });
  }

  function sentence(run, year, indicator, topic, area) {
    const total = record(run, year, area, topic);
    if (total === null) return "";
    const parts = membersOf(run, area).map((place) => [place, record(run, year, place, topic)]);
    const known = parts.filter(([, part]) => part.need);
    const unknown = () => {
      if (!total.unknown) return "";
      if (topic === ALL) return say("unknown_parts", { rows: counted(total.unknown, "row") });
      return say("unknown", { places: places(parts.filter(([, part]) => part.need === null).map(([place]) => place)) });
    };
    const largest = (key, of) => of.reduce((best, one) => {
      const [[n, d], [m, e]] = [rate(key, one[1]), rate(key, best[1])];
      return n * e > m * d ? one : best;
    });

    function packaged() {
      const n = figure(total.achieved || 0);
      const all = counted(total.required || 0, "municipality");
      if (topic !== ALL) {
        const service = topicName(topic);
        if (total.required === null) return say("package_none", { service });
        if (total.complied) return say("package_one_whole", { service, n, all });
        return say("package_one", { service, n, all, names: places(total.lacking) });
      }
      if (total.lacking.length === 0) return say("package_whole", { n, all });
      return say("package", { n, all, missing: missing() });
    }

    /** Services that lack most often, each with where; the rest counted. */
    function missing() {
      const lacks = new Map();
      for (const [place, part] of parts) {
        for (const service of part.lacking) lacks.set(service, [...(lacks.get(service) || []), place]);
      }
      const first = [...lacks].sort((a, b) => b[1].length - a[1].length || a[0] - b[0]);
      const told = first.slice(0, PARTS).map(([service, where]) => {
        const name = inWords(DATA.services[service].short);
        if (where.length <= PARTS) return say("package_missing_names", { service: name, names: places(where) });
        return say("package_missing_count", { service: name, places: counted(where.length, "municipality") });
      });
      if (first.length > PARTS) told.push(say("more_services", { services: counted(first.length - PARTS, "service") }));
      return joined(told);
    }

    function ofGroup() {
      const group = DATA.topics.findIndex((one) => one.key === DATA.topics[topic].group);
      return say("of_group", { service: topicName(topic), group: topicName(group), served: counted(total.served || 0, "user") });
    }

    function coverage() {
      if (!total.need) return words().sentence.no_figures;
      const critical = known.filter(([, part]) => isCritical(part)).map(([place]) => place);
      return say("coverage", {
        served: figure(total.served || 0),
        need: counted(total.need, "case"),
        share: fill(words().marks.percent, { amount: figure(shown("coverage", total), 1) }),
        full: figure(known.filter(([, part]) => part.served === part.need).length),
        known: counted(known.length, "municipality"),
        critical: critical.length ? say("critical", { names: places(critical) }) : "",
        unknown: unknown(),
      });
    }

    function shortfall() {
      if (!total.need) return words().sentence.no_figures;
      if (!total.unmet) return say("shortfall_none", { need: counted(total.need, "case"), unknown: unknown() });
      const rated = known.filter(([, part]) => rate("shortfall", part) !== null);
      const [place, part] = rated.length ? largest("shortfall", rated) : [null, null];
      return say("shortfall", {
        unmet: counted(total.unmet, "case"),
        places: figure(known.filter(([, one]) => one.unmet).length),
        known: counted(known.length, "municipality"),
        worst: part === null ? "" : say("worst", { name: placeName(place), value: figure(shown("shortfall", part), 1) }),
        unknown: unknown(),
      });
    }

    function money() {
      const each = shown("money", total);
      return say(each === null ? "money_no_residents" : "money", {
        amount: amount(total.running),
        each: say("euro", { n: figure(each || 0, 1) }),
        places: figure(parts.filter(([, part]) => part.running).length),
        all: counted(parts.length, "municipality"),
        capital: amount(total.capital),
      });
    }

    function travel() {
      const each = shown("travel", total);
      if (each === null) return words().sentence.travel_nobody;
      const [place, part] = largest("travel", parts.filter(([, one]) => one.users));
      return say("travel", {
        users: counted(total.users, "user"),
        each: figure(each, 1),
        name: placeName(place),
        value: figure(shown("travel", part), 1),
      });
    }

    if (total.of_group && (indicator === "coverage" || indicator === "shortfall")) return ofGroup();
    return { package: packaged, coverage, shortfall, money, travel }[indicator]();
  }

  return { counted, sentence: (...view) => spoken(sentence(...view)) };
};
