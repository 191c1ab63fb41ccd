/* What the views call things, and one record in words: of municipalities, regions, topics and classes. */
window.namesOf = function ({ DATA, state, kit, figures, at }) {
  const { figure, fill, inWords, words } = kit;
  const { ALL, PLACES, WHOLE, classOf, isCritical, record, shown } = figures;

  function placeName(place) {
    return place < PLACES ? inWords(DATA.municipalities[place].name) : DATA.outside[place - PLACES];
  }

  /** An area as a heading names it. */
  function areaName(area) {
    if (area < PLACES) return fill(words().municipality_of, { name: placeName(area) });
    if (area === WHOLE) return inWords(DATA.runs[at.run("a")].about).territory;
    return fill(words().region_of, { name: inWords(DATA.regions[area - PLACES].name) });
  }

  const capital = (text) => text[0].toLocaleUpperCase(state.lang) + text.slice(1);
  const serviceName = (service) => inWords(DATA.services[service].short);

  /** Name of a need group or service; an old type says how long it is financed. */
  function topicName(topic, kind = "short") {
    if (topic === ALL) return words().all_services;
    const { single, services, [kind]: both } = DATA.topics[topic];
    const until = single ? DATA.runs[at.run("a")].until[services[0]] : undefined;
    return until === undefined ? inWords(both) : fill(words().old_until, { name: inWords(both), year: until });
  }

  const runName = (run) => fill(words().comparison.named, { letter: inWords(DATA.runs[run].letter), title: inWords(DATA.runs[run].about).title });

  /** The value of the chosen indicator in words; null where there is none. */
  function value(found) {
    const units = words().units;
    if (state.indicator === "package") {
      if (found.required === null) return null;
      return fill(units.package, { n: figure(found.achieved), all: figure(found.required) });
    }
    const number = shown(state.indicator, found);
    return number === null ? null : fill(units[state.indicator], { n: figure(number, 1) });
  }

  const indicatorNow = () => DATA.indicators.find((one) => one.key === state.indicator);

  /** Class of an area on the map of a run: its colour and words, and whether it is hatched; null outside the run. */
  function classNow(run, area) {
    const found = record(run, at.year(), area, at.topic());
    if (found === null) return null;
    const indicator = indicatorNow();
    const { scale, at: position } = classOf(indicator, found, at.topic() === ALL, area >= PLACES);
    const critical = indicator.hatched && area < PLACES && isCritical(found);
    return { found, scale, position, critical, ...DATA.scales[scale].classes[position] };
  }

  function describe(run, area) {
    const now = classNow(run, area);
    if (now === null) return words().not_planned;
    const label = inWords(now.label);
    const number = value(now.found);
    const said = number === null ? label : fill(words().counted_one, { value: number, label });
    return now.critical ? said + ", " + words().critical : said;
  }

  /** Why the package of a record is whole or not. */
  function reason(found) {
    let key = found.reason;
    const nameOf = key.startsWith("services") ? serviceName : placeName;
    if (key === "municipalities_short" && found.lacking.length > 5) key = "municipalities_many";
    if (key === "regional_ok" && found.nearest_min === 0) key = "regional_ok_here";
    return fill(words().reasons[key], {
      achieved: figure(found.achieved),
      required: figure(found.required),
      missing: figure(found.missing),
      nearest: figure(found.nearest_min),
      limit: figure(found.limit),
      names: found.lacking.map(nameOf).join(", "),
    });
  }

  const isIllustrative = (run, topic) => DATA.runs[run].illustrative.length > 0 && (topic === ALL || DATA.runs[run].illustrative.includes(topic));

  function estimates(run, found, topic) {
    const said = words().panel_words;
    const marks = [];
    if (found.need_is_estimate) marks.push(said.estimated_need);
    if (found.places_are_estimate) marks.push(said.estimated_register);
    if (isIllustrative(run, topic)) marks.push(said.illustrative_norm);
    return marks.join(", ");
  }

  /** The indicators of a norm, each told by ``inOne``. */
  function indicators(run, codes, inOne) {
    if (codes === null) return null;
    const known = codes.split(" ").map((code) => DATA.runs[run].norm_indicators[code]).filter(Boolean);
    return [...new Set(known.map(inOne))].join(" + ") || null;
  }

  /** By whom the users of a municipality are served, and whom it serves beside its own. */
  function flows(run, place, topic) {
    const said = words().panel_words;
    const from = new Map();
    const to = new Map();
    const block = figures.blockOf(run, at.year());
    for (const service of at.services(topic)) {
      for (const { home, host, users, minutes } of block.journeys[service]) {
        if (home === place) from.set(host, [(from.get(host) || [0])[0] + users, minutes]);
        else if (host === place) to.set(home, (to.get(home) || 0) + users);
      }
    }
    const by = [];
    for (const [host, [users, minutes]] of [...from].sort((a, b) => a[0] - b[0])) {
      const values = { name: placeName(host), users: figure(users), minutes: figure(minutes) };
      if (host === place) by.unshift(fill(said.flow_home, values));
      else by.push(fill(said.flow, values));
    }
    const serves = [...to].sort((a, b) => a[0] - b[0]);
    return [by.join("; "), serves.map(([home, users]) => fill(said.flow_to, { name: placeName(home), users: figure(users) })).join("; ")];
  }

  return {
    areaName, capital, classNow, describe, estimates, flows, indicatorNow, indicators, isIllustrative, placeName, reason,
    runName, serviceName, topicName,
  };
};
