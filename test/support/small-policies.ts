import type { PlainValue, StoredFact } from "../../src/facts/value.js";

/*
 * Small policies, each of one shape that people write, with the facts that matter to it: few enough to try every single one,
 * every pair and every set that lacks one or two. What they allow is worked out by the reference evaluator.
 */

export interface SmallPolicy {
  readonly name: string;
  readonly policy: string;
  /** `predicate argument …`: `Type:id` is an entity, digits an Integer, `true` and `false` Booleans, all else a String. */
  readonly facts: readonly string[];
}

/** The fact that a line of `facts` says. */
export function smallFact(text: string): StoredFact {
  const [predicate = "", ...args] = text.split(" ");
  return { predicate, args: args.map(smallValue) };
}

/**
 * Facts of the same kinds about other things, as many as it takes until a column with one value each is stored as such: a table with a
 * handful of rows never is.
 */
export function bystanders(facts: readonly StoredFact[]): StoredFact[] {
  const others = Array.from({ length: 12 }, (_, i) =>
    facts.map(({ predicate, args }) => ({
      predicate,
      args: args.map((arg) => (typeof arg === "object" ? { type: arg.type, id: `bystander ${i}` } : arg)),
    })),
  ).flat();
  const key = (fact: StoredFact): string =>
    JSON.stringify(fact, (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v));
  return [...new Map(others.map((fact) => [key(fact), fact])).values()];
}

function smallValue(text: string): PlainValue {
  if (/^-?\d+$/.test(text)) return BigInt(text);
  if (text === "true" || text === "false") return text === "true";
  const [type, id] = text.split(":");
  return id === undefined ? text : { type: type as string, id };
}

export const smallPolicies: readonly SmallPolicy[] = [
  // --- several grants of one thing ---
  {
    name: "a permission that two roles grant",
    policy: `actor User {} resource Doc { roles = ["a", "b"]; permissions = ["read"]; "read" if "a"; "read" if "b"; }`,
    facts: ["has_role User:u a Doc:1", "has_role User:u b Doc:1", "has_role User:v a Doc:2", "has_role User:v b Doc:1"],
  },
  {
    name: "a permission that three roles grant",
    policy: `actor User {} resource Doc { roles = ["a", "b", "c"]; permissions = ["read"]; "read" if "a"; "read" if "b"; "read" if "c"; }`,
    facts: ["has_role User:u a Doc:1", "has_role User:u b Doc:1", "has_role User:u c Doc:1", "has_role User:v c Doc:2"],
  },
  {
    name: "a permission that four roles grant, one of them through another",
    policy: `actor User {} resource Doc { roles = ["a", "b", "c", "d"]; permissions = ["read"];
      "read" if "a"; "read" if "b"; "read" if "c"; "c" if "d"; }`,
    facts: ["has_role User:u a Doc:1", "has_role User:u b Doc:1", "has_role User:u c Doc:1", "has_role User:u d Doc:1"],
  },
  {
    name: "a permission that six roles grant",
    policy: `actor User {} resource Doc { roles = ["a", "b", "c", "d", "e", "f"]; permissions = ["read"];
      "read" if "a"; "read" if "b"; "read" if "c"; "read" if "d"; "read" if "e"; "read" if "f"; }`,
    facts: [..."abcdef"].map((role) => `has_role User:u ${role} Doc:1`),
  },
  {
    name: "a role that five relations give, each in its own way",
    policy: `actor User {} actor Team {} resource Org { roles = ["boss"]; }
      resource Doc { roles = ["editor"]; permissions = ["edit"]; relations = { owner: User, author: User, org: Org, copy: Doc };
        "edit" if "editor"; "editor" if "owner"; "editor" if "author"; "editor" if "boss" on "org"; }
      declare in_team(User, Team); declare team_doc(Team, Doc); declare proxy(User, Doc, Integer);
      has_role(u: User, "editor", d: Doc) if in_team(u, t) and team_doc(t, d);
      has_role(u: User, "editor", d: Doc) if proxy(u, d, n) and n > 2;`,
    facts: [
      "has_relation Doc:1 owner User:u",
      "has_relation Doc:1 author User:u",
      "has_relation Doc:1 org Org:o",
      "has_role User:u boss Org:o",
      "in_team User:u Team:t",
      "team_doc Team:t Doc:1",
      "proxy User:u Doc:1 3",
      "proxy User:u Doc:1 2",
    ],
  },
  {
    name: "a permission granted by role, by relation, by a role above and to everybody where a fact says so",
    policy: `actor User {} resource Org { roles = ["member"]; }
      resource Doc { roles = ["reader"]; permissions = ["read"]; relations = { owner: User, org: Org };
        "read" if "reader"; "read" if "owner"; "read" if "member" on "org"; "read" if is_public(resource); }`,
    facts: [
      "has_role User:u reader Doc:1",
      "has_relation Doc:1 owner User:u",
      "has_relation Doc:1 org Org:o",
      "has_relation Doc:1 org Org:p",
      "has_role User:u member Org:o",
      "has_role User:u member Org:p",
      "is_public Doc:1",
    ],
  },
  {
    name: "a conjunction and an alternative within a block",
    policy: `actor User {} resource Org { roles = ["admin", "member"]; }
      resource Doc { roles = ["editor", "keeper"]; permissions = ["share", "drop"]; relations = { org: Org };
        "share" if "keeper" or "editor" and "admin" on "org";
        "drop" if ("keeper" or "member" on "org") and "editor"; }`,
    facts: [
      "has_role User:u editor Doc:1",
      "has_role User:u keeper Doc:1",
      "has_relation Doc:1 org Org:o",
      "has_role User:u admin Org:o",
      "has_role User:u member Org:o",
    ],
  },
  // --- recursion ---
  {
    name: "three roles from all folders above",
    policy: `actor User {} resource Folder { roles = ["a", "b", "c"]; permissions = ["read"]; relations = { parent: Folder };
      "read" if "a"; "read" if "b"; "read" if "c"; "read" if "read" on "parent"; }`,
    facts: [
      "has_relation Folder:1 parent Folder:2",
      "has_relation Folder:2 parent Folder:3",
      "has_role User:u a Folder:3",
      "has_role User:u b Folder:3",
      "has_role User:u c Folder:3",
      "has_role User:u c Folder:2",
    ],
  },
  {
    name: "two roles from all folders above",
    policy: `actor User {} resource Folder { roles = ["a", "b"]; permissions = ["read"]; relations = { parent: Folder };
      "read" if "a"; "read" if "b"; "read" if "read" on "parent"; }`,
    facts: [
      "has_relation Folder:1 parent Folder:2",
      "has_relation Folder:2 parent Folder:3",
      "has_role User:u a Folder:3",
      "has_role User:u b Folder:3",
      "has_role User:v b Folder:1",
      "has_role User:v b Folder:2",
    ],
  },
  {
    name: "three roles from folders with two folders above each",
    policy: `actor User {} resource Folder { roles = ["a", "b", "c"]; permissions = ["read"]; relations = { parent: Folder };
      "read" if "a"; "read" if "b"; "read" if "c"; "read" if "read" on "parent"; }`,
    facts: [
      "has_relation Folder:1 parent Folder:2",
      "has_relation Folder:1 parent Folder:3",
      "has_relation Folder:3 parent Folder:4",
      "has_relation Folder:3 parent Folder:1",
      "has_role User:u a Folder:4",
      "has_role User:u c Folder:2",
      "has_role User:u b Folder:3",
      "has_role User:v a Folder:3",
    ],
  },
  {
    name: "all roles from above, and any permission as well",
    policy: `actor User {} resource Org { roles = ["reader", "writer"]; }
      resource Folder { roles = ["reader", "writer"]; permissions = ["read", "write"]; relations = { org: Org, parent: Folder };
        role if role on "org"; role if role on "parent"; permission if permission on "parent";
        "reader" if "writer"; "read" if "reader"; "write" if "writer"; }`,
    facts: [
      "has_relation Folder:1 org Org:o",
      "has_relation Folder:2 parent Folder:1",
      "has_relation Folder:3 parent Folder:2",
      "has_role User:u reader Org:o",
      "has_role User:u writer Folder:2",
      "has_role User:v writer Org:o",
    ],
  },
  {
    name: "roles that go up and roles that go down the same tree",
    policy: `actor User {} resource Unit { roles = ["admin", "member"]; permissions = ["read", "configure"]; relations = { parent: Unit };
      "member" if "admin"; "admin" if "admin" on "parent"; "read" if "member"; "configure" if "admin"; }
      has_role(u: User, "member", p: Unit) if c matches Unit and has_relation(c, "parent", p) and has_role(u, "member", c);`,
    facts: [
      "has_relation Unit:1 parent Unit:2",
      "has_relation Unit:2 parent Unit:3",
      "has_relation Unit:4 parent Unit:2",
      "has_role User:u admin Unit:2",
      "has_role User:u member Unit:1",
      "has_role User:v admin Unit:3",
    ],
  },
  {
    name: "groups within groups, and what groups may read",
    policy: `actor User {} actor Group { roles = ["member"]; } resource Doc { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
      has_role(u: User, "member", outer: Group) if inner matches Group and has_role(u, "member", inner) and has_role(inner, "member", outer);
      has_role(u: User, role: String, d: Doc) if g matches Group and has_role(u, "member", g) and has_role(g, role, d);`,
    facts: [
      "has_role User:u member Group:1",
      "has_role Group:1 member Group:2",
      "has_role Group:2 member Group:3",
      "has_role Group:2 member Group:1",
      "has_role Group:3 reader Doc:d",
      "has_role Group:1 reader Doc:e",
      "has_role User:v member Group:3",
    ],
  },
  {
    name: "managers of managers, of whom one may be one's own",
    policy: `actor User { roles = ["supervisor"]; permissions = ["see"]; relations = { manager: User };
        "supervisor" if "manager"; "supervisor" if "supervisor" on "manager"; "see" if "supervisor"; }
      resource Review { permissions = ["read"]; relations = { about: User }; "read" if "about"; "read" if "supervisor" on "about"; }`,
    facts: [
      "has_relation User:a manager User:b",
      "has_relation User:b manager User:c",
      "has_relation User:b manager User:d",
      "has_relation User:c manager User:b",
      "has_relation Review:r about User:a",
      "has_relation Review:s about User:d",
    ],
  },
  {
    name: "three facts joined on the way up, over and over",
    policy: `actor User {} resource Room {} resource Key {}
      declare door(Room, Key, Room); declare fits(Key, Key); declare holds_key(User, Key); declare starts(User, Room);
      reach(u: User, r: Room) if starts(u, r);
      reach(u: User, r: Room) if door(s, k, r) and holds_key(u, h) and fits(h, k) and reach(u, s);
      allow(u: User, "enter", r: Room) if reach(u, r);`,
    facts: [
      "starts User:u Room:1",
      "door Room:1 Key:a Room:2",
      "door Room:2 Key:b Room:3",
      "door Room:1 Key:b Room:3",
      "holds_key User:u Key:x",
      "fits Key:x Key:a",
      "fits Key:x Key:b",
      "holds_key User:v Key:x",
    ],
  },
  {
    name: "a recursion that calls itself twice",
    policy: `actor User {} resource Node {} declare edge(Node, Node); declare at(User, Node);
      path(x: Node, y: Node) if edge(x, y);
      path(x: Node, y: Node) if path(x, z) and path(z, y);
      allow(u: User, "reach", y: Node) if at(u, x) and path(x, y);
      allow(x: Node, "path", y: Node) if path(x, y);
      allow(u: User, "circle", x: Node) if at(u, x) and path(x, x);`,
    facts: [
      "at User:u Node:1",
      "edge Node:1 Node:2",
      "edge Node:2 Node:3",
      "edge Node:3 Node:1",
      "edge Node:3 Node:3",
      "edge Node:2 Node:4",
    ],
  },
  {
    name: "a recursion with a condition on each step and several ways up",
    policy: `actor User {} resource Folder { relations = { parent: Folder }; }
      declare owner(Folder, User); declare locked(Folder); declare archived(Folder); declare lent(User, Folder);
      sees(u: User, f: Folder) if owner(f, u);
      sees(u: User, f: Folder) if lent(u, f) and not archived(f);
      sees(u: User, f: Folder) if has_relation(f, "parent", p) and not (locked(f) or archived(p)) and sees(u, p);
      allow(u: User, "see", f: Folder) if sees(u, f);
      allow(u: User, "miss", f: Folder) if has_relation(f, "parent", _) and not sees(u, f);`,
    facts: [
      "has_relation Folder:1 parent Folder:2",
      "has_relation Folder:2 parent Folder:3",
      "has_relation Folder:1 parent Folder:4",
      "owner Folder:3 User:u",
      "lent User:u Folder:4",
      "locked Folder:1",
      "archived Folder:3",
      "archived Folder:4",
    ],
  },
  {
    name: "two things that are each other's condition, up two kinds of trees",
    policy: `actor User {} resource Box { relations = { parent: Box, shelf: Shelf }; } resource Shelf { relations = { room: Box }; }
      declare opens(User, Box); declare cleans(User, Shelf);
      box(u: User, b: Box) if opens(u, b);
      box(u: User, b: Box) if has_relation(b, "parent", c) and box(u, c);
      box(u: User, b: Box) if has_relation(b, "shelf", s) and shelf(u, s);
      shelf(u: User, s: Shelf) if cleans(u, s);
      shelf(u: User, s: Shelf) if has_relation(s, "room", b) and box(u, b);
      allow(u: User, "use", b: Box) if box(u, b);
      allow(u: User, "use", s: Shelf) if shelf(u, s);`,
    facts: [
      "has_relation Box:1 parent Box:2",
      "has_relation Box:2 shelf Shelf:s",
      "has_relation Shelf:s room Box:3",
      "has_relation Box:3 parent Box:1",
      "opens User:u Box:3",
      "cleans User:u Shelf:s",
      "opens User:v Box:2",
    ],
  },
  // --- negation ---
  {
    name: "not over two alternatives",
    policy: `actor User {} resource Pub { permissions = ["drink"]; }
      declare banned(User); declare closed(Pub); declare member(User, Pub);
      has_permission(u: User, "drink", p: Pub) if not (banned(u) or closed(p)) and member(u, p);`,
    facts: [
      "member User:u Pub:p",
      "banned User:u",
      "closed Pub:p",
      "member User:v Pub:p",
      "closed Pub:q",
      "member User:u Pub:q",
    ],
  },
  {
    name: "not over three alternatives",
    policy: `actor User {} resource Pub { permissions = ["drink"]; }
      declare banned(User); declare closed(Pub); declare quarrel(User, Pub); declare member(User, Pub);
      has_permission(u: User, "drink", p: Pub) if member(u, p) and not (banned(u) or closed(p) or quarrel(u, p));`,
    facts: [
      "member User:u Pub:p",
      "banned User:u",
      "closed Pub:p",
      "quarrel User:u Pub:p",
      "member User:v Pub:p",
      "quarrel User:v Pub:p",
      "member User:u Pub:q",
    ],
  },
  {
    name: "not over both of two",
    policy: `actor User {} resource Pub { permissions = ["drink", "eat"]; } declare banned(User); declare strict(Pub); declare member(User, Pub);
      has_permission(u: User, "drink", p: Pub) if member(u, p) and not (banned(u) and strict(p));
      has_permission(u: User, "eat", p: Pub) if member(u, p) and not (banned(u) and not strict(p));`,
    facts: ["member User:u Pub:p", "banned User:u", "strict Pub:p", "member User:v Pub:p", "banned User:v"],
  },
  {
    name: "not over one of two that something else has",
    policy: `actor User {} resource Org {} resource Doc { permissions = ["read"]; relations = { org: Org }; }
      declare left(User, Org); declare sealed(Org); declare reader(User, Doc); declare note(Doc, String);
      has_permission(u: User, "read", d: Doc) if reader(u, d) and
        not (has_relation(d, "org", o) and sealed(o) or note(d, "secret") or has_relation(d, "org", p) and left(u, p));`,
    facts: [
      "reader User:u Doc:1",
      "has_relation Doc:1 org Org:o",
      "has_relation Doc:1 org Org:p",
      "sealed Org:o",
      "left User:u Org:p",
      "note Doc:1 secret",
      "note Doc:1 plain",
    ],
  },
  {
    name: "a ban that outweighs everything",
    policy: `actor User {} global { permissions = ["found"]; } resource Org { roles = ["member"]; permissions = ["read", "see", "look"]; "read" if "member"; "see" if "member"; "look" if "member"; }
      has_permission(_: User, "found"); has_permission(_: User, "see", _: Org); has_permission(u: User, "look", _: Org) if is_root(u);
      allow(u: User, action: String, r: Resource) if has_permission(u, action, r) and not is_banned(u);
      allow(u: User, action: String) if has_permission(u, action) and not is_banned(u);`,
    facts: [
      "has_role User:u member Org:o",
      "is_banned User:u",
      "is_root User:r",
      "is_root User:u",
      "has_role User:v member Org:o",
      "has_role User:v member Org:p",
    ],
  },
  {
    name: "not a role, not a permission, not a relation",
    policy: `actor User {} resource Doc { roles = ["reader", "banned", "owner"]; permissions = ["read", "edit", "copy", "x"]; relations = { twin: Doc };
        "read" if "reader"; "x" if "owner"; }
      has_permission(u: User, "edit", d: Doc) if has_role(u, "reader", d) and not has_role(u, "banned", d);
      has_permission(u: User, "copy", d: Doc) if has_role(u, "reader", d) and not has_permission(u, "x", d) and not has_relation(d, "twin", _);`,
    facts: [
      "has_role User:u reader Doc:1",
      "has_role User:u banned Doc:1",
      "has_role User:u owner Doc:1",
      "has_relation Doc:1 twin Doc:2",
      "has_role User:u reader Doc:2",
      "has_permission User:u x Doc:2",
    ],
  },
  {
    name: "not a role above that several roles give",
    policy: `actor User {} resource Org { roles = ["guest", "former", "outsider", "lent"]; "guest" if "former"; "guest" if "outsider"; "guest" if "lent"; }
      resource Doc { roles = ["reader"]; permissions = ["read", "copy", "keep"]; relations = { org: Org }; }
      declare seen(User, Doc, Integer);
      has_permission(u: User, "read", d: Doc) if has_role(u, "reader", d) and not (has_relation(d, "org", o) and has_role(u, "guest", o));
      has_permission(u: User, "copy", d: Doc) if seen(u, d, _) and has_relation(d, "org", o) and has_role(u, "guest", o);
      has_permission(u: User, "keep", d: Doc) if seen(u, d, _) and not (has_relation(d, "org", o) and has_role(u, "guest", o));`,
    facts: [
      "has_role User:u reader Doc:1",
      "seen User:u Doc:1 1",
      "has_relation Doc:1 org Org:o",
      "has_role User:u former Org:o",
      "has_role User:u outsider Org:o",
      "has_role User:u lent Org:o",
      "has_role User:v outsider Org:o",
    ],
  },
  {
    name: "one of two things, and a third that says which",
    policy: `actor User {} resource Doc {} declare owns(User, Doc); declare lent(User, Doc); declare linked(Doc, Doc); declare seen(User, Doc, Integer);
      either(u: User, d: Doc, e: Doc) if owns(u, d) or lent(u, e);
      allow(u: User, "either", d: Doc) if seen(u, d, _) and linked(d, e) and either(u, d, e);
      allow(u: User, "neither", d: Doc) if seen(u, d, _) and linked(d, e) and not either(u, d, e);
      allow(u: User, "other", d: Doc) if linked(d, e) and either(u, e, d);`,
    facts: [
      "seen User:u Doc:1 1",
      "linked Doc:1 Doc:2",
      "owns User:u Doc:1",
      "owns User:u Doc:2",
      "lent User:u Doc:1",
      "lent User:u Doc:2",
    ],
  },
  {
    name: "a recursion that leads to things of other types",
    policy: `actor User {} resource House {} resource Room {} resource Hall {} declare door(House, Room); declare next(Room, Hall); declare next(Hall, Room); declare at(User, House);
      goes(h: House, r) if goes(h, s) and next(s, r);
      goes(h: House, r) if door(h, r);
      allow(u: User, "go", r: Hall) if at(u, h) and goes(h, r);
      allow(u: User, "go", r: Room) if at(u, h) and goes(h, r);`,
    facts: [
      "at User:u House:1",
      "door House:1 Room:1",
      "next Room:1 Hall:1",
      "next Hall:1 Room:2",
      "next Room:2 Hall:2",
      "next Room:1 Hall:2",
    ],
  },
  {
    name: "a recursion through others and through oneself",
    policy: `actor User {} resource Doc {} declare trusts(User, User); declare owns(User, Doc); declare pair(Doc, Doc);
      sees(u: User, d: Doc) if owns(u, d);
      sees(u: User, d: Doc) if trusts(u, v) and sees(v, e) and pair(e, d) and sees(u, e);
      sees(u: User, d: Doc) if sees(u, e) and sees(u, f) and pair(f, e) and pair(e, d);
      allow(u: User, "see", d: Doc) if sees(u, d);
      allow(u: User, "share", d: Doc) if trusts(u, v) and sees(v, d) and sees(u, d);`,
    facts: [
      "trusts User:u User:v",
      "owns User:v Doc:1",
      "owns User:u Doc:1",
      "pair Doc:1 Doc:2",
      "pair Doc:2 Doc:3",
      "owns User:u Doc:2",
      "pair Doc:3 Doc:1",
    ],
  },
  {
    name: "for all that is required, something is given",
    policy: `actor User {} resource Course {} resource Doc {} declare needs(Doc, Course); declare passed(User, Course); declare known(Doc); declare wants(Doc, Course);
      allow(u: User, "open", d: Doc) if known(d) and forall(needs(d, c), passed(u, c));
      allow(u: User, "open all", d: Doc) if known(d) and forall(needs(d, c) or wants(d, c), passed(u, c));`,
    facts: [
      "wants Doc:1 Course:b",
      "known Doc:1",
      "needs Doc:1 Course:a",
      "needs Doc:1 Course:b",
      "passed User:u Course:a",
      "passed User:u Course:b",
      "known Doc:2",
    ],
  },
  // --- comparisons ---
  {
    name: "entities compared with each other",
    policy: `actor User {} actor Bot {} resource Task {} declare made(Task, User); declare made(Task, Bot); declare checks(User, Task); declare helps(User, User); declare twin(Task, Task);
      allow(_: User, "made", t: Task) if made(t, _);
      allow(_: User, "same maker", t: Task) if made(t, m) and twin(t, s) and made(s, n) and m = n;
      allow(u: User, "approve", t: Task) if made(t, m) and checks(u, t) and m != u;
      allow(u: User, "own", t: Task) if made(t, m) and m == u;
      allow(u: User, "join", t: Task) if made(t, m) and m = u and checks(u, t);
      allow(u: User, "other", t: Task) if made(t, m) and helps(u, h) and not m = h;
      allow(u: User, "self", v: User) if u = v;
      allow(u: User, "ann", t: Task) if checks(u, t) and u != User{"ann"};`,
    facts: [
      "made Task:t User:ann",
      "made Task:t User:bob",
      "made Task:t Bot:ann",
      "twin Task:t Task:s",
      "made Task:s Bot:ann",
      "made Task:s User:bob",
      "checks User:ann Task:t",
      "checks User:bob Task:t",
      "helps User:ann User:bob",
      "helps User:ann User:ann",
    ],
  },
  {
    name: "numbers, texts and truths compared",
    policy: `actor User {} resource Doc {} declare level(User, Integer); declare grade(Doc, Integer); declare color(Doc, String);
      declare likes(User, String); declare open(Doc, Boolean); declare hot(Doc, Boolean);
      allow(u: User, "ge", d: Doc) if level(u, n) and grade(d, m) and n >= m;
      allow(u: User, "gt", d: Doc) if level(u, n) and grade(d, m) and n > m;
      allow(u: User, "lt", d: Doc) if level(u, n) and grade(d, m) and n < m;
      allow(u: User, "le", d: Doc) if level(u, n) and grade(d, m) and m >= n and n <= 2;
      allow(u: User, "ne", d: Doc) if level(u, n) and grade(d, m) and n != m;
      allow(u: User, "eq", d: Doc) if level(u, n) and grade(d, m) and n == m;
      allow(u: User, "not lt", d: Doc) if level(u, n) and grade(d, m) and not n < m;
      allow(u: User, "like", d: Doc) if likes(u, c) and color(d, c);
      allow(u: User, "dislike", d: Doc) if likes(u, c) and color(d, e) and c != e;
      allow(_: User, "some", d: Doc) if color(d, c) and c in ["red", "blue"];
      allow(_: User, "none", d: Doc) if color(d, c) and not c in ["red", "blue"];
      allow(_: User, "open", d: Doc) if open(d, b) and b;
      allow(_: User, "shut", d: Doc) if open(d, b) and not b;
      allow(_: User, "same", d: Doc) if open(d, b) and hot(d, c) and b == c;
      allow(_: User, "less", d: Doc) if open(d, b) and hot(d, c) and b < c;`,
    facts: [
      "level User:u 2",
      "grade Doc:1 2",
      "grade Doc:1 3",
      "grade Doc:1 -1",
      "color Doc:1 red",
      "color Doc:1 blue",
      "color Doc:1 green",
      "likes User:u red",
      "open Doc:1 true",
      "open Doc:1 false",
      "hot Doc:1 true",
    ],
  },
  {
    name: "a right that ends, and one that has a quota",
    policy: `actor User {} resource Plan {} resource Doc { roles = ["reader"]; permissions = ["read", "export"]; relations = { plan: Plan }; "read" if "reader"; }
      declare role_until(User, String, Doc, Integer); declare quota(Plan, Integer); declare used(Doc, Integer);
      has_role(u: User, role: String, d: Doc) if role_until(u, role, d, t) and t > @current_unix_time;
      has_permission(u: User, "export", d: Doc) if has_role(u, "reader", d) and has_relation(d, "plan", p) and quota(p, q) and used(d, n) and n < q;`,
    facts: [
      "role_until User:u reader Doc:1 4961779200",
      "role_until User:u reader Doc:1 1000000000",
      "has_role User:u reader Doc:1",
      "has_relation Doc:1 plan Plan:p",
      "quota Plan:p 5",
      "used Doc:1 4",
      "used Doc:1 5",
    ],
  },
  // --- variables that stand twice ---
  {
    name: "a call with a variable twice",
    policy: `actor User { relations = { manager: User }; } resource Doc {} declare likes(User, User); declare swap(Doc, Doc, User); declare linked(Doc, Doc);
      declare path(Doc, User, Doc, User);
      allow(u: User, "own boss", d: Doc) if has_relation(u, "manager", u) and linked(d, d);
      allow(u: User, "vain", d: Doc) if likes(v, v) and linked(d, _) and likes(u, v);
      allow(u: User, "swap", d: Doc) if swap(d, d, u);
      allow(u: User, "any swap", d: Doc) if swap(e, e, u) and linked(d, e);
      allow(u: User, "round", d: Doc) if path(d, u, d, u);
      allow(_: User, "ring", d: Doc) if path(d, v, d, v);`,
    facts: [
      "has_relation User:u manager User:u",
      "has_relation User:u manager User:v",
      "likes User:v User:v",
      "likes User:u User:v",
      "linked Doc:1 Doc:1",
      "linked Doc:1 Doc:2",
      "swap Doc:1 Doc:1 User:u",
      "swap Doc:1 Doc:2 User:u",
      "swap Doc:2 Doc:2 User:u",
      "path Doc:1 User:u Doc:1 User:u",
      "path Doc:1 User:u Doc:1 User:v",
    ],
  },
  {
    name: "a head with a variable twice",
    policy: `actor User { permissions = ["view", "edit"]; } resource Doc { permissions = ["view"]; }
      declare twins(User, User); declare pair(Doc, Doc, Doc);
      has_permission(_: User, "view", _: User);
      has_permission(u: User, "edit", u: User);
      has_permission(u: User, "view", d: Doc) if same(d, e) and twins(u, v) and equal(u, v) and pair(e, e, d);
      same(d: Doc, d: Doc);
      equal(u: User, u: User) if twins(u, _);`,
    facts: [
      "twins User:u User:u",
      "twins User:u User:v",
      "pair Doc:1 Doc:1 Doc:1",
      "pair Doc:1 Doc:1 Doc:2",
      "twins User:v User:v",
    ],
  },
  // --- joins ---
  {
    name: "three facts joined",
    policy: `actor User {} resource Team {} resource Project {} resource Doc {} declare in_team(User, Team); declare works_on(Team, Project); declare belongs(Doc, Project);
      allow(u: User, "read", d: Doc) if in_team(u, t) and works_on(t, p) and belongs(d, p);`,
    facts: [
      "in_team User:u Team:t",
      "in_team User:u Team:s",
      "works_on Team:t Project:p",
      "works_on Team:s Project:q",
      "belongs Doc:1 Project:p",
      "belongs Doc:1 Project:q",
      "belongs Doc:2 Project:q",
    ],
  },
  {
    name: "region, score and allowance have to fit",
    policy: `actor User {} resource Transfer { permissions = ["approve"]; }
      has_permission(u: User, "approve", t: Transfer) if region matches String and score matches Integer and allowance matches Integer and
        status(u, "active") and in_region(u, region) and in_region(t, region) and risk(t, score) and allowance_of(u, allowance) and score <= allowance;`,
    facts: [
      "status User:u active",
      "status User:u gone",
      "in_region User:u eu",
      "in_region User:u us",
      "in_region Transfer:t eu",
      "risk Transfer:t 50",
      "allowance_of User:u 50",
      "allowance_of User:u 49",
    ],
  },
  {
    name: "facts with three, four and five arguments",
    policy: `actor User {} resource Doc {} declare seen(User, Doc, Integer); declare seat(User, Doc, String, Integer); declare five(User, Doc, String, Integer, Boolean); declare level(User, Integer);
      allow(u: User, "three", d: Doc) if level(u, n) and seen(u, d, n);
      allow(u: User, "any three", d: Doc) if seen(u, d, _);
      allow(_: User, "seen by somebody", d: Doc) if seen(_, d, _);
      allow(u: User, "sat", d: Doc) if seat(u, d, _, _) and five(u, _, _, _, _);
      allow(u: User, "four", d: Doc) if seat(u, d, "front", n) and level(u, n);
      allow(u: User, "five", d: Doc) if five(u, d, s, n, true) and seat(u, d, s, n);`,
    facts: [
      "level User:u 1",
      "level User:u 2",
      "seen User:u Doc:1 1",
      "seen User:u Doc:1 3",
      "seat User:u Doc:1 front 2",
      "seat User:u Doc:1 back 1",
      "five User:u Doc:1 back 1 true",
      "five User:u Doc:1 front 2 false",
    ],
  },
  // --- names, kinds and types ---
  {
    name: "a name that is a permission above and a role below",
    policy: `actor User {} resource Org { roles = ["owner"]; permissions = ["reader"]; "reader" if "owner"; }
      resource Repo { roles = ["reader"]; permissions = ["pull"]; relations = { parent: Org }; "pull" if "reader"; role if role on "parent"; }`,
    facts: [
      "has_role User:u owner Org:o",
      "has_relation Repo:r parent Org:o",
      "has_role User:u reader Repo:r",
      "has_permission User:v reader Org:o",
    ],
  },
  {
    name: "a name that is a role above and a permission below",
    policy: `actor User {} resource Org { roles = ["read"]; permissions = ["write"]; "write" if "read"; }
      resource Repo { roles = ["write"]; permissions = ["read", "pull"]; relations = { parent: Org }; "pull" if "write"; permission if permission on "parent"; }`,
    facts: [
      "has_role User:u read Org:o",
      "has_relation Repo:r parent Org:o",
      "has_role User:u write Repo:r",
      "has_permission User:v write Org:o",
    ],
  },
  {
    name: "a name of one kind in the block and of another below global",
    policy: `actor User {} global { roles = ["admin"]; permissions = ["audit"]; "audit" if "admin"; }
      resource Org { roles = ["audit", "member"]; permissions = ["admin", "read", "look"]; "member" if global "admin"; "read" if "member"; "look" if "audit"; "admin" if global "audit"; }`,
    facts: [
      "has_role User:u admin",
      "has_permission User:v audit",
      "has_role User:v audit Org:o",
      "has_role User:w member Org:o",
    ],
  },
  {
    name: "a type that extends two others",
    policy: `actor User {} resource Item { roles = ["viewer"]; permissions = ["read"]; "read" if "viewer"; }
      resource Priced { roles = ["buyer"]; permissions = ["buy"]; "buy" if "buyer"; }
      resource Doc extends Item {} resource Book extends Item, Priced { permissions = ["lend"]; "lend" if "viewer"; "viewer" if "buyer"; }
      declare author(Item, User); has_role(u: User, "viewer", i: Item) if author(i, u);
      allow(a, p, r) if has_permission(a, p, r) or (p = "touch" and r matches Priced and a matches User and has_role(a, "viewer", r));`,
    facts: [
      "has_role User:u viewer Item:1",
      "has_role User:u viewer Doc:1",
      "has_role User:u viewer Book:1",
      "has_role User:u buyer Book:1",
      "author Book:1 User:v",
      "author Doc:1 User:u",
      "has_role User:v buyer Priced:1",
    ],
  },
  {
    name: "of the very type, and somebody of a type",
    policy: `actor User {} actor Bot {} actor Ghost {} resource Item {} resource Doc extends Item {} resource Tool {} resource Hammer extends Tool {}
      declare at(User, Item); declare at(Bot, Item); declare known(Item); declare met(User, Item); declare met(Bot, Item);
      declare tied(Item, Doc); declare tied(Item, Hammer);
      here(u: User, i: Item) if at(u, i);
      here(b: Bot, i: Item) if at(b, i);
      here(_: Ghost, i: Item) if known(i);
      allow(_: Actor, "user here", i: Item) if here(x, i) and x matches User;
      allow(_: Actor, "bot here", i: Item) if here(x, i) and x matches Bot;
      allow(_: Actor, "not bot", i: Item) if known(i) and not (here(x, i) and x matches Bot);
      allow(_: Actor, "met here", i: Item) if met(x, i) and here(x, i);
      allow(_: Actor, "tool tied", i: Item) if tied(i, x) and x matches Tool;
      allow(a: Actor, "very", i: Item) if at(a, i) and i matches! Item;
      allow(a: Actor, "doc", i: Item) if at(a, i) and not i matches! Item;
      allow(a: Bot, "bot", i) if at(a, i);`,
    facts: [
      "at User:u Item:1",
      "at Bot:u Item:1",
      "at User:u Doc:1",
      "at Bot:b Doc:1",
      "known Item:1",
      "met User:u Item:1",
      "met Bot:b Doc:1",
      "tied Item:1 Doc:1",
      "tied Item:1 Hammer:1",
    ],
  },
  {
    name: "rules that a text in the first or the last place tells apart",
    policy: `actor User {} resource Doc {} declare size(Doc, Integer); declare reads(User, Doc); declare tag(String, Doc);
      fits("small", d: Doc) if size(d, n) and n < 3;
      fits("large", d: Doc) if size(d, n) and n >= 3;
      fits(t: String, d: Doc) if tag(t, d);
      may(u: User, "read", d: Doc, "whole") if reads(u, d) and fits("small", d);
      may(u: User, "read", d: Doc, "part") if reads(u, d) and fits("large", d);
      may(u: User, "write", d: Doc, "part") if reads(u, d) and fits("odd", d);
      allow(u: User, "all of it", d: Doc) if may(u, "read", d, "whole");
      allow(u: User, "some of it", d: Doc) if may(u, "read", d, "part");
      allow(u: User, "either", d: Doc) if may(u, action, d, part) and action in ["read", "write"] and part = "part";
      allow(u: User, action, d: Doc) if may(u, action, d, "part") and true;
      allow(u: User, "never", d: Doc) if reads(u, d) and false;
      allow(u: User, "not both", d: Doc) if reads(u, d) and n = 1 and n = 2;`,
    facts: [
      "size Doc:1 2",
      "size Doc:1 5",
      "reads User:u Doc:1",
      "tag odd Doc:1",
      "tag large Doc:1",
      "reads User:v Doc:2",
      "size Doc:2 3",
    ],
  },
  {
    name: "actors of two types",
    policy: `actor User {} actor Service {} resource Doc { roles = ["reader"]; permissions = ["read", "scan"]; relations = { owner: Actor, twin: Doc }; "read" if "reader"; "read" if "owner"; }
      declare scans(Service, Doc); declare scans(User, Doc);
      has_permission(a: Actor, "scan", d: Doc) if scans(a, d) and not a matches User;
      allow(a: Actor, action, d: Doc) if has_permission(a, action, d);
      allow(u: User, "write", d: Doc) if scans(u, d) and s matches Service and scans(s, d);`,
    facts: [
      "has_role User:u reader Doc:1",
      "has_role Service:u reader Doc:1",
      "has_relation Doc:1 owner User:u",
      "has_relation Doc:1 owner Service:u",
      "scans Service:u Doc:1",
      "scans User:u Doc:1",
    ],
  },
  {
    name: "a role for the whole system",
    policy: `actor User { permissions = ["ban"]; "ban" if global "admin"; } global { roles = ["admin", "staff"]; permissions = ["found", "close"]; "staff" if "admin"; "found" if "staff"; "close" if "admin"; }
      resource Org { roles = ["admin", "member"]; permissions = ["read", "delete"]; "admin" if global "admin"; "member" if "admin"; "read" if "member"; "delete" if "admin"; "read" if global "staff"; }
      has_permission(u: User, "found") if paying(u);`,
    facts: [
      "has_role User:u admin",
      "has_role User:v staff",
      "has_role User:v member Org:o",
      "has_role User:w admin Org:o",
      "paying User:w",
    ],
  },
  {
    name: "roles as entities and what they grant as facts",
    policy: `actor User {} resource Role {} resource Org {} resource Repo { permissions = ["read", "write"]; relations = { org: Org }; }
      has_permission(u: User, action: String, r: Repo) if o matches Org and role matches Role and has_relation(r, "org", o) and has_role(u, role, o) and grants(role, action);`,
    facts: [
      "has_relation Repo:r org Org:o",
      "has_relation Repo:r org Org:p",
      "has_role User:u Role:a Org:o",
      "has_role User:u Role:b Org:p",
      "grants Role:a read",
      "grants Role:b write",
      "grants Role:b read",
    ],
  },
  {
    name: "a default role that the organization names",
    policy: `actor User {} resource Org { roles = ["member"]; } resource Repo { roles = ["editor", "reader"]; permissions = ["read", "write"]; relations = { org: Org }; "reader" if "editor"; "read" if "reader"; "write" if "editor"; }
      declare default_role(Org, String);
      has_role(u: User, role: String, r: Repo) if o matches Org and has_relation(r, "org", o) and default_role(o, role) and has_role(u, "member", o);`,
    facts: [
      "has_relation Repo:r org Org:o",
      "default_role Org:o reader",
      "default_role Org:o editor",
      "has_role User:u member Org:o",
      "has_role User:v editor Repo:r",
    ],
  },
  {
    name: "support that acts for a customer",
    policy: `actor User { permissions = ["impersonate"]; "impersonate" if global "support"; } global { roles = ["support"]; }
      resource Account { permissions = ["read"]; relations = { owner: User }; "read" if "owner"; }
      allow(u: User, action: String, r: Resource) if has_permission(u, action, r);
      allow(u: User, action: String, r: Resource) if c matches User and acts_for(u, c) and has_permission(u, "impersonate", c) and has_permission(c, action, r);`,
    facts: [
      "has_relation Account:a owner User:c",
      "acts_for User:s User:c",
      "has_role User:s support",
      "acts_for User:m User:c",
      "has_relation Account:b owner User:s",
    ],
  },
  {
    name: "members of an organization see each other",
    policy: `actor User { permissions = ["READ"]; } global { permissions = ["whoami"]; } has_permission(_: User, "whoami");
      resource Org { roles = ["OWNER", "MEMBER", "BILLING"]; permissions = ["READ"]; "MEMBER" if "OWNER"; "BILLING" if "OWNER"; "READ" if "MEMBER"; "READ" if "BILLING"; }
      has_permission(u: User, "READ", u: User);
      has_permission(u: User, "READ", m: User) if is_member(m, o) and has_permission(u, "READ", o);
      is_member(u: User, o: Org) if has_role(u, _, o);`,
    facts: [
      "has_role User:a OWNER Org:o",
      "has_role User:b MEMBER Org:o",
      "has_role User:c BILLING Org:o",
      "has_role User:b BILLING Org:p",
      "has_role User:d MEMBER Org:p",
    ],
  },
  {
    name: "what is open to everybody",
    policy: `actor User {} actor Bot {} global { permissions = ["join"]; } has_permission(_: User, "join");
      resource Org { roles = ["admin"]; permissions = ["read", "delete", "see"]; "delete" if "admin"; }
      has_permission(_: User, "read", _: Org);
      has_permission(_: Actor, "see", o: Org) if listed(o);
      allow(a, p, r) if has_permission(a, p, r); allow(a, p) if has_permission(a, p);
      allow(u: User, _, _: Org) if is_root(u);
      allow(b: Bot, _, o: Org) if has_role(b, "admin", o);
      allow(u: User, "both", o: Org) if has_permission(u, "read", o) and listed(o);
      allow(a, "self", a);`,
    facts: [
      "has_role User:u admin Org:o",
      "listed Org:o",
      "is_root User:r",
      "has_role Bot:b admin Org:o",
      "listed Org:p",
    ],
  },
  {
    name: "actions that facts name, and actions of a list",
    policy: `actor User {} resource Doc {} declare may(User, String, Doc); declare likes(User, String); declare color(Doc, String); declare banned(User);
      allow(u: User, action: String, d: Doc) if may(u, action, d);
      allow(u: User, action, d: Doc) if likes(u, action) and color(d, action) and not banned(u);
      allow(u: User, action, d: Doc) if action in ["read", "look", "red"] and color(d, "red") and likes(u, _);
      allow(u: User, action, d: Doc) if action = "see" and may(u, "look", d);`,
    facts: [
      "may User:u read Doc:1",
      "may User:u look Doc:1",
      "may User:u odd Doc:1",
      "likes User:u red",
      "color Doc:1 red",
      "likes User:u read",
      "banned User:u",
      "color Doc:2 red",
    ],
  },
];
