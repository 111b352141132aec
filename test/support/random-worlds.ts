import fc from "fast-check";
import { entity, type Fact, type FactArgument, type Reference } from "../../src/facts/value.js";

/*
 * Random policies over facts, with facts to go with them: blocks with inheritance and shorthand, rules that call each
 * other in any direction, negation of what lies below, comparisons, lists, wildcards. Every policy loads, every question
 * about it can be answered without an error.
 */

export interface RandomWorld {
  readonly policy: string;
  readonly facts: readonly Fact[];
  /** What may be asked: predicates with the sort of each argument. */
  readonly predicates: readonly { readonly name: string; readonly sorts: readonly Sort[] }[];
}

export type Sort =
  | "User"
  | "Team"
  | "Org"
  | "Folder"
  | "Note"
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
  Integer: [0, 1, 2, 3],
  String: ["red", "green", "blue"],
  Boolean: [true, false],
  role: ["reader", "writer", "banned"],
  permission: ["read", "write"],
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
  for (let n = draw(0, 1, 2); n > 0; n--) rules.push(rule(draw, "has_role", ["User", "role", "Folder"], 3));
  for (let n = draw(0, 1, 2); n > 0; n--) rules.push(rule(draw, "has_permission", ["User", "permission", "Folder"], 3));
  const shorthand = shorthands.filter(() => draw(true, true, false));
  const policy = `${blocks(shorthand)}\n${rules.join("\n")}\n`;
  const facts: Fact[] = [];
  for (const { name, sorts } of stored) {
    for (let n = draw(0, 1, 2, 3, 4); n > 0; n--)
      facts.push([name, ...sorts.map((sort) => draw(...valuesOfSort[sort]))]);
  }
  for (let n = draw(0, 1, 2, 3, 4); n > 0; n--) facts.push(role(draw));
  for (let n = draw(0, 1, 2, 3, 4); n > 0; n--) facts.push(relation(draw));
  return { policy, facts, predicates: [...derived, ...has] };
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

function blocks(shorthand: readonly string[]): string {
  return `actor User {}
actor Team {}
resource Org { roles = ["member"]; }
resource Folder {
  roles = ["reader", "writer", "banned"];
  permissions = ["read", "write"];
  relations = { parent: Folder, org: Org, owner: User };
  ${shorthand.join("\n  ")}
}
resource Note extends Folder {}
is_open(folder: Folder) if open(folder, true);
declare on_team(User, Team); declare below(Team, Team); declare linked(Folder, Folder); declare level(Folder, Integer);
declare risk(User, Integer); declare color(Folder, String); declare likes(User, String); declare open(Folder, Boolean);`;
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
      draw(0, 0, 1) === 1 ? draw(...below, ...(layer >= 3 ? has.slice(0, 3) : [])) : draw(...stored);
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
  const other = variables.filter((variable) => variable.sort === sort && bound.has(variable.name)).map((v) => v.name);
  switch (sort) {
    case "Integer":
      return [`${name} ${draw("<", "<=", ">", ">=", "==", "!=")} ${draw(...other, "1", "2")}`];
    case "String":
      return [
        draw(
          `${name} in ["red", "blue"]`,
          `not ${name} in ["red"]`,
          `${name} = ${draw(...other, '"blue"')}`,
          `${name} < "green"`,
        ),
      ];
    case "Boolean":
      return [draw(name, `not ${name}`, `${name} = false`)];
    case "Folder":
      return [
        draw(
          `${name} matches Note`,
          `not ${name} matches Note`,
          `${name} != ${draw(...other)}`,
          `not open(${name}, true)`,
          `not (linked(${name}, y0) and color(y0, "red"))`,
          ...(layer > 0 ? [`not near(${name}, ${draw(...other)})`, `not near(_, ${name})`] : []),
          ...(layer > 1 ? [`not special(${name})`] : []),
          ...(layer > 2 ? [`not has_role(User{"0"}, "banned", ${name})`, `not extra(User{"1"}, ${name})`] : []),
        ),
      ];
    case "User":
      return [
        draw(
          `not on_team(${name}, Team{"0"})`,
          `${name} = ${draw(...other)}`,
          `not ${name} = User{"2"}`,
          ...(layer > 0 ? [`not works(${name}, _)`] : []),
        ),
      ];
    default:
      return [];
  }
}

function role(draw: Draw): Fact {
  if (draw(0, 0, 1) === 1) return ["has_role", draw(...valuesOfSort.User), "member", draw(...valuesOfSort.Org)];
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
