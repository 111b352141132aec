/** Repeatable choices. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  chance(probability: number): boolean;
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
  /** So many, from none to `most`. */
  some<T>(most: number, make: (index: number) => T): T[];
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (from) => from[below(from.length)]!,
    some: (most, make) => Array.from({ length: below(most + 1) }, (_, i) => make(i)),
  };
}
