import type { Fact, Reference } from "arcturus";

/*
 * Worlds for the differential test of decisions: policies of many shapes, with enough actors and resources that asking
 * about all of them is most of the work. Every choice comes from one seed.
 */

export interface DecisionWorld {
  readonly seed: number;
  readonly policy: string;
  readonly facts: readonly Fact[];
  readonly actors: readonly Reference[];
  readonly resources: readonly Reference[];
  readonly actions: readonly string[];
}

/** A small generator of numbers (mulberry32): the same ones for the same seed, everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** Each of the values with a probability, in their order. */
  some<T>(values: readonly T[], probability: number): T[] {
    return values.filter(() => this.chance(probability));
  }
}

/** Ids that look like something else, or like each other. */
const hostileIds: readonly string[] = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "*",
  "_",
  "1",
  "01",
  "1.0",
  "-0",
  "a:b",
  "a|b",
  "a#b",
  "a,b",
  'a"b',
  "a\\b",
  "a\nb",
  " ",
  "a ",
  "A",
  "a",
  "ä",
  "a\u0308",
  "\u{1F512}",
  "null",
  "true",
  "User:a",
  'User{"a"}',
  "'; drop table facts; --",
  "\u202e",
];

/** Ids of one type; about a third of them hostile. */
function ids(random: Random, prefix: string, count: number): string[] {
  const hostile = random.some(hostileIds, (count * 0.4) / hostileIds.length).slice(0, count);
  return [...hostile, ...Array.from({ length: count - hostile.length }, (_, i) => `${prefix}${i}`)];
}

const folderShorthand: readonly string[] = [
  '"editor" if "owner";',
  '"viewer" if "editor";',
  '"viewer" if "member" on "org";',
  '"editor" if "admin" on "org";',
  '"viewer" if "viewer" on "parent";',
  'role if role on "parent";',
  '"editor" if "editor" on "parent" and "viewer";',
  '"owner" if "keeper";',
  '"viewer" if global "auditor";',
  '"viewer" if "read" on "parent";',
  'role if role on "org";',
  '"guest" if "viewer" on "org";',
];
/** Several ways to one thing: of a few of them each is often the only one that holds. */
const grants: readonly string[] = [
  '"see" if "viewer";',
  '"see" if "editor";',
  '"see" if "owner";',
  '"see" if "guest";',
  '"see" if "host";',
  '"see" if "keeper";',
  '"see" if "see" on "parent";',
  '"guest" if "editor";',
  '"guest" if "host";',
  '"guest" if "owner";',
  '"guest" if "guest" on "parent";',
  'permission if permission on "org";',
];
const folderPermissions: readonly string[] = [
  '"read" if "viewer";',
  '"write" if "editor";',
  '"delete" if "owner";',
  '"read" if "write";',
  '"share" if "owner" or "editor" and "admin" on "org";',
  '"read" if is_open(resource);',
  '"write" if "viewer" and trusts(resource, actor);',
  '"delete" if global "sweep";',
  '"share" if ("viewer" or "member" on "org") and "keeper";',
];
const written: readonly string[] = [
  "has_role(u: User, role: String, f: Folder) if in_team(u, t) and has_role(t, role, f);",
  'has_role(u: User, "viewer", f: Folder) if linked(g, f) and has_role(u, "viewer", g);',
  'has_permission(u: User, "read", d: Doc) if level(u, n) and grade(d, m) and n >= m;',
  'has_permission(u: User, "write", d: Doc) if level(u, n) and n > 2 and (color(d, "red") or color(d, c) and likes(u, c));',
  'has_permission(u: User, "read", d: Doc) if color(d, c) and c in ["green", "blue"] and not likes(u, c);',
  'has_permission(_: User, "read", d: Doc) if color(d, "white");',
  'has_permission(u: User, "share", f: Folder) if level(u, _) and not banned(u) and not linked(f, _) and is_open(f);',
  'has_permission(u: User, "delete", f: Folder) if has_role(u, "owner", f) and not (in_team(u, t) and below(t, Team{"t3"}));',
  'has_permission(u: User, "share", d: Doc) if near(f, d) and trusts(f, u);',
  'has_permission(u: User, "read", f: Folder) if has_role(u, "viewer", f) and grade(f, _) and not f matches Doc and level(u, 3);',
  'has_permission(u: User, "write", f: Folder) if u = User{"u1"} and is_open(f);',
  'has_permission(_: User, "read", _: Org);',
  'has_permission(u: User, "see", d: Doc) if seen(u, d, _) and not (banned(u) or color(d, "red"));',
  'has_permission(u: User, "see", f: Folder) if seen(u, f, n) and not (banned(u) or color(f, "blue") or grade(f, n));',
  'has_permission(u: User, "write", f: Folder) if seen(u, f, _) and not (is_open(f) and not trusts(f, u));',
  'has_permission(u: User, "delete", f: Folder) if made(f, m) and m == u and seen(u, f, _);',
  'has_permission(u: User, "share", f: Folder) if made(f, m) and m != u and in_team(u, t) and made(f, t);',
  'has_permission(u: User, "read", f: Folder) if made(f, t) and t matches! Team and in_team(u, t) and not t = Team{"t1"};',
  'has_permission(u: User, "see", f: Folder) if swapped(f, f, u) or (linked(f, f) and has_role(u, "host", f));',
  'has_permission(u: User, "write", d: Doc) if until(u, "write", d, t) and t > @current_unix_time;',
  "has_permission(u: User, action: String, f: Folder) if until(u, action, f, t) and level(u, n) and grade(f, n) and t > n;",
  "has_role(u: User, role: String, f: Folder) if until(u, role, f, t) and t > @current_unix_time;",
  'has_role(u: User, "guest", f: Folder) if has_role(u, _, o) and o matches Org and has_relation(f, "org", o);',
  'has_permission(u: User, "see", f: Folder) if has_permission(u, "read", f) and is_open(f);',
  'has_permission(u: User, "see", f: Folder) if level(u, _) and made(f, _) and forall(linked(f, g), is_open(g));',
  'has_permission(u: User, "see", f: Folder) if sized("small", f) and likes(u, _) and sized("odd", f);',
  'has_permission(u: User, "visit", t: Team) if in_team(u, t);',
  'has_permission(u: User, "sweep") if level(u, 4);',
];
// A global role grants on folders that nothing names: what a `not` asks about them has to be bound by a fact.
const helpers = `
in_team(u: User, t: Team) if on_team(u, t);
in_team(u: User, t: Team) if on_team(u, s) and below(s, t);
below(s: Team, t: Team) if parent_team(s, t);
below(s: Team, t: Team) if parent_team(s, r) and below(r, t);
near(f: Folder, g: Folder) if linked(f, g) or linked(g, f);
near(f: Folder, h: Folder) if near(f, g) and linked(g, h);
is_open(f: Folder) if open(f, true);
sized("small", f: Folder) if grade(f, n) and n <= 2;
sized("odd", f: Folder) if grade(f, n) and n in [1, 3];
declare made(Folder, User); declare made(Folder, Team); declare seen(User, Folder, Integer);
declare swapped(Folder, Folder, User); declare until(User, String, Folder, Integer);
declare on_team(User, Team); declare parent_team(Team, Team); declare linked(Folder, Folder); declare level(User, Integer);
declare grade(Folder, Integer); declare color(Folder, String); declare likes(User, String); declare open(Folder, Boolean);
declare trusts(Folder, User); declare banned(User);
`;
const allows: readonly string[] = [
  "allow(a, p, x) if has_permission(a, p, x);",
  "allow(a, p, x) if has_permission(a, p, x) and not banned(a);",
  "allow(a: User, p, x) if has_permission(a, p, x) and not (banned(a) and level(a, 0));",
  "allow(a: User, p, x) if has_permission(a, p, x) and not (banned(a) or level(a, 0));",
  'allow(a: User, p, x) if has_permission(a, p, x) and not (banned(a) or level(a, 0) or likes(a, "red"));',
  'allow(a, p, x) if has_permission(a, p, x) or (p = "read" and has_role(a, "owner", x));',
];
const moreAllows: readonly string[] = [
  'allow(a: User, "visit", t: Team) if has_permission(a, "visit", t);',
  'allow(a, p, x) if p = "share" and x matches Folder and has_role(a, "host", x);',
  'allow(a: User, "visit", f: Folder) if is_open(f) and level(a, _);',
  'allow(_: User, "visit", _: Org);',
  "allow(a: User, action, d: Doc) if likes(a, action) and color(d, action);",
  'allow(a: User, "visit", a);',
  'allow(a: Actor, "visit", f: Folder) if has_role(a, "viewer", f) and color(f, _) and not has_role(a, "owner", f);',
  'allow(a: User, action: String, f: Folder) if has_role(a, "auditor") and action in ["read", "visit"] and level(a, 1) and grade(f, _);',
];

const colors = ["red", "green", "blue", "white"] as const;

/** 80 actors, 120 resources, 7 actions: 67,200 questions. */
export function decisionWorld(seed: number): DecisionWorld {
  const random = new Random(seed);
  // Some policies hardly recur, in others everything depends on everything.
  const recursion = random.pick([0.3, 0.3, 0.4, 0.6]);
  const shorthand = [
    ...random.some(folderShorthand, recursion),
    ...random.some(folderPermissions, 0.6),
    ...random.some(grants, random.pick([0.2, 0.4, 0.7])),
  ];
  const policy = `actor User {}
actor Team { permissions = ["visit"]; }
global { roles = ["auditor", "cleaner", "share"]; permissions = ["sweep", "host"]; "sweep" if "cleaner"; "host" if "share"; }
resource Org {
  roles = ["admin", "member", "viewer", "see", "guest"]; permissions = ["read", "write", "editor"];
  "member" if "admin"; "read" if "member"; "write" if "admin"; "editor" if "see";
}
resource Folder {
  roles = ["viewer", "editor", "owner", "guest", "host"];
  permissions = ["read", "write", "delete", "share", "see"];
  relations = { parent: Folder, org: Org, keeper: User };
  ${shorthand.join("\n  ")}
}
resource Sheet { roles = ["reader"]; permissions = ["print"]; "print" if "reader"; }
resource Doc extends Folder, Sheet {}
${helpers}
${random.some(written, 0.4).join("\n")}
${random.pick(allows)}
${random.some(moreAllows, 0.4).join("\n")}
`;
  const refs = (type: string, names: readonly string[]): Reference[] => names.map((id) => ({ type, id }));
  const users = refs("User", ids(random, "u", 74));
  const teams = refs("Team", ids(random, "t", 6));
  const orgs = refs("Org", ids(random, "o", 8));
  const folders = refs("Folder", ids(random, "f", 50));
  const docs = refs("Doc", ids(random, "d", 62));
  const below = [...folders, ...docs];
  const facts: Fact[] = [];
  const tell = (count: number, make: () => Fact): void => {
    for (let i = 0; i < count; i++) facts.push(make());
  };
  const roles = ["viewer", "editor", "owner", "guest", "host"] as const;
  tell(70, () => ["has_role", random.pick(users), random.pick(roles), random.pick(below)]);
  tell(6, () => ["has_role", random.pick(teams), random.pick(roles), random.pick(below)]);
  tell(24, () => ["has_role", random.pick(users), random.pick(["admin", "member"]), random.pick(orgs)]);
  tell(8, () => ["has_role", random.pick(users), random.pick(["viewer", "see", "guest"]), random.pick(orgs)]);
  tell(3, () => ["has_role", random.pick(users), random.pick(["auditor", "cleaner", "share"])]);
  // Mostly a forest; now and then a cycle or a second parent.
  for (const [i, child] of below.entries()) {
    if (i > 2 && random.chance(0.7)) {
      const parent = random.chance(0.95) ? below[random.below(Math.min(i, folders.length))] : random.pick(below);
      facts.push(["has_relation", child, "parent", parent as Reference]);
      if (random.chance(0.15)) facts.push(["has_relation", child, "parent", random.pick(folders)]);
    }
    if (random.chance(0.4)) facts.push(["has_relation", child, "org", random.pick(orgs)]);
    if (random.chance(0.2)) facts.push(["has_relation", child, "keeper", random.pick(users)]);
    if (random.chance(0.5)) facts.push(["grade", child, random.below(5)]);
    if (random.chance(0.5)) facts.push(["color", child, random.pick(colors)]);
    if (random.chance(0.3)) facts.push(["open", child, random.chance(0.6)]);
  }
  for (const user of users) {
    if (random.chance(0.5)) facts.push(["level", user, random.below(5)]);
    if (random.chance(0.3)) facts.push(["likes", user, random.pick([...colors, "read"])]);
    if (random.chance(0.1)) facts.push(["banned", user]);
    if (random.chance(0.4)) facts.push(["on_team", user, random.pick(teams)]);
  }
  // A column of one value each in some worlds, in others some have several makers.
  const makers = random.pick([0, 0.2]);
  for (const child of below) {
    if (random.chance(0.6)) facts.push(["made", child, random.pick([...users, ...teams])]);
    if (random.chance(makers)) facts.push(["made", child, random.pick([...users, ...teams])]);
  }
  tell(random.below(60), () => ["seen", random.pick(users), random.pick(below), random.below(5)]);
  tell(random.below(30), () => ["swapped", random.pick(below), random.pick(below), random.pick(users)]);
  tell(random.below(8), () => {
    const child = random.pick(below);
    return ["swapped", child, child, random.pick(users)];
  });
  tell(random.below(30), () => [
    "until",
    random.pick(users),
    random.pick(["write", "see", "viewer", "host"]),
    random.pick(below),
    random.pick([1_000_000_000, 4_961_779_200, 3]),
  ]);
  tell(random.below(5), () => ["parent_team", random.pick(teams), random.pick(teams)]);
  tell(random.below(25), () => ["linked", random.pick(below), random.pick(below)]);
  tell(random.below(20), () => ["trusts", random.pick(below), random.pick(users)]);
  return {
    seed,
    policy,
    facts,
    actors: [...users.slice(0, 73), ...teams, { type: "User", id: "stranger" }],
    resources: [
      ...folders,
      ...docs,
      ...orgs.slice(0, 6),
      users[0] as Reference,
      teams[0] as Reference,
      { type: "Doc", id: "stranger" },
    ],
    actions: ["read", "write", "delete", "share", "see", "visit", random.pick(["red", "never heard of", "__proto__"])],
  };
}
