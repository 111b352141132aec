import { afterEach, describe, expect, it, vi } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { FactTables, type Reference } from "../../src/facts/index.js";
import { loadPolicy } from "../../src/polar/load.js";
import { createRelational, type Relational, type RelationalOptions } from "../../src/solver/relational/index.js";
import { Random } from "../differential/decision-worlds.js";
import { runs } from "../support/effort.js";
import { smallFact } from "../support/small-policies.js";

/*
 * Within one question the compiled rules remember what they have found out; the next question begins with nothing. What was true a moment ago
 * must not decide.
 */

const ref =
  (type: string) =>
  (id: string | number): Reference => ({ type, id: String(id) });
const user = ref("User");
const folder = ref("Folder");

interface Solver extends Relational {
  tell(...lines: string[]): void;
  forget(...lines: string[]): void;
}

function solver(text: string, facts: readonly string[], options?: RelationalOptions): Solver {
  const { policy, diagnostics } = loadPolicy([new Source("policy.polar", text)]);
  if (policy === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  const tables = new FactTables();
  tables.insertMany(facts.map(smallFact));
  const relational = createRelational(policy, tables, options);
  return Object.assign(Object.create(relational) as Relational, {
    check: relational.check.bind(relational),
    checkMany: relational.checkMany.bind(relational),
    list: relational.list.bind(relational),
    actions: relational.actions.bind(relational),
    extent: relational.extent.bind(relational),
    briefly: relational.briefly.bind(relational),
    way: relational.way.bind(relational),
    tell: (...lines: string[]) => tables.insertMany(lines.map(smallFact)),
    forget: (...lines: string[]) => {
      for (const line of lines) tables.delete(smallFact(line));
    },
  });
}

/** Three folders above each other with a condition on each step, and groups: more than a flow chart holds. */
const involved = `
actor User {} actor Group {}
resource Folder { roles = ["reader", "owner"]; permissions = ["read", "edit"]; relations = { parent: Folder };
  "read" if "reader"; "reader" if "reader" on "parent"; "edit" if "owner"; }
declare member(User, Group); declare member(Group, Group); declare locked(Folder);
has_role(a: Actor, "reader", f: Folder) if member(a, g) and has_role(g, "reader", f);
allow(a, p, r) if has_permission(a, p, r) and not locked(r);
allow(u: User, "look", f: Folder) if has_relation(f, "parent", p) and has_role(u, "reader", p) and has_permission(u, "read", f);
allow(u: User, "list", f: Folder) if has_role(u, "owner", g) and reaches(f, g);
reaches(f: Folder, g: Folder) if has_relation(f, "parent", g);
reaches(f: Folder, g: Folder) if reaches(f, e) and reaches(e, g);
`;
const facts = [
  "has_relation Folder:1 parent Folder:2",
  "has_relation Folder:1 parent Folder:3",
  "has_relation Folder:2 parent Folder:4",
  "has_relation Folder:3 parent Folder:4",
  "member User:u Group:a",
  "member User:u Group:b",
  "member Group:b Group:c",
  "has_role Group:c reader Folder:4",
  "has_role User:u owner Folder:4",
  "has_role User:v owner Folder:2",
];
const folders = [1, 2, 3, 4, 5].map(folder);

describe("a question knows nothing of those before it", () => {
  it("in every verb: a right that is taken away is gone at once, and comes back", () => {
    const asked = solver(involved, facts);
    const everything = (): unknown => ({
      checks: folders.map((f) => [
        asked.check(user("u"), "read", f),
        asked.check(user("u"), "look", f),
        asked.check(user("u"), "list", f),
      ]),
      many: [asked.checkMany(user("u"), "read", folders), asked.checkMany(user("u"), "list", folders)],
      lists: ["read", "look", "list"].map((action) => asked.list(user("u"), action, "Folder")?.toString()),
      extent: ["read", "look", "list"].map((action) => asked.extent(user("u"), action, "Folder")),
      actions: folders.map((f) => asked.actions(user("u"), f)),
    });
    const before = everything();
    expect(before).toMatchObject({
      checks: [
        [true, true, true],
        [true, true, true],
        [true, true, true],
        [true, false, false],
        [false, false, false],
      ],
      many: [
        [true, true, true, true, false],
        [true, true, true, false, false],
      ],
      extent: ["some", "some", "some"],
    });
    asked.forget("has_role Group:c reader Folder:4", "has_role User:u owner Folder:4");
    expect(everything()).toEqual({
      checks: folders.map(() => [false, false, false]),
      many: [folders.map(() => false), folders.map(() => false)],
      lists: ["", "", ""],
      extent: ["none", "none", "none"],
      actions: folders.map(() => []),
    });
    asked.tell("has_role Group:c reader Folder:4", "has_role User:u owner Folder:4");
    expect(everything()).toEqual(before);
  });

  it("each verb by itself, without another in between that would have forgotten for it", () => {
    const ways: readonly ((asked: Solver) => unknown)[] = [
      ...["read", "look", "list"].flatMap((action) => [
        (asked: Solver) => asked.check(user("u"), action, folder(2)),
        (asked: Solver) => asked.checkMany(user("u"), action, [folder(2), folder(1)])?.[1],
        (asked: Solver) => (asked.list(user("u"), action, "Folder") ?? []).length > 0,
        (asked: Solver) => asked.extent(user("u"), action, "Folder") !== "none",
        (asked: Solver) => asked.actions(user("u"), folder(2))?.includes(action),
      ]),
    ];
    for (const [n, ask] of ways.entries()) {
      const asked = solver(involved, facts);
      const granting = ["has_role Group:c reader Folder:4", "has_role User:u owner Folder:4"];
      expect([n, ask(asked), ask(asked)]).toEqual([n, true, true]);
      asked.forget(...granting);
      expect([n, ask(asked), ask(asked)]).toEqual([n, false, false]);
      asked.tell(...granting);
      expect([n, ask(asked)]).toEqual([n, true]);
    }
  });

  it("of many questions at once each has its own answer, the same one twice too", () => {
    const asked = solver(involved, facts);
    const many = [folder(1), folder(5), folder(1), folder(4), folder(2), folder(1), folder(5)];
    for (const action of ["read", "look", "list"]) {
      expect([action, asked.checkMany(user("u"), action, many)]).toEqual([
        action,
        many.map((f) => asked.check(user("u"), action, f)),
      ]);
    }
    expect(asked.checkMany(user("u"), "read", many)).toEqual([true, false, true, true, true, true, false]);
  });

  it("one actor after the other, and one type of actors after the other", () => {
    const asked = solver(involved, facts);
    for (let round = 0; round < 3; round++) {
      expect(asked.check(user("u"), "read", folder(1))).toBe(true);
      expect(asked.check(ref("Group")("u"), "read", folder(1))).toBe(false);
      expect(asked.check(ref("Group")("c"), "read", folder(1))).toBe(true);
      expect(asked.check(user("c"), "read", folder(1))).toBe(false);
      expect([...(asked.list(user("v"), "list", "Folder") ?? [])]).toEqual(["1"]);
      expect([...(asked.list(user("u"), "list", "Folder") ?? [])].sort()).toEqual(["1", "2", "3"]);
    }
  });

  it("the first fact of a kind counts in the very question that was asked last", () => {
    const text = `actor User {} resource Folder { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
      declare open(Folder); declare friend(User, Folder);
      has_permission(_: User, "read", f: Folder) if open(f);
      has_permission(u: User, "read", f: Folder) if friend(u, f);`;
    const ways: readonly ((asked: Solver) => boolean)[] = [
      (asked) => asked.check(user("u"), "read", folder(1)) === true,
      (asked) => asked.checkMany(user("u"), "read", [folder(1), folder(1)])?.[1] === true,
      (asked) => asked.list(user("u"), "read", "Folder")?.includes("1") === true,
      (asked) => asked.extent(user("u"), "read", "Folder") === "some",
      (asked) => asked.actions(user("u"), folder(1))?.includes("read") === true,
    ];
    for (const line of ["open Folder:1", "friend User:u Folder:1", "has_role User:u reader Folder:1"]) {
      for (const [n, ask] of ways.entries()) {
        const asked = solver(
          text,
          ["has_role User:v reader Folder:2"].filter(() => !line.startsWith("has_role")),
        );
        expect([line, n, ask(asked), ask(asked)]).toEqual([line, n, false, false]);
        asked.tell(line);
        expect([line, n, ask(asked)]).toEqual([line, n, true]);
      }
    }
  });

  it("which actions there are does not say which of them a rule may find", () => {
    const asked = solver(
      `actor User {} resource Folder { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
       declare listed(String); declare may(User, String, Folder);
       has_permission(u: User, p: String, f: Folder) if may(u, p, f);
       allow(u, p, f) if has_permission(u, p, f);
       allow(u: User, "anything", f: Folder) if has_permission(u, p, f) and listed(p);`,
      ["has_role User:u reader Folder:1", "listed read", "listed fly", "may User:v fly Folder:1"],
    );
    expect(asked.actions(user("u"), folder(1))).toEqual(["anything", "read"]);
    expect(asked.actions(user("v"), folder(1))).toEqual(["anything", "fly"]);
    for (const who of ["u", "v"]) expect([who, asked.check(user(who), "anything", folder(1))]).toEqual([who, true]);
    expect(asked.check(user("w"), "anything", folder(1))).toBe(false);
  });

  it("a permission that facts alone name is an action like those that the policy names", () => {
    const asked = solver("actor User {} resource Folder {}", ["has_permission User:u odd Folder:1"]);
    expect(asked.actions(user("u"), folder(1))).toEqual(["odd"]);
    expect([asked.check(user("u"), "odd", folder(1)), asked.check(user("u"), "even", folder(1))]).toEqual([
      true,
      false,
    ]);
    asked.tell("has_permission User:u even Folder:1");
    expect(asked.actions(user("u"), folder(1))).toEqual(["even", "odd"]);
  });

  it("a hard question that was broken off does not make the next ones hard", () => {
    const chain = Array.from({ length: 30_000 }, (_, i) => `has_relation Folder:${i + 10} parent Folder:${i + 9}`);
    const asked = solver(involved, [...facts, ...chain, "has_role User:u reader Folder:9"], {
      limits: { steps: 300_000 },
    });
    const far = folder(30_009);
    expect(asked.briefly(() => asked.check(user("w"), "read", far))).toBe("lengthy");
    expect(asked.check(user("u"), "read", far)).toBe(true);
    expect(asked.check(user("u"), "read", folder(1))).toBe(true);
    // The steps of one question are not those of the next.
    for (let i = 0; i < 8; i++) expect(asked.check(user("u"), "read", far)).toBe(true);
  });
});

describe("the time of a question", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is that of the question, not that of the first one", () => {
    const asked = solver(
      `actor User {} resource Folder {} declare until(User, Folder, Integer);
       allow(u: User, "read", f: Folder) if until(u, f, t) and t > @current_unix_time;
       allow(u: User, "was", f: Folder) if until(u, f, t) and not t > @current_unix_time;`,
      ["until User:u Folder:1 1000", "until User:u Folder:2 2000"],
    );
    const ask = (): unknown => [
      ...["read", "was"].flatMap((action) => [
        asked.check(user("u"), action, folder(1)),
        asked.checkMany(user("u"), action, [folder(1), folder(2)])?.join(),
        asked.list(user("u"), action, "Folder")?.toString(),
      ]),
      asked.actions(user("u"), folder(1))?.join(),
    ];
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(999_000);
    expect(ask()).toEqual([true, "true,true", "1,2", false, "false,false", "", "read"]);
    vi.setSystemTime(1_000_000);
    expect(ask()).toEqual([false, "false,true", "2", true, "true,false", "1", "was"]);
    vi.setSystemTime(2_000_000);
    expect(ask()).toEqual([false, "false,false", "", true, "true,true", "1,2", "was"]);
  });
});

describe("long ways", () => {
  const stepwise = `
    actor User {}
    resource Folder { relations = { parent: Folder, twin: Folder }; }
    declare locked(Folder); declare owner(Folder, User);
    sees(u: User, f: Folder) if owner(f, u);
    sees(u: User, f: Folder) if has_relation(f, "parent", p) and not locked(f) and sees(u, p);
    sees(u: User, f: Folder) if has_relation(f, "twin", t) and sees(u, t);
    allow(u: User, "see", f: Folder) if sees(u, f);`;
  const chain = Array.from({ length: 300 }, (_, i) => `has_relation Folder:${i + 1} parent Folder:${i}`);

  it.each([1, 2, 63, 64, 65, 66, 129, 300])(
    "a way of %i steps, each with a condition, is gone to its end",
    (length) => {
      const asked = solver(stepwise, [...chain, "owner Folder:0 User:u", "locked Folder:900"]);
      expect(asked.check(user("u"), "see", folder(length))).toBe(true);
      expect(asked.check(user("v"), "see", folder(length))).toBe(false);
      asked.tell("locked Folder:1");
      expect(asked.check(user("u"), "see", folder(length))).toBe(false);
      asked.tell("has_relation Folder:1 twin Folder:0");
      expect(asked.check(user("u"), "see", folder(length))).toBe(true);
      expect(asked.list(user("u"), "see", "Folder")).toHaveLength(301);
    },
  );

  it("every branch of a fork is tried, the first one and the last", () => {
    for (const count of [2, 3, 5]) {
      for (let granting = 0; granting < count; granting++) {
        const lines = Array.from({ length: count }, (_, i) => `has_relation Folder:below parent Folder:${i}`);
        const asked = solver(stepwise, [...lines, "locked Folder:900", `owner Folder:${granting} User:u`]);
        expect([count, granting, asked.check(user("u"), "see", folder("below"))]).toEqual([count, granting, true]);
        expect(asked.check(user("v"), "see", folder("below"))).toBe(false);
      }
    }
  });
});

describe("many questions about one graph", () => {
  const policyText = `
    actor User {} resource Node {}
    declare edge(Node, Node); declare at(User, Node); declare stop(Node); declare key(User, Node);
    twice(x: Node, y: Node) if edge(x, y);
    twice(x: Node, y: Node) if twice(x, z) and twice(z, y);
    left(x: Node, y: Node) if edge(x, y);
    left(x: Node, y: Node) if left(x, z) and edge(z, y);
    right(x: Node, y: Node) if edge(x, y);
    right(x: Node, y: Node) if edge(x, z) and right(z, y);
    opens(u: User, x: Node, y: Node) if edge(x, y) and key(u, y);
    opens(u: User, x: Node, y: Node) if opens(u, x, z) and opens(u, z, y) and not stop(z);
    keyed(u: User, x: Node, y: Node) if edge(x, y) and key(u, y);
    keyed(u: User, x: Node, y: Node) if edge(x, z) and key(u, z) and keyed(u, z, y);
    halting(x: Node, y: Node) if edge(x, y) and not stop(y);
    halting(x: Node, y: Node) if edge(x, z) and halting(z, y) and not stop(y);
    both(u: User, y: Node) if at(u, y);
    both(u: User, y: Node) if edge(x, y) and edge(z, y) and x != z and both(u, x) and both(u, z);
    allow(u: User, "both", y: Node) if both(u, y);
    allow(x: Node, "halting", y: Node) if halting(x, y);
    allow(u: User, "keyed", y: Node) if at(u, x) and keyed(u, x, y);
    allow(x: Node, "twice", y: Node) if twice(x, y);
    allow(x: Node, "left", y: Node) if left(x, y);
    allow(x: Node, "right", y: Node) if right(x, y);
    allow(u: User, "twice", y: Node) if at(u, x) and twice(x, y);
    allow(u: User, "opens", y: Node) if at(u, x) and opens(u, x, y);
    allow(u: User, "back", y: Node) if at(u, x) and right(y, x) and twice(x, y);`;

  it("each is answered as if it were the only one, in every verb", () => {
    const random = new Random(1);
    const size = 7;
    const nodes = Array.from({ length: size }, (_, i) => i);
    for (let round = 0; round < runs(12); round++) {
      const edges = nodes.flatMap((x) => nodes.filter(() => random.chance(0.22)).map((y) => [x, y] as const));
      const [stops, keys] = [random.some(nodes, 0.3), random.some(nodes, 0.8)];
      const starts = random.some(nodes, 0.45);
      /** What can be reached from a node by at least one step. */
      const reached = (
        from: number,
        steps: readonly (readonly [number, number])[],
        through: (n: number) => boolean,
      ) => {
        const found = new Set(steps.filter(([x]) => x === from).map(([, y]) => y));
        for (const at of found) {
          if (!through(at)) continue;
          for (const [x, y] of steps) if (x === at) found.add(y);
        }
        return found;
      };
      const all = nodes.map((x) => reached(x, edges, () => true));
      const opened = edges.filter(([, y]) => keys.includes(y));
      const open = nodes.map((x) => reached(x, opened, (n) => !stops.includes(n)));
      const both = new Set(starts);
      for (let before = -1; before < both.size; ) {
        before = both.size;
        for (const y of nodes)
          if (nodes.filter((x) => both.has(x) && edges.some(([a, b]) => a === x && b === y)).length > 1) both.add(y);
      }
      const asked = solver(policyText, [
        ...edges.map(([x, y]) => `edge Node:${x} Node:${y}`),
        ...stops.map((x) => `stop Node:${x}`),
        ...keys.map((x) => `key User:u Node:${x}`),
        ...starts.map((x) => `at User:u Node:${x}`),
      ]);
      const cases: [Reference, string, (y: number) => boolean][] = [
        ...nodes.flatMap((x) =>
          ["twice", "left", "right"].map((action): [Reference, string, (y: number) => boolean] => {
            return [ref("Node")(x), action, (y) => all[x]!.has(y)];
          }),
        ),
        ...nodes.map((x): [Reference, string, (y: number) => boolean] => {
          return [ref("Node")(x), "halting", (y) => all[x]!.has(y) && !stops.includes(y)];
        }),
        [user("u"), "both", (y) => both.has(y)],
        [user("u"), "keyed", (y) => starts.some((x) => reached(x, opened, () => true).has(y))],
        [user("u"), "twice", (y) => starts.some((x) => all[x]!.has(y))],
        [user("u"), "opens", (y) => starts.some((x) => open[x]!.has(y))],
        [user("u"), "back", (y) => starts.some((x) => all[y]!.has(x) && all[x]!.has(y))],
      ];
      const resources = nodes.map(ref("Node"));
      for (const [actor, action, right] of cases) {
        const wanted = nodes.map(right);
        const question = [round, actor.id, action];
        expect([...question, asked.checkMany(actor, action, resources)]).toEqual([...question, wanted]);
        expect([...question, asked.checkMany(actor, action, resources.toReversed())]).toEqual([
          ...question,
          wanted.toReversed(),
        ]);
        expect([...question, resources.map((y) => asked.check(actor, action, y))]).toEqual([...question, wanted]);
        expect([...question, [...(asked.list(actor, action, "Node") ?? [])].sort()]).toEqual([
          ...question,
          nodes.filter(right).map(String),
        ]);
      }
    }
  });
});
