/** One line of metrics. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  /** Types by the names of families. */
  readonly families: ReadonlyMap<string, string>;
  samples(name: string): readonly Sample[];
  value(name: string, labels: Readonly<Record<string, string>>): number | undefined;
}

/**
 * Reads Prometheus' text format 0.0.4, strictly: every sample belongs to a family that was announced by HELP and TYPE, no
 * series comes twice, the buckets of a histogram grow up to `+Inf`, which equals its count.
 * @throws Error that names the line
 */
export function parseExposition(text: string): Exposition {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const families = new Map<string, string>();
  const helped = new Set<string>();
  const found = new Map<string, Sample[]>();
  const series = new Set<string>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (comment !== null) {
      const [, kind, name = "", rest = ""] = comment;
      if (kind === "HELP") helped.add(name);
      else if (families.has(name) || !/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) throw new Error(line);
      else families.set(name, rest);
      continue;
    }
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (sample === null) throw new Error(`no sample: ${line}`);
    const [, name = "", inner = "", number = ""] = sample;
    const labels = labelsOf(inner, line);
    const value = number === "+Inf" ? Number.POSITIVE_INFINITY : number === "Nan" ? Number.NaN : Number(number);
    const family = [name, name.replace(/_(bucket|sum|count)$/, "")].find((one) => families.has(one));
    if (family === undefined || !helped.has(family)) throw new Error(`no family: ${line}`);
    const key = `${name}${JSON.stringify(Object.entries(labels).sort())}`;
    if (series.has(key)) throw new Error(`twice: ${line}`);
    series.add(key);
    const samples = found.get(name) ?? [];
    samples.push({ labels, value });
    found.set(name, samples);
  }
  const samples = (name: string): readonly Sample[] => found.get(name) ?? [];
  for (const [name, type] of families) if (type === "histogram") checkHistogram(name, samples);
  return {
    families,
    samples,
    value: (name, labels) => samples(name).find((one) => sameLabels(one.labels, labels))?.value,
  };
}

function labelsOf(inner: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;
  while (label.lastIndex < inner.length) {
    const match = label.exec(inner);
    if (match === null) throw new Error(`no labels: ${line}`);
    labels[match[1]!] = match[2]!.replace(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c));
  }
  return labels;
}

function checkHistogram(name: string, samples: (name: string) => readonly Sample[]): void {
  for (const { labels, value: count } of samples(`${name}_count`)) {
    const buckets = samples(`${name}_bucket`)
      .filter(({ labels: { le: _, ...rest } }) => sameLabels(rest, labels))
      .map(({ labels: { le = "" }, value }) => ({ le: le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le), value }));
    for (const [i, { le, value }] of buckets.entries()) {
      const before = buckets[i - 1];
      if (before !== undefined && (before.le >= le || before.value > value)) throw new Error(`${name}: buckets shrink`);
    }
    const last = buckets.at(-1);
    if (last?.le !== Number.POSITIVE_INFINITY || last.value !== count)
      throw new Error(`${name}: +Inf is not the count`);
  }
}

function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
