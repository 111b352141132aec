import fc from "fast-check";
import { entity, type Fact, type FactArgument, type Reference } from "../../src/facts/value.js";

/*
 * Random policies over facts, with facts to go with them: blocks with inheritance and shorthand, rules that call each
 * other in any direction, negation of what lies below, comparisons, lists, wildcards. Every policy loads, every question
 * about it can be answered without an error. `policy-shapes.test.ts` says which shapes they must have among them.
 */

export interface RandomWorld {
  readonly policy: string;
  readonly facts: readonly Fact[];
  /** Facts of the same kinds about things that nobody asks about; often none. A table with a handful of rows is not stored like a large one. */
  readonly bystanders: readonly Fact[];
  /** What may be asked: predicates with the sort of each argument. */
  readonly predicates: readonly { readonly name: string; readonly sorts: readonly Sort[] }[];
}

export type Sort =
  | "User"
  | "Team"
  | "Org"
  | "Folder"
  | "Note"
  | "Maker"
  | "Integer"
  | "String"
  | "Boolean"
  | "role"
  | "permission";

type Draw = <T>(...values: readonly T[]) => T;

/** Every value of a sort that facts and questions use. Notes are Folders too. */
export const valuesOfSort: Readonly<Record<Sort, readonly FactArgument[]>> = {
  User: refs("User", 3),
  Team: refs("Team", 2),
  Org: refs("Org", 2),
  Folder: [...refs("Folder", 3), ...refs("Note", 2)],
  Note: refs("Note", 2),
  Maker: [...refs("User", 3), ...refs("Team", 2)],
  // The last one is a time to come.
  Integer: [0, 1, 2, 3, 4_961_779_200],
  // The last two are a permission and a role.
  String: ["red", "green", "blue", "share", "guest"],
  Boolean: [true, false],
  role: ["reader", "writer", "guest", "host", "banned"],
  permission: ["read", "write", "share"],
};

/** Predicates with facts only. */
const stored: readonly { readonly name: string; readonly sorts: readonly Sort[] }[] = [
  { name: "on_team", sorts: ["User", "Team"] },
  { name: "below", sorts: ["Team", "Team"] },
  { name: "linked", sorts: ["Folder", "Folder"] },
  { name: "level", sorts: ["Folder", "Integer"] },
  { name: "risk", sorts: ["User", "Integer"] },
  { name: "color", sorts: ["Folder", "String"] },
  { name: "likes", sorts: ["User", "String"] },
  { name: "open", sorts: ["Folder", "Boolean"] },
  { name: "made", sorts: ["Folder", "Maker"] },
  { name: "seen", sorts: ["User", "Folder", "Integer"] },
  { name: "tagged", sorts: ["Folder", "String", "User", "Folder"] },
  { name: "wide", sorts: ["Folder", "Folder", "User", "Integer", "Boolean"] },
];

/** Predicates with rules (and facts, where the blocks say so), lowest layer first: a `not` reaches down only. */
const derived: readonly { readonly name: string; readonly sorts: readonly Sort[]; readonly layer: number }[] = [
  { name: "near", sorts: ["Folder", "Folder"], layer: 0 },
  { name: "works", sorts: ["User", "Team"], layer: 0 },
  { name: "special", sorts: ["Folder"], layer: 1 },
  { name: "trusted", sorts: ["User", "Folder"], layer: 1 },
  { name: "extra", sorts: ["User", "Folder"], layer: 2 },
];

const has: readonly { readonly name: string; readonly sorts: readonly Sort[] }[] = [
  { name: "has_role", sorts: ["User", "role", "Folder"] },
  { name: "has_role", sorts: ["Team", "role", "Folder"] },
  { name: "has_permission", sorts: ["User", "permission", "Folder"] },
  { name: "allow", sorts: ["User", "permission", "Folder"] },
];

export const randomWorld: fc.Arbitrary<RandomWorld> = fc.gen().map((g) =>
  generate((...values) => {
    return values[g(fc.nat, { max: values.length - 1 })] as (typeof values)[number];
  }),
);

function generate(draw: Draw): RandomWorld {
  const rules: string[] = [];
  for (const { name, sorts, layer } of derived) {
    for (let n = draw(1, 2, 3); n > 0; n--) rules.push(rule(draw, name, sorts, layer));
  }
  // Where a rule leaves the role open, every role depends on every other one: no `not` may ask about any.
  const roles = draw("named", "named", "open");
  const layer = roles === "named" ? 3 : 2.5;
  for (let n = draw(0, 1, 2); n > 0; n--) rules.push(rule(draw, "has_role", ["User", "role", "Folder"], layer));
  for (let n = draw(0, 1, 2); n > 0; n--) {
    rules.push(rule(draw, "has_permission", ["User", "permission", "Folder"], layer));
  }
  for (const text of [...written, ...(roles === "named" ? writtenForNamedRoles : writtenForOpenRoles)]) {
    if (draw(true, false, false, false)) rules.push(text);
  }
  const shorthand = shorthands.filter(() => draw(true, true, false));
  // Few grants, or many, of one permission and of one role.
  const often = draw([true, false, false], [true, false], [true, true, false]);
  shorthand.push(...grants.filter(() => draw(...often)));
  const policy = `${blocks(shorthand, draw("Folder", "Folder, Paper"))}\n${rules.join("\n")}\n`;
  const facts: Fact[] = [];
  for (const { name, sorts } of stored) {
    for (let n = draw(0, 1, 2, 3, 4); n > 0; n--)
      facts.push([name, ...sorts.map((sort) => draw(...valuesOfSort[sort]))]);
  }
  for (let n = draw(0, 1, 2, 3, 4); n > 0; n--) facts.push(role(draw));
  for (let n = draw(0, 1, 2, 3, 4, 8); n > 0; n--) facts.push(relation(draw));
  return { policy, facts, bystanders: bystanders(draw, facts), predicates: [...derived, ...has] };
}

const shorthands: readonly string[] = [
  '"reader" if "writer";',
  '"read" if "reader";',
  '"write" if "writer";',
  '"read" if "write";',
  '"reader" if "reader" on "parent";',
  '"writer" if "writer" on "parent" and "reader";',
  '"reader" if "owner";',
  '"writer" if "member" on "org" or "owner";',
  '"read" if "read" on "parent" and is_open(resource);',
];
/** Several ways to get one thing, and what else is rare: each by itself. */
const grants: readonly string[] = [
  '"share" if "reader";',
  '"share" if "writer";',
  '"share" if "guest";',
  '"share" if "host";',
  '"share" if "banned";',
  '"share" if "owner";',
  '"share" if "share" on "parent";',
  '"guest" if "reader";',
  '"guest" if "writer";',
  '"guest" if "host";',
  '"guest" if "guest" on "parent";',
  'role if role on "parent";',
  'role if role on "org";',
  'permission if permission on "org";',
  '"host" if global "auditor";',
  '"share" if ("host" or "member" on "org") and "guest";',
];

/** Rules that chance hardly makes. */
const written: readonly string[] = [
  'has_role(u: User, "guest", f: Folder) if tagged(f, r, u, _) and has_role(u, r, f);',
  'has_role(u: User, "host", f: Folder) if has_role(u, _, o) and o matches Org and has_relation(f, "org", o);',
  'has_permission(u: User, "share", f: Folder) if has_permission(u, "read", f) and made(f, u);',
  'has_permission(u: User, "write", f: Folder) if made(f, m) and seen(u, f, n) and m != u and n > 1;',
  'has_permission(u: User, "share", f: Folder) if made(f, m) and seen(u, f, _) and m == u;',
  'has_permission(u: User, "read", f: Folder) if made(f, m) and not m = u and seen(u, f, _);',
  "has_permission(u: User, p: String, f: Folder) if tagged(f, p, u, _) and trusted(u, f);",
  'has_permission(u: User, p: String, f: Folder) if p in ["read", "share"] and seen(u, f, 3);',
  'has_permission(u: User, "read", f: Folder) if risk(u, n) and level(f, m) and likes(u, c) and color(f, c) and made(f, u) and n <= m;',
  'has_permission(u: User, "greet", t: Team) if works(u, t);',
  'has_permission(u: User, "sweep") if risk(u, 0);',
  "works(u: User, t: Team) if on_team(u, s) and below(s, r) and below(r, t) and works(u, s);",
  "near(f: Folder, h: Folder) if near(f, g) and near(g, h);",
  "special(f: Folder) if tagged(f, s, u, f) and likes(u, s);",
  "special(f: Folder) if wide(f, f, u, n, true) and risk(u, n);",
  'special(f: Folder) if sized("small", f) and linked(f, f);',
  "special(f: Folder) if made(f, m) and m matches! Team;",
  "trusted(u: User, f: Folder) if seen(u, f, t) and t > @current_unix_time;",
  "trusted(u: User, f: Folder) if seen(u, g, n) and level(g, n) and linked(g, f) and risk(u, m) and n != m;",
  "trusted(u: User, f: Folder) if linked(f, _) and risk(u, _) and forall(linked(f, g), seen(u, g, _));",
  "extra(u: User, f: Folder) if trusted(u, f) and true;",
  "extra(u: User, f: Folder) if trusted(u, f) and false;",
  "extra(u: User, f: Folder) if seen(u, f, _) and not (special(f) and not trusted(u, f));",
];
const writtenForNamedRoles: readonly string[] = [
  'has_permission(u: User, "write", f: Folder) if seen(u, f, _) and not (open(f, true) or trusted(u, f) or has_role(u, "banned", f));',
  'has_permission(u: User, "read", f: Folder) if seen(u, f, _) and not (has_role(u, "banned", f) or special(f));',
  'has_role(u: User, "reader", f: Folder) if has_relation(f, "parent", p) and not (open(f, false) or linked(p, f)) and has_role(u, "reader", p);',
];
const writtenForOpenRoles: readonly string[] = [
  "has_role(u: User, r: String, f: Folder) if on_team(u, t) and has_role(t, r, f);",
  'has_role(u: User, r: String, f: Folder) if color(f, r) and has_relation(f, "org", o) and has_role(u, "member", o);',
];

function blocks(shorthand: readonly string[], above: string): string {
  // The names of one kind are those of the other in other blocks: above, and below `global`.
  return `actor User {}
actor Team { roles = ["lead"]; permissions = ["greet"]; "greet" if "lead"; }
global { roles = ["auditor", "write"]; permissions = ["sweep", "guest"]; "sweep" if "auditor"; "guest" if "write"; }
resource Org { roles = ["member", "writer", "read"]; permissions = ["reader", "write"]; "reader" if "member"; "write" if "read"; }
resource Folder {
  roles = ["reader", "writer", "guest", "host", "banned"];
  permissions = ["read", "write", "share"];
  relations = { parent: Folder, org: Org, owner: User };
  ${shorthand.join("\n  ")}
}
resource Paper { roles = ["holder"]; permissions = ["print"]; "print" if "holder"; }
resource Note extends ${above} {}
is_open(folder: Folder) if open(folder, true);
sized("small", f: Folder) if level(f, n) and n < 2;
sized("large", f: Folder) if level(f, n) and n >= 2;
declare on_team(User, Team); declare below(Team, Team); declare linked(Folder, Folder); declare level(Folder, Integer);
declare risk(User, Integer); declare color(Folder, String); declare likes(User, String); declare open(Folder, Boolean);
declare made(Folder, User); declare made(Folder, Team); declare seen(User, Folder, Integer);
declare tagged(Folder, String, User, Folder); declare wide(Folder, Folder, User, Integer, Boolean);`;
}

/** A dozen more of a few of the facts. */
function bystanders(draw: Draw, facts: readonly Fact[]): Fact[] {
  if (facts.length === 0 || draw(true, false)) return [];
  return Array.from({ length: draw(1, 2, 3) }, () => draw(...facts)).flatMap(([name, ...args]) =>
    Array.from({ length: 12 }, (_, i): Fact => {
      return [name, ...args.map((arg) => (typeof arg === "object" ? entity(arg.type, `bystander ${i}`) : arg))];
    }),
  );
}

interface Variable {
  readonly name: string;
  readonly sort: Sort;
}

function rule(draw: Draw, name: string, sorts: readonly Sort[], layer: number): string {
  const variables: Variable[] = [];
  const head = sorts.map((sort) => {
    if (sort === "role" || sort === "permission" || draw(0, 0, 0, 0, 1) === 1) {
      return literal(draw(...valuesOfSort[sort].filter((value) => value !== "banned")));
    }
    const again = variables.find((variable) => variable.sort === sort);
    if (again !== undefined && draw(0, 0, 1) === 1) return again.name;
    const variable = { name: `x${variables.length}`, sort };
    variables.push(variable);
    return `${variable.name}: ${sort === "Folder" ? draw("Folder", "Folder", "Note", "Resource") : draw(sort, sort, "Actor")}`;
  });
  if (draw(0, 0, 0, 0, 0, 1) === 1) return `${name}(${head.join(", ")});`;
  const body = conjunction(draw, variables, layer, draw(1, 2, 3));
  const text = `${name}(${head.join(", ")}) if ${draw(0, 0, 1) === 1 ? `(${body}) or (${conjunction(draw, [...variables], layer, 1)})` : body};`;
  return withoutLoners(text);
}

/** A variable that occurs once is written with an underscore, as the checks demand. */
function withoutLoners(text: string): string {
  const count = (name: string): number => text.split(new RegExp(`\\b${name}\\b`)).length - 1;
  return text.replace(/\bx\d+\b/g, (name) => (count(name) === 1 ? `_${name}` : name));
}

function conjunction(draw: Draw, variables: Variable[], layer: number, atoms: number): string {
  const goals: string[] = [];
  /** Bound by a fact for sure: only these may be compared or negated. */
  const bound = new Set<string>();
  for (let n = 0; n < atoms; n++) {
    const below = derived.filter((predicate) => predicate.layer <= layer);
    const { name, sorts } =
      draw(0, 0, 1) === 1 ? draw(...below, ...(layer > 2 ? has.slice(0, 3) : [])) : draw(...stored);
    const isStored = stored.some((predicate) => predicate.name === name);
    const args = sorts.map((sort) => {
      const variable = argument(draw, variables, sort);
      if (variable === undefined) return literal(draw(...valuesOfSort[sort]));
      if (isStored) bound.add(variable.name);
      return variable.name;
    });
    goals.push(`${name}(${args.join(", ")})`);
    if (isStored && draw(0, 0, 0, 1) === 1) {
      // A choice in the middle: the same variables another way, so that what follows is as safe as before.
      const other = args.map((arg, i) => (/^x/.test(arg) ? arg : literal(draw(...valuesOfSort[sorts[i] as Sort]))));
      const test = args.find((arg) => /^x/.test(arg));
      const more = test === undefined ? "" : ` and ${test} = ${test}`;
      goals.push(`(${goals.pop()} or ${name}(${other.join(", ")})${more})`);
    }
  }
  const tests = [...bound].flatMap((name) => test(draw, variables, bound, name, layer));
  // Tests stand anywhere: they wait.
  for (const goal of tests) goals.splice(draw(0, goals.length), 0, goal);
  return goals.join(" and ");
}

function argument(draw: Draw, variables: Variable[], sort: Sort): Variable | undefined {
  if (sort === "role" || sort === "permission" || draw(0, 0, 0, 0, 0, 1) === 1) return undefined;
  const known = variables.filter((variable) => variable.sort === sort);
  if (known.length > 0 && draw(0, 0, 1) === 0) return draw(...known);
  const fresh = { name: `x${variables.length}`, sort };
  variables.push(fresh);
  return fresh;
}

function test(
  draw: Draw,
  variables: readonly Variable[],
  bound: ReadonlySet<string>,
  name: string,
  layer: number,
): string[] {
  if (draw(0, 0, 1) === 0) return [];
  const sort = variables.find((variable) => variable.name === name)?.sort;
  const others = (...sorts: (Sort | undefined)[]): string[] =>
    variables.filter((variable) => sorts.includes(variable.sort) && bound.has(variable.name)).map((v) => v.name);
  const other = others(sort);
  // A variable of the test's own: the same name in two of them would be one variable.
  const own = `y${name.slice(1)}`;
  switch (sort) {
    case "Integer":
      return [
        draw(
          `${name} ${draw("<", "<=", ">", ">=", "==", "!=")} ${draw(...other, "1", "2")}`,
          `not ${name} ${draw("<", ">", "==")} 2`,
          `${name} ${draw("<", ">")} @current_unix_time`,
        ),
      ];
    case "String":
      return [
        draw(
          `${name} in ["red", "blue"]`,
          `not ${name} in ["red"]`,
          `${name} = ${draw(...other, '"blue"')}`,
          `${name} != ${draw(...other, '"blue"')}`,
          `${name} < "green"`,
        ),
      ];
    case "Boolean":
      return [draw(name, `not ${name}`, `${name} = false`, `${name} ${draw("<", ">=")} ${draw(...other, "true")}`)];
    case "Folder":
      return [
        draw(
          `${name} matches Note`,
          `not ${name} matches Note`,
          `${name} matches! ${draw("Folder", "Note")}`,
          `${name} ${draw("!=", "==", "=")} ${draw(...other, 'Folder{"0"}')}`,
          `not open(${name}, true)`,
          `not (linked(${name}, ${own}) and color(${own}, "red"))`,
          `not (linked(${name}, ${own}) and not color(${own}, "red"))`,
          `not (open(${name}, true) or color(${name}, "red"))`,
          `not (level(${name}, 1) or color(${name}, "red") or linked(${name}, ${draw(...other)}))`,
          `not (made(${name}, ${draw('User{"0"}', 'Team{"0"}', "_")}) or level(${name}, 0) or open(${name}, false) or tagged(${name}, "red", _, _))`,
          `forall(linked(${name}, ${own}), color(${own}, "red"))`,
          ...(layer > 0 ? [`not near(${name}, ${draw(...other)})`, `not near(_, ${name})`] : []),
          ...(layer > 1 ? [`not special(${name})`, `not (special(${name}) or open(${name}, true))`] : []),
          ...(layer > 2 ? [`not extra(User{"1"}, ${name})`] : []),
          ...(layer > 2.5
            ? [
                `not has_role(User{"0"}, "banned", ${name})`,
                `not (extra(_, ${name}) or has_role(_, "banned", ${name}))`,
              ]
            : []),
        ),
      ];
    case "User":
      return [
        draw(
          `not on_team(${name}, Team{"0"})`,
          `${name} = ${draw(...other)}`,
          `${name} ${draw("!=", "==")} ${draw(...others("User", "Maker"), 'User{"1"}')}`,
          `not ${name} = User{"2"}`,
          `not (on_team(${name}, Team{"0"}) or risk(${name}, 1))`,
          `not (on_team(${name}, _) or risk(${name}, 1) or likes(${name}, "red"))`,
          ...(layer > 0 ? [`not works(${name}, _)`, `not (works(${name}, Team{"1"}) or likes(${name}, "red"))`] : []),
        ),
      ];
    case "Maker":
      return [
        draw(
          `${name} ${draw("!=", "==", "=")} ${draw(...others("User", "Team", "Maker"), 'User{"1"}')}`,
          `not ${name} = ${draw(...others("User", "Team", "Maker"), 'Team{"1"}')}`,
          `${name} matches ${draw("User", "Team")}`,
        ),
      ];
    default:
      return [];
  }
}

function role(draw: Draw): Fact {
  if (draw(0, 0, 1) === 1) {
    if (draw(0, 0, 1) === 1) return ["has_role", draw(...valuesOfSort.User), draw("auditor", "write")];
    return ["has_role", draw(...valuesOfSort.User), draw("member", "read", "writer"), draw(...valuesOfSort.Org)];
  }
  if (draw(0, 0, 0, 1) === 1) {
    return ["has_permission", draw(...valuesOfSort.User), draw("reader", "write"), draw(...valuesOfSort.Org)];
  }
  return [
    "has_role",
    draw(...valuesOfSort.User, ...valuesOfSort.Team),
    draw(...valuesOfSort.role),
    draw(...valuesOfSort.Folder),
  ];
}

function relation(draw: Draw): Fact {
  const folder = draw(...valuesOfSort.Folder);
  const name = draw("parent", "parent", "org", "owner");
  const sort = ({ parent: "Folder", org: "Org", owner: "User" } as const)[name];
  return ["has_relation", folder, name, draw(...valuesOfSort[sort])];
}

function refs(type: string, count: number): Reference[] {
  return Array.from({ length: count }, (_, i) => entity(type, String(i)));
}

function literal(value: FactArgument): string {
  return typeof value === "object" ? `${value.type}{"${value.id}"}` : JSON.stringify(value);
}
