/**
 * How many letters have to be inserted, deleted, replaced or swapped with their neighbour to get from one word to the other;
 * any number above `limit` may be given as `limit + 1`.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] as number) + 1);
      }
      row.push(cost);
      if (cost < best) best = cost;
    }
    if (best > limit) return limit + 1;
    before = last;
    last = row;
  }
  return last[b.length] as number;
}

/**
 * Words that may be one or two letters away from others (as `editDistance` counts), without comparing each with each: near words have
 * something in common once a letter or two are left out of both.
 */
export class NearWords {
  readonly #words: readonly string[];
  readonly #byRest = new Map<string, number[]>();
  /** Too long to leave letters out in every way. */
  readonly #long: number[] = [];

  constructor(words: readonly string[]) {
    this.#words = words;
    for (const [i, word] of words.entries()) {
      if (word.length > longWord) this.#long.push(i);
      else for (const rest of restsOf(word)) this.#note(rest, i);
    }
  }

  #note(rest: string, index: number): void {
    const list = this.#byRest.get(rest);
    if (list === undefined) this.#byRest.set(rest, [index]);
    else list.push(index);
  }

  /** In the order of the words: those that may be near, and some that are not. */
  candidates(word: string): string[] {
    const found = new Set(this.#long);
    if (word.length > longWord) for (const i of this.#words.keys()) found.add(i);
    else for (const rest of restsOf(word)) for (const i of this.#byRest.get(rest) ?? []) found.add(i);
    return [...found].sort((a, b) => a - b).map((i) => this.#words[i] as string);
  }
}

const longWord = 32;

/** The word, and what remains of it without one letter, or without two. */
function restsOf(word: string): Set<string> {
  const rests = new Set([word]);
  for (let i = 0; i < word.length; i++) {
    const one = word.slice(0, i) + word.slice(i + 1);
    rests.add(one);
    // Of short words, one letter is the most that counts.
    if (word.length >= 7) for (let j = i; j < one.length; j++) rests.add(one.slice(0, j) + one.slice(j + 1));
  }
  return rests;
}

/** How far a misspelling of a word of this length may be from what was meant. */
function tolerance(word: string): number {
  if (word.length <= 2) return 0;
  return word.length <= 5 ? 1 : 2;
}

/** The known word that `word` is most likely a misspelling of; words that differ in case only come first. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const limit = tolerance(word);
  const lower = word.toLowerCase();
  let best: string | undefined;
  let distance = limit + 1;
  for (const candidate of known) {
    if (candidate === word) continue;
    if (candidate.toLowerCase() === lower) return candidate;
    const d = editDistance(word, candidate, limit);
    if (d < distance) {
      best = candidate;
      distance = d;
    }
  }
  return best;
}

/** `did you mean …?`, if something near is known. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const near = nearest(word, known);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}

/** Words as a readable list: `` `a`, `b` and `c` ``, shortened when long. */
export function listed(words: Iterable<string>, conjunction = "and"): string {
  const all = [...words].map((w) => `\`${w}\``);
  if (all.length > 8) return `${all.slice(0, 7).join(", ")} ${conjunction} ${all.length - 7} more`;
  if (all.length <= 1) return all.join("");
  return `${all.slice(0, -1).join(", ")} ${conjunction} ${all.at(-1)}`;
}
