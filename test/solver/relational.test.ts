import { describe, expect, it } from "vitest";
import { LimitError } from "../../src/diagnostics/errors.js";
import { Source } from "../../src/diagnostics/source.js";
import { FactTables, type PlainValue, type Reference } from "../../src/facts/index.js";
import { loadPolicy } from "../../src/polar/load.js";
import { createRelational, type Relational, type RelationalOptions } from "../../src/solver/relational/index.js";

const ref =
  (type: string) =>
  (id: string | number): Reference => ({ type, id: String(id) });
const user = ref("User");
const group = ref("Group");
const folder = ref("Folder");
const org = ref("Org");

type FactRow = readonly [predicate: string, ...args: PlainValue[]];

function solver(
  text: string,
  facts: Iterable<FactRow>,
  options?: RelationalOptions,
): Relational & { tables: FactTables } {
  const { policy, diagnostics } = loadPolicy([new Source("policy.polar", text)]);
  if (policy === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  const tables = new FactTables();
  for (const [predicate, ...args] of facts) tables.insert({ predicate, args });
  return Object.assign(createRelational(policy, tables, options), { tables });
}

const tree = `
actor User {}
resource Folder {
  roles = ["reader"]; permissions = ["read"]; relations = { parent: Folder };
  "read" if "reader";
  "reader" if "reader" on "parent";
}`;

function* chain(length: number): Iterable<FactRow> {
  for (let i = 1; i < length; i++) yield ["has_relation", folder(i), "parent", folder(i - 1)];
}

describe("recursion", () => {
  it("answers a chain of a hundred thousand folders", () => {
    const { check, list } = bound(solver(tree, [...chain(100_000), ["has_role", user("a"), "reader", folder(0)]]));
    expect(check(user("a"), "read", folder(99_999))).toBe(true);
    expect(check(user("b"), "read", folder(99_999))).toBe(false);
    expect(list(user("a"), "read", "Folder")).toHaveLength(100_000);
    expect(list(user("b"), "read", "Folder")).toEqual([]);
  });

  it("ends on a cycle of ten thousand groups, from wherever it starts", () => {
    const facts: FactRow[] = [["has_role", group(5_000), "reader", folder("x")]];
    for (let i = 0; i < 10_000; i++) facts.push(["member", group(i), group((i + 1) % 10_000)]);
    facts.push(["member", user("a"), group(7)], ["member", user("b"), group("outside")]);
    const { check, list, checkMany } = bound(
      solver(
        `${tree}
        actor Group {}
        declare member(User, Group); declare member(Group, Group);
        has_role(a: Actor, "reader", f: Folder) if member(a, g) and has_role(g, "reader", f);`,
        facts,
      ),
    );
    expect(check(user("a"), "read", folder("x"))).toBe(true);
    expect(check(user("b"), "read", folder("x"))).toBe(false);
    expect(check(user("a"), "read", folder("y"))).toBe(false);
    expect(list(user("a"), "read", "Folder")).toEqual(["x"]);
    expect(list(user("b"), "read", "Folder")).toEqual([]);
    expect(checkMany(user("a"), "read", [folder("x"), folder("y"), folder("x")])).toEqual([true, false, true]);
  });

  it("ends on folders in a circle, alone, in threes and in thousands", () => {
    for (const length of [1, 2, 3, 7, 5_000]) {
      const facts: FactRow[] = [["has_role", user("a"), "reader", folder(0)]];
      for (let i = 0; i < length; i++) facts.push(["has_relation", folder(i), "parent", folder((i + 1) % length)]);
      facts.push(["has_relation", folder("tail"), "parent", folder(length - 1)]);
      const { check, list } = bound(solver(tree, facts));
      expect(check(user("a"), "read", folder("tail"))).toBe(true);
      expect(check(user("a"), "read", folder(length >> 1))).toBe(true);
      expect(check(user("b"), "read", folder("tail"))).toBe(false);
      expect(list(user("a"), "read", "Folder")).toHaveLength(length + 1);
    }
  });

  it("goes through groups and folders at once", () => {
    const facts: FactRow[] = [...chain(50), ["has_role", group(9), "reader", folder(10)]];
    for (let i = 0; i < 9; i++) facts.push(["member", group(i), group(i + 1)]);
    facts.push(["member", user("a"), group(0)]);
    const { check, list } = bound(
      solver(
        `${tree}
        actor Group {}
        declare member(User, Group); declare member(Group, Group);
        has_role(a: Actor, "reader", f: Folder) if member(a, g) and has_role(g, "reader", f);`,
        facts,
      ),
    );
    expect(check(user("a"), "read", folder(49))).toBe(true);
    expect(check(user("a"), "read", folder(9))).toBe(false);
    expect(list(user("a"), "read", "Folder")).toHaveLength(40);
  });

  it("may meet itself twice in a rule, and go left as well as right", () => {
    const text = `
      actor User {} resource Node {}
      declare edge(Node, Node);
      path(x: Node, y: Node) if edge(x, y);
      path(x: Node, y: Node) if path(x, z) and path(z, y);
      allow(u: User, "reach", y: Node) if starts(u, x) and x matches Node and path(x, y);
      declare starts(User, Node);`;
    const node = ref("Node");
    const facts: FactRow[] = [["starts", user("a"), node(0)]];
    for (let i = 0; i < 40; i++) facts.push(["edge", node(i), node((i + 1) % 40)], ["edge", node(`m${i}`), node(i)]);
    const { check, list } = bound(solver(text, facts));
    expect(check(user("a"), "reach", node(39))).toBe(true);
    expect(check(user("a"), "reach", node(0))).toBe(true);
    expect(check(user("a"), "reach", node("m3"))).toBe(false);
    expect(list(user("a"), "reach", "Node")).toHaveLength(40);
  });

  it("gives nobody anything out of nothing", () => {
    const { check, list } = bound(
      solver(
        `actor User {} resource Doc { roles = ["a", "b"]; permissions = ["p"]; "a" if "b"; "b" if "a"; "p" if "a"; }`,
        [["has_role", user("x"), "b", ref("Doc")("d")]],
      ),
    );
    expect(check(user("y"), "p", ref("Doc")("d"))).toBe(false);
    expect(check(user("x"), "p", ref("Doc")("d"))).toBe(true);
    expect(list(user("y"), "p", "Doc")).toEqual([]);
  });
});

describe("many paths to one place", () => {
  it("visits each node of a lattice of 2^20 paths once", () => {
    const levels = 21;
    const facts: FactRow[] = [];
    for (let i = 1; i < levels; i++)
      for (const side of ["l", "r"])
        for (const other of ["l", "r"])
          facts.push(["has_relation", folder(`${side}${i}`), "parent", folder(`${other}${i - 1}`)]);
    facts.push(["has_role", user("a"), "reader", folder("nowhere")], ["has_role", user("b"), "reader", folder("l0")]);
    const { check, list } = bound(solver(tree, facts, { limits: { steps: 2_000 } }));
    expect(check(user("a"), "read", folder("l20"))).toBe(false);
    expect(check(user("b"), "read", folder("l20"))).toBe(true);
    expect(list(user("b"), "read", "Folder")).toHaveLength(41);
  });

  it("does so too when every level is a type of its own", () => {
    const levels = 21;
    const blocks: string[] = [];
    const facts: FactRow[] = [];
    for (let i = 0; i < levels; i++) {
      blocks.push(
        i === 0
          ? `resource T0 { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }`
          : `resource T${i} { roles = ["reader"]; permissions = ["read"]; relations = { parent: T${i - 1} }; "read" if "reader"; "reader" if "reader" on "parent"; }`,
      );
      for (const side of i > 0 ? ["l", "r"] : [])
        for (const other of ["l", "r"])
          facts.push(["has_relation", ref(`T${i}`)(side), "parent", ref(`T${i - 1}`)(other)]);
    }
    facts.push(["has_role", user("b"), "reader", ref("T0")("l")]);
    const { check, list } = bound(solver(`actor User {}\n${blocks.join("\n")}`, facts, { limits: { steps: 5_000 } }));
    expect(check(user("a"), "read", ref("T20")("l"))).toBe(false);
    expect(check(user("b"), "read", ref("T20")("l"))).toBe(true);
    expect([...(list(user("b"), "read", "T20") ?? [])].sort()).toEqual(["l", "r"]);
  });

  it("and when the paths are rules", () => {
    const rules: string[] = [];
    for (let i = 0; i < 20; i++)
      for (const side of ["l", "r"])
        rules.push(
          `${side}${i}(u: User, f: Folder) if l${i + 1}(u, f) and on(f);`,
          `${side}${i}(u: User, f: Folder) if r${i + 1}(u, f) and on(f);`,
        );
    const text = `actor User {} resource Folder {} declare last(User, Folder); declare on(Folder);
      allow(u: User, "p", f: Folder) if l0(u, f);
      ${rules.join("\n")}
      l20(u: User, f: Folder) if last(u, f); r20(u: User, f: Folder) if last(u, f);`;
    const facts: FactRow[] = [
      ["last", user("a"), folder("x")],
      ["on", folder("x")],
      ["on", folder("y")],
    ];
    const { check, list } = bound(solver(text, facts, { limits: { steps: 5_000 } }));
    expect(check(user("a"), "p", folder("x"))).toBe(true);
    expect(check(user("a"), "p", folder("y"))).toBe(false);
    expect(list(user("a"), "p", "Folder")).toEqual(["x"]);
    expect(list(user("b"), "p", "Folder")).toEqual([]);
  });
});

describe("limits", () => {
  it("end a question that takes too many steps, and the next one starts afresh", () => {
    const { check, list } = bound(
      solver(tree, [...chain(5_000), ["has_role", user("a"), "reader", folder(0)]], { limits: { steps: 1_000 } }),
    );
    expect(() => check(user("a"), "read", folder(4_999))).toThrow(LimitError);
    expect(() => list(user("a"), "read", "Folder")).toThrow(LimitError);
    expect(check(user("a"), "read", folder(100))).toBe(true);
    expect(check(user("b"), "read", folder(100))).toBe(false);
  });

  it("end a list with too many answers", () => {
    const facts: FactRow[] = Array.from({ length: 100 }, (_, i) => ["has_role", user("a"), "reader", folder(i)]);
    const { list } = bound(solver(tree, facts, { limits: { answers: 99 } }));
    expect(() => list(user("a"), "read", "Folder")).toThrow(LimitError);
  });
});

describe("open answers", () => {
  const text = `
    actor User {} resource Org { permissions = ["read", "write"]; roles = ["admin"]; "write" if "admin"; }
    global { roles = ["super"]; permissions = ["create"]; "create" if "super"; }
    has_permission(_: User, "read", _: Org);
    allow(a, p, x) if has_permission(a, p, x);
    allow(a, p) if has_permission(a, p);
    allow(u: User, _, _: Org) if is_root(u);
    allow(u: User, "profile", u);
    declare is_root(User);`;
  const facts: FactRow[] = [
    ["is_root", user("root")],
    ["has_role", user("a"), "admin", org("o")],
    ["has_role", user("s"), "super"],
  ];

  it("name every resource of a type by one word", () => {
    const { list } = bound(solver(text, facts));
    expect(list(user("nobody"), "read", "Org")).toBe("all");
    expect(list(user("a"), "write", "Org")).toEqual(["o"]);
    expect(list(user("root"), "write", "Org")).toBe("all");
    expect(list(user("root"), "anything", "Org")).toBe("all");
    expect(list(user("nobody"), "read", "User")).toEqual([]);
  });

  it("list any action as a star", () => {
    const { actions, check } = bound(solver(text, facts));
    expect(actions(user("a"), org("o"))).toEqual(["read", "write"]);
    expect(actions(user("nobody"), org("o"))).toEqual(["read"]);
    expect(actions(user("root"), org("o"))).toContain("*");
    expect(actions(user("s"), undefined)).toEqual(["create"]);
    expect(actions(user("a"), undefined)).toEqual([]);
    expect(check(user("root"), "whatever", org("unheard of"))).toBe(true);
    expect(check(user("s"), "create", undefined)).toBe(true);
    expect(check(user("a"), "create", undefined)).toBe(false);
  });

  it("know a reference without facts as equal to itself alone", () => {
    const { check, list } = bound(solver(text, facts));
    expect(check(user("never seen"), "profile", user("never seen"))).toBe(true);
    expect(check(user("never seen"), "profile", user("never seen either"))).toBe(false);
    expect(check(user("a"), "profile", user("never seen"))).toBe(false);
    expect(check(user("never seen"), "profile", user("a"))).toBe(false);
    expect(list(user("never seen"), "profile", "User")).toEqual(["never seen"]);
    expect(list(user("a"), "profile", "User")).toEqual(["a"]);
  });
});

describe("data decides", () => {
  it("over roles that are entities, and actions that are data", () => {
    const role = ref("Role");
    const { check, actions, list, tables } = bound(
      solver(
        `actor User {} resource Org {} resource Role {}
         declare grants(Role, String);
         allow(u: User, action: String, o: Org) if assigned(u, r, o) and r matches Role and grants(r, action);
         declare assigned(User, Role, Org);`,
        [
          ["assigned", user("a"), role("editor"), org("o")],
          ["grants", role("editor"), "edit"],
          ["grants", role("editor"), "__proto__"],
        ],
      ),
    );
    expect(check(user("a"), "edit", org("o"))).toBe(true);
    expect(check(user("a"), "edit", org("p"))).toBe(false);
    expect(check(user("a"), "unknown", org("o"))).toBe(false);
    expect(actions(user("a"), org("o"))).toEqual(["__proto__", "edit"]);
    tables.insert({ predicate: "grants", args: [role("editor"), "publish"] });
    tables.delete({ predicate: "grants", args: [role("editor"), "edit"] });
    expect(actions(user("a"), org("o"))).toEqual(["__proto__", "publish"]);
    expect(check(user("a"), "publish", org("o"))).toBe(true);
    expect(list(user("a"), "publish", "Org")).toEqual(["o"]);
  });

  it("over expiry, quota and flags", () => {
    const now = BigInt(Math.floor(Date.now() / 1000));
    const { check, list } = bound(
      solver(
        `actor User {} resource Org {}
         declare expires(User, Org, Integer); declare used(Org, Integer); declare quota(Org, Integer); declare closed(Org, Boolean);
         allow(u: User, "enter", o: Org) if expires(u, o, t) and t > @current_unix_time;
         allow(_: User, "add", o: Org) if used(o, n) and quota(o, q) and n < q;
         allow(_: User, "comment", o: Org) if closed(o, false);
         allow(_: User, "reopen", o: Org) if closed(o, is_closed) and is_closed;`,
        [
          ["expires", user("a"), org("o"), now + 1_000n],
          ["expires", user("a"), org("p"), now - 1n],
          ["used", org("o"), 5n],
          ["quota", org("o"), 10n],
          ["used", org("p"), 10n],
          ["quota", org("p"), 10n],
          ["closed", org("o"), false],
          ["closed", org("p"), true],
        ],
      ),
    );
    expect([check(user("a"), "enter", org("o")), check(user("a"), "enter", org("p"))]).toEqual([true, false]);
    expect(list(user("a"), "add", "Org")).toEqual(["o"]);
    expect(list(user("a"), "comment", "Org")).toEqual(["o"]);
    expect(list(user("a"), "reopen", "Org")).toEqual(["p"]);
  });
});

describe("what is not for this solver", () => {
  it("is left to the machine, and the rest is answered", () => {
    const { check, list } = bound(
      solver(
        `actor User {} resource Org { permissions = ["read", "rename"]; roles = ["member"]; "read" if "member"; }
         resource Doc { permissions = ["read"]; }
         has_permission(u: User, "rename", o: Org) if o.owner = u;
         has_permission(_: User, "read", d: Doc) if d.public;`,
        [["has_role", user("a"), "member", org("o")]],
      ),
    );
    expect(check(user("a"), "read", org("o"))).toBe(true);
    expect(list(user("a"), "read", "Org")).toEqual(["o"]);
    expect(check(user("a"), "rename", org("o"))).toBeUndefined();
    expect(check(user("a"), "read", ref("Doc")("d"))).toBeUndefined();
    expect(list(user("a"), "read", "Doc")).toBeUndefined();
  });

  it("is whatever could end in an error there", () => {
    const { check, list } = bound(
      solver(
        `actor User {} resource Org {}
         declare mark(Org, Integer); declare mark(Org, String);
         allow(_: User, "mixed", o: Org) if mark(o, m) and m > 1;
         allow(_: User, "negated", o: Org) if not mark(o, 1);`,
        [
          ["mark", org("o"), 2n],
          ["mark", org("p"), "text"],
        ],
      ),
    );
    expect(check(user("a"), "mixed", org("o"))).toBeUndefined();
    expect(check(user("a"), "negated", org("o"))).toBe(true);
    // The resource is never bound: the machine says so.
    expect(list(user("a"), "negated", "Org")).toBeUndefined();
  });

  it("is a type that nobody has heard of", () => {
    const { check, list, actions } = bound(solver(tree, []));
    expect(check(user("a"), "read", ref("Nothing")("x"))).toBeUndefined();
    expect(list(user("a"), "read", "Nothing")).toBeUndefined();
    expect(actions(ref("Integer")("1"), folder("x"))).toBeUndefined();
  });
});

describe("ids", () => {
  it("are exact, whatever they look like", () => {
    const hostile = ["__proto__", "constructor", "1", "01", "*", "a:b", "a", "b", "é", "é", " ", "\u0000"];
    const { check, list } = bound(
      solver(
        tree,
        hostile.map((id): FactRow => ["has_role", user(id), "reader", folder(id)]),
      ),
    );
    for (const a of hostile) {
      for (const b of hostile) expect([a, b, check(user(a), "read", folder(b))]).toEqual([a, b, a === b]);
      expect(list(user(a), "read", "Folder")).toEqual([a]);
    }
  });
});

/** The verbs without their object. */
function bound<T extends Relational & { tables: FactTables }>(relational: T): T {
  return {
    ...relational,
    check: relational.check.bind(relational),
    checkMany: relational.checkMany.bind(relational),
    list: relational.list.bind(relational),
    actions: relational.actions.bind(relational),
    tables: relational.tables,
  };
}
