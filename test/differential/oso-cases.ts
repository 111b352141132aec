/*
 * Random policies and goals in the part of the language where the reference's table of deliberate differences (section 20) is
 * silent: every comparison, negation, look-up and arithmetic term stands where its variables are bound, kinds agree, every
 * recursion shrinks its argument. There the `oso` package and Arcturus must give the same set of answers.
 */

/** mulberry32: small, seeded, the same everywhere. */
export function random(seed: number): (n: number) => number {
  let a = seed >>> 0;
  return (n) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

type Kind = "int" | "str" | "list" | "dict";

interface Predicate {
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** Parameters that every rule of the predicate binds, whatever the call binds. */
  grounds: boolean[];
  /** Parameters that callers must bind, because some rule reads them. */
  needs: boolean[];
}

export interface OsoCase {
  readonly policy: string;
  readonly goals: readonly string[];
}

/** Recursion over a list, in the shapes that people write; `needs` its list. */
const library = `
length_of([], 0);
length_of([_, *rest], n) if length_of(rest, m) and n = m + 1;
last_of([x], x);
last_of([_, *rest], x) if last_of(rest, x);
joined([], ys, ys);
joined([x, *xs], ys, [x, *zs]) if joined(xs, ys, zs);
has_item(xs, x) if x in xs;
above(xs, x) if forall(y in xs, x > y);
`;
const libraryPredicates: readonly Predicate[] = [
  { name: "length_of", kinds: ["list", "int"], grounds: [false, true], needs: [true, false] },
  { name: "last_of", kinds: ["list", "int"], grounds: [false, true], needs: [true, false] },
  { name: "joined", kinds: ["list", "list", "list"], grounds: [false, false, true], needs: [true, true, false] },
  { name: "has_item", kinds: ["list", "int"], grounds: [false, true], needs: [true, false] },
  { name: "above", kinds: ["list", "int"], grounds: [false, false], needs: [true, true] },
];

/** Goals asked of each policy unless said otherwise; loading the policy is the dear part for both sides. */
export const goalsPerPolicy = 5;

/** The case of a seed: the same for everybody. */
export function osoCase(seed: number, goals: number = goalsPerPolicy): OsoCase {
  const rnd = random(seed);
  const pick = <T>(items: readonly T[]): T => items[rnd(items.length)] as T;
  const chance = (percent: number): boolean => rnd(100) < percent;

  const int = (): string => String(rnd(5) - (chance(10) ? 3 : 0));
  const str = (): string => `"${pick(["a", "b", "ab", "", "B"])}"`;
  const list = (): string => `[${Array.from({ length: rnd(4) }, int).join(", ")}]`;
  const dict = (): string => `{a: ${int()}, b: ${str()}}`;
  const literal = (kind: Kind): string => ({ int, str, list, dict })[kind]();

  const predicates: Predicate[] = [];
  const rules: string[] = [];
  /**
   * Only the last predicate has cuts, and then a goal is one call. The library lets the cut of a call drop alternatives of
   * an earlier call that has a cut as well (`f(x) if cut and x in [1, 0];` gives `f(x) and f(x)` one answer); here, as in the
   * rest of the library, the caller's alternatives survive.
   */
  const usesCut = chance(15);
  let cutsHere = false;

  const rule = (predicate: Predicate): void => {
    // Variables are written as ‹n› until the end: those that occur once become `_`.
    let count = 0;
    const fresh = (): string => `‹${count++}›`;
    const scope: { name: string; kind: Kind; bound: boolean }[] = [];
    const bound = (kind: Kind): string[] => scope.filter((v) => v.kind === kind && v.bound).map((v) => v.name);
    const value = (kind: Kind): string => (bound(kind).length > 0 && chance(70) ? pick(bound(kind)) : literal(kind));
    const number = (): string =>
      chance(25) ? `(${value("int")} ${pick(["+", "-", "*"])} ${value("int")})` : value("int");
    const bind = (name: string): void => {
      for (const v of scope) if (v.name === name) v.bound = true;
    };

    const head = predicate.kinds.map((kind, i) => {
      const roll = rnd(100);
      if (roll < 35) return literal(kind);
      if (kind === "list" && roll < 50) {
        const [first, rest] = [fresh(), fresh()];
        scope.push({ name: first, kind: "int", bound: predicate.needs[i] === true });
        scope.push({ name: rest, kind: "list", bound: predicate.needs[i] === true });
        return `[${first}, *${rest}]`;
      }
      const same = scope.filter((v) => v.kind === kind);
      if (same.length > 0 && roll < 45) return pick(same).name;
      const name = fresh();
      scope.push({ name, kind, bound: predicate.needs[i] === true });
      if (predicate.needs[i] === true && chance(40)) {
        const pattern = {
          int: ["Integer", int()],
          str: ["String", str()],
          list: ["List"],
          dict: ["Dictionary", `{a: ${int()}}`],
        }[kind];
        return `${name}: ${pick(pattern)}`;
      }
      return name;
    });
    const headVariables = head.map((text) => /^‹\d+›$/.exec(text)?.[0]);

    const atom = (depth: number): string => {
      const roll = rnd(100);
      if (roll < 30 && predicates.length > 0) {
        const callee = pick(chance(20) ? libraryPredicates : predicates);
        const args = callee.kinds.map((kind, i) => {
          if (callee.needs[i] === true) return value(kind);
          const open = scope.filter((v) => v.kind === kind);
          if (open.length > 0 && chance(50)) return pick(open).name;
          if (chance(50)) return literal(kind);
          const name = fresh();
          scope.push({ name, kind, bound: false });
          return name;
        });
        args.forEach((arg, i) => {
          if (callee.grounds[i] === true) bind(arg);
        });
        return `${callee.name}(${args.join(", ")})`;
      }
      if (roll < 45) {
        const kind = pick(["int", "str", "list", "dict"] as const);
        const open = scope.filter((v) => v.kind === kind);
        const name = open.length > 0 && chance(75) ? pick(open).name : fresh();
        if (!scope.some((v) => v.name === name)) scope.push({ name, kind, bound: false });
        const right = kind === "int" ? number() : value(kind);
        const left = right.includes(name) ? literal(kind) : name;
        bind(left);
        return chance(50)
          ? `${left} = ${right}`
          : `${kind === "int" && right.startsWith("(") ? left : right} = ${kind === "int" && right.startsWith("(") ? right : left}`;
      }
      if (roll < 58) {
        const open = scope.filter((v) => v.kind === "int");
        const name = open.length > 0 && chance(70) ? pick(open).name : fresh();
        if (!scope.some((v) => v.name === name)) scope.push({ name, kind: "int", bound: false });
        const text = `${name} in ${value("list")}`;
        bind(name);
        return text;
      }
      if (roll < 70) return `${number()} ${pick(["<", "<=", ">", ">=", "==", "!="])} ${number()}`;
      if (roll < 74) return `${value("str")} ${pick(["<", "<=", ">", ">=", "==", "!="])} ${value("str")}`;
      if (roll < 80 && bound("dict").length > 0) {
        const name = fresh();
        const [key, kind] = pick([
          ["a", "int"],
          ["b", "str"],
        ] as const);
        scope.push({ name, kind, bound: true });
        return `${name} = ${pick(bound("dict"))}.${key}`;
      }
      if (roll < 84 && bound("dict").length > 0)
        return `${pick(bound("dict"))} matches ${chance(50) ? "Dictionary" : `{a: ${value("int")}}`}`;
      if (roll < 87) return `${value(pick(["int", "str"] as const))} matches ${pick(["Integer", "String", "List"])}`;
      if (depth > 0 && roll < 93) {
        // What is bound inside a negation stays inside.
        const before = scope.map((v) => ({ ...v }));
        const visible = scope.filter((v) => !v.bound).map((v) => v.name);
        const text = atom(depth - 1);
        scope.splice(0, scope.length, ...before);
        return visible.some((name) => text.includes(name)) ? "1 = 1" : `not (${text})`;
      }
      if (depth > 0) {
        const before = scope.map((v) => ({ ...v }));
        const branches: { text: string; scope: typeof scope }[] = [];
        for (let i = 0; i < 2; i++) {
          scope.splice(0, scope.length, ...before.map((v) => ({ ...v })));
          const text = conjunction(depth - 1, 2);
          branches.push({ text, scope: scope.map((v) => ({ ...v })) });
        }
        // Bound after the alternatives is what every one of them binds.
        const [one, two] = branches as [(typeof branches)[0], (typeof branches)[0]];
        scope.splice(
          0,
          scope.length,
          ...before.map((v, i) => ({
            ...v,
            bound: v.bound || (one.scope[i]?.bound === true && two.scope[i]?.bound === true),
          })),
        );
        return `((${one.text}) or (${two.text}))`;
      }
      return `${value("int")} = ${value("int")}`;
    };
    const conjunction = (depth: number, most: number): string => {
      const goals = Array.from({ length: 1 + rnd(most) }, () => atom(depth));
      if (cutsHere && chance(30)) goals.splice(rnd(goals.length + 1), 0, "cut");
      return goals.join(" and ");
    };

    const body = chance(75) ? conjunction(2, 4) : undefined;
    let text = `${predicate.name}(${head.join(", ")})${body === undefined ? "" : ` if ${body}`};`;
    for (let i = 0; i < count; i++) {
      const parts = text.split(`‹${i}›`);
      text = parts.join(parts.length === 2 ? "_" : `v${i}`);
    }
    rules.push(text.replaceAll(/‹(\d+)›/g, "v$1"));

    predicate.kinds.forEach((_, i) => {
      const variable = headVariables[i];
      const groundHere =
        variable === undefined
          ? !/‹/.test(head[i] as string)
          : scope.some((v) => v.name === variable && v.bound) && !predicate.needs[i];
      if (!groundHere) predicate.grounds[i] = false;
    });
  };

  const total = 2 + rnd(4);
  for (let p = 0; p < total; p++) {
    const kinds = Array.from({ length: 1 + rnd(3) }, () => pick(["int", "int", "str", "list", "dict"] as const));
    const predicate: Predicate = {
      name: `p${p}`,
      kinds,
      grounds: kinds.map(() => true),
      needs: kinds.map(() => chance(40)),
    };
    const own = 1 + rnd(4);
    cutsHere = usesCut && p === total - 1;
    for (let r = 0; r < own; r++) rule(predicate);
    predicates.push(predicate);
  }

  const goal = (): string => {
    const calls: string[] = [];
    const named: { name: string; kind: Kind }[] = [];
    const wanted = usesCut ? 1 : 1 + rnd(2);
    for (let g = 0; g < wanted; g++) {
      const callee = chance(85)
        ? (predicates.at(-1 - rnd(Math.min(2, predicates.length))) as Predicate)
        : pick(libraryPredicates);
      const args = callee.kinds.map((kind, i) => {
        if (callee.needs[i] === true || chance(25)) return literal(kind);
        const open = named.filter((v) => v.kind === kind);
        if (open.length > 0 && chance(30)) return pick(open).name;
        const name = `x${named.length}`;
        named.push({ name, kind });
        return name;
      });
      calls.push(`${callee.name}(${args.join(", ")})`);
    }
    return calls.join(" and ");
  };
  return { policy: `${library}${rules.join("\n")}\n`, goals: Array.from({ length: goals }, goal) };
}
