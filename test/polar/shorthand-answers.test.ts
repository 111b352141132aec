import { createEngine, type Fact, type Reference } from "arcturus";
import { describe, expect, it } from "vitest";

/*
 * What shorthand grants and what it does not, where one name means several things. A wrong reading of these loads without an
 * error, so the answers are asked for, the negative ones too. Things are written `Type:id`, facts without parentheses.
 */

interface Example {
  readonly policy: string;
  readonly facts: readonly string[];
  /** `actor action resource`, or `actor action`. */
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

const silent = { info: () => {}, warn: () => {} };

function thing(text: string): Reference {
  const [type = "", id = ""] = text.split(":");
  return { type, id };
}

function words(text: string): (string | Reference)[] {
  return text.split(" ").map((word) => (word.includes(":") ? thing(word) : word));
}

async function check({ policy, facts, yes, no }: Example): Promise<void> {
  const engine = await createEngine({ policy: `actor User {}\n${policy}`, logger: silent });
  await engine.bulkTell(facts.map((fact) => words(fact) as unknown as Fact));
  const answers = new Map<string, unknown>();
  for (const question of [...yes, ...no]) {
    const [actor, action, resource] = words(question) as [Reference, string, Reference | undefined];
    answers.set(question, engine.decide(actor, action, resource));
  }
  expect(Object.fromEntries(answers)).toEqual(
    Object.fromEntries([...yes.map((text) => [text, true]), ...no.map((text) => [text, false])]),
  );
  await engine.close();
}

/** Roles, so that they can be asked about like permissions. */
const roles = (...names: string[]): string =>
  `allow(a, p, x) if has_permission(a, p, x); allow(a, p) if has_permission(a, p);
  ${names.map((name) => `allow(a: Actor, "is ${name}", x: Resource) if has_role(a, "${name}", x);`).join("\n")}`.replaceAll(
    '"is ',
    '"is-',
  );

const owns = ["has_relation Repo:r parent Org:o", "has_relation Org:o owner User:ann"];

describe("`role if role on` takes roles alone", () => {
  it("and not a permission of the parent that is called like the role", () =>
    check({
      policy: `resource Org { permissions = ["reader"]; relations = { owner: User }; "reader" if "owner"; }
        resource Repo { roles = ["reader"]; permissions = ["pull"]; relations = { parent: Org };
          "pull" if "reader"; role if role on "parent"; }`,
      facts: [...owns, "has_role User:bob reader Repo:r"],
      yes: ["User:ann reader Org:o", "User:bob pull Repo:r"],
      no: ["User:ann pull Repo:r"],
    }));

  it("and not a relation of the parent that is called like the role", () =>
    check({
      policy: `resource Org { relations = { reader: User }; }
        resource Repo { roles = ["reader"]; permissions = ["pull"]; relations = { parent: Org };
          "pull" if "reader"; role if role on "parent"; }`,
      facts: ["has_relation Repo:r parent Org:o", "has_relation Org:o reader User:ann"],
      yes: [],
      no: ["User:ann pull Repo:r"],
    }));

  it("and grants no role that is called like a permission or a relation of the block", () =>
    check({
      policy: `${roles("parent", "pull")}
        resource Org { roles = ["reader", "pull", "parent"]; }
        resource Repo { roles = ["reader"]; permissions = ["pull"]; relations = { parent: Org }; role if role on "parent"; }`,
      facts: ["has_relation Repo:r parent Org:o", "has_role User:ann pull Org:o", "has_role User:ann parent Org:o"],
      yes: ["User:ann is-pull Org:o", "User:ann is-parent Org:o"],
      no: ["User:ann is-pull Repo:r", "User:ann is-parent Repo:r", "User:ann pull Repo:r"],
    }));

  it("and not a role of a supertype's namesake that another parent has", () =>
    check({
      policy: `resource Team { permissions = ["reader"]; } resource Org { roles = ["reader"]; }
        resource Repo { roles = ["reader"]; permissions = ["pull"]; relations = { team: Team, org: Org };
          "pull" if "reader"; role if role on "team" or role on "org"; }`,
      facts: [
        "has_relation Repo:r team Team:t",
        "has_relation Repo:r org Org:o",
        "has_permission User:ann reader Team:t",
        "has_role User:bob reader Org:o",
      ],
      yes: ["User:bob pull Repo:r"],
      no: ["User:ann pull Repo:r"],
    }));
});

describe("`permission if permission on` takes permissions alone", () => {
  it("and not a role of the parent that is called like the permission", () =>
    check({
      policy: `resource Org { roles = ["pull"]; }
        resource Repo { permissions = ["pull"]; relations = { parent: Org }; permission if permission on "parent"; }`,
      facts: ["has_relation Repo:r parent Org:o", "has_role User:ann pull Org:o"],
      yes: [],
      no: ["User:ann pull Repo:r", "User:ann pull Org:o"],
    }));

  it("and grants no permission that is called like a role of the block", () =>
    check({
      policy: `resource Org { permissions = ["admin", "pull"]; }
        resource Repo { roles = ["admin"]; permissions = ["pull"]; relations = { parent: Org }; permission if permission on "parent"; }`,
      facts: [
        "has_relation Repo:r parent Org:o",
        "has_permission User:ann admin Org:o",
        "has_permission User:ann pull Org:o",
      ],
      yes: ["User:ann admin Org:o", "User:ann pull Repo:r"],
      no: ["User:ann admin Repo:r"],
    }));
});

describe("`global`", () => {
  it("takes roles for roles and permissions for permissions, where a keyword stands for each name", () =>
    check({
      policy: `${roles("audit", "root")}
        global { roles = ["root"]; permissions = ["audit"]; }
        resource Org { roles = ["audit", "root"]; permissions = ["see"]; "see" if "audit"; role if global role; }
        resource Site { permissions = ["audit", "root"]; permission if global permission; }`,
      facts: ["has_permission User:ann audit", "has_role User:bob root"],
      yes: ["User:ann audit", "User:bob is-root Org:o", "User:ann audit Site:s"],
      no: [
        "User:ann is-audit Org:o",
        "User:ann see Org:o",
        "User:bob root Site:s",
        "User:bob audit",
        "User:bob see Org:o",
      ],
    }));

  it("says by itself what kind its names are of, whatever the block declares", () =>
    check({
      policy: `global { permissions = ["boss"]; roles = ["staff"]; }
        resource Org { roles = ["boss"]; permissions = ["staff", "edit", "see"]; "edit" if global "boss"; "see" if global "staff"; }`,
      facts: [
        "has_permission User:ann boss",
        "has_role User:bob staff",
        "has_role User:cat boss Org:o",
        "has_permission User:dan staff Org:o",
      ],
      yes: ["User:ann edit Org:o", "User:bob see Org:o"],
      no: ["User:cat edit Org:o", "User:dan see Org:o", "User:ann see Org:o", "User:bob edit Org:o"],
    }));

  it("roles are no roles of a resource, and the other way round", () =>
    check({
      policy: `global { roles = ["root"]; permissions = ["stats"]; "stats" if "root"; }
        resource Org { roles = ["root"]; permissions = ["stats"]; "stats" if "root"; }`,
      facts: ["has_role User:ann root", "has_role User:bob root Org:o"],
      yes: ["User:ann stats", "User:bob stats Org:o"],
      no: ["User:ann stats Org:o", "User:bob stats", "User:bob stats Org:p"],
    }));
});

describe("a name behind `on`", () => {
  it("means what the related type declares, though the block declares it as something else", () =>
    check({
      policy: `resource Org { roles = ["x"]; permissions = ["y"]; relations = { z: User }; }
        resource Repo { roles = ["y"]; permissions = ["x", "z", "a", "b", "c"]; relations = { org: Org };
          "a" if "x" on "org"; "b" if "y" on "org"; "c" if "z" on "org"; }`,
      facts: [
        "has_relation Repo:r org Org:o",
        "has_role User:ann x Org:o",
        "has_permission User:bob y Org:o",
        "has_relation Org:o z User:cat",
        "has_permission User:dan x Repo:r",
        "has_role User:dan y Repo:r",
      ],
      yes: ["User:ann a Repo:r", "User:bob b Repo:r", "User:cat c Repo:r"],
      no: [
        ...["a", "b", "c"].map((action) => `User:dan ${action} Repo:r`),
        ...["User:ann b Repo:r", "User:bob a Repo:r", "User:cat b Repo:r", "User:bob c Repo:r"],
      ],
    }));

  it("may be inherited by the related type", () =>
    check({
      policy: `resource Item { roles = ["viewer"]; } resource Doc extends Item {}
        resource Page { permissions = ["see"]; relations = { doc: Doc }; "see" if "viewer" on "doc"; }`,
      facts: ["has_relation Page:p doc Doc:d", "has_role User:ann viewer Doc:d", "has_role User:bob viewer Doc:e"],
      yes: ["User:ann see Page:p"],
      no: ["User:bob see Page:p", "User:ann see Page:q"],
    }));

  it("is asked of each related thing by itself", () =>
    check({
      policy: `resource Org { roles = ["a", "b"]; }
        resource Repo { permissions = ["one", "two"]; relations = { org: Org, org_2: Org };
          "one" if "a" on "org" and "b" on "org"; "two" if "a" on "org_2" and "a" on "org" and "b" on "org"; }`,
      facts: [
        ...["Org:o", "Org:p"].map((org) => `has_relation Repo:r org ${org}`),
        "has_relation Repo:r org_2 Org:q",
        "has_role User:ann a Org:o",
        "has_role User:ann b Org:p",
        "has_role User:ann a Org:q",
        "has_role User:bob a Org:o",
        "has_role User:bob a Org:q",
      ],
      yes: ["User:ann one Repo:r", "User:ann two Repo:r"],
      no: ["User:bob one Repo:r", "User:bob two Repo:r"],
    }));

  it("leads through several relations to several types, each with names of its own", () =>
    check({
      policy: `actor Team { relations = { member: User }; }
        resource Org { roles = ["admin"]; } resource Folder { permissions = ["admin"]; relations = { up: Folder }; permission if permission on "up"; }
        resource Repo { permissions = ["admin"]; relations = { org: Org, folder: Folder, team: Team, owner: Actor };
          "admin" if "admin" on "org" or "admin" on "folder" or "member" on "team" or "owner"; }`,
      facts: [
        "has_relation Repo:r org Org:o",
        "has_relation Repo:r folder Folder:f",
        "has_relation Folder:f up Folder:g",
        "has_relation Repo:r team Team:t",
        "has_relation Repo:r owner Team:owners",
        "has_role User:ann admin Org:o",
        "has_permission User:bob admin Folder:g",
        "has_relation Team:t member User:cat",
        "has_role User:eve admin Org:p",
      ],
      yes: ["User:ann admin Repo:r", "User:bob admin Repo:r", "User:cat admin Repo:r", "Team:owners admin Repo:r"],
      no: ["User:eve admin Repo:r", "Team:t admin Repo:r", "User:bob admin Repo:q", "User:ann admin Folder:f"],
    }));
});

describe("conditions of several parts", () => {
  const two = (word: string): string => `resource Org { roles = ["a", "b"]; } resource Team { roles = ["a"]; }
    resource Repo { roles = ["a", "b"]; permissions = ["do_a", "do_b"]; relations = { org: Org, team: Team };
      "do_a" if "a"; "do_b" if "b"; role if role on "org" ${word} role on "team"; }`;
  const facts = [
    "has_relation Repo:r org Org:o",
    "has_relation Repo:r team Team:t",
    "has_role User:ann b Org:o",
    "has_role User:bob a Org:o",
    "has_role User:cat a Org:o",
    "has_role User:cat a Team:t",
  ];

  it("an `and` in which one side does not know the name grants nothing", () =>
    check({
      policy: two("and"),
      facts,
      yes: ["User:cat do_a Repo:r"],
      no: ["User:ann do_b Repo:r", "User:bob do_a Repo:r", "User:cat do_b Repo:r"],
    }));

  it("an `or` in which one side does not know the name is the other side", () =>
    check({
      policy: two("or"),
      facts,
      yes: ["User:ann do_b Repo:r", "User:bob do_a Repo:r", "User:cat do_a Repo:r"],
      no: ["User:ann do_a Repo:r", "User:cat do_b Repo:r"],
    }));

  it("the keyword may stand in one part alone, beside names and calls", () =>
    check({
      policy: `resource Org { roles = ["a", "b"]; }
        resource Repo { roles = ["a", "b", "vip"]; permissions = ["do_a", "do_b"]; relations = { org: Org };
          "do_a" if "a"; "do_b" if "b"; role if "vip" and role on "org" and is_open(resource); } declare is_open(Repo);`,
      facts: [
        ...["r", "closed"].map((id) => `has_relation Repo:${id} org Org:o`),
        "has_role User:ann a Org:o",
        "has_role User:bob b Org:o",
        ...["r", "closed"].map((id) => `has_role User:ann vip Repo:${id}`),
        "is_open Repo:r",
      ],
      yes: ["User:ann do_a Repo:r"],
      no: ["User:ann do_b Repo:r", "User:ann do_a Repo:closed", "User:bob do_b Repo:r"],
    }));

  it("`and` binds tighter than `or`, and parentheses tighter than both", () =>
    check({
      policy: `resource Org { roles = ["a", "b", "c"]; permissions = ["p", "q"];
        "p" if "a" or "b" and "c"; "q" if ("a" or "b") and "c"; }`,
      facts: [
        "has_role User:ann a Org:o",
        "has_role User:bob b Org:o",
        "has_role User:cat b Org:o",
        "has_role User:cat c Org:o",
      ],
      yes: ["User:ann p Org:o", "User:cat p Org:o", "User:cat q Org:o"],
      no: ["User:bob p Org:o", "User:bob q Org:o", "User:ann q Org:o"],
    }));
});

describe("subtypes", () => {
  it("that add one role each get it from the parent, each its own", () =>
    check({
      policy: `resource Folder { roles = ["commenter"]; }
        resource Item { relations = { folder: Folder }; role if role on "folder"; }
        resource Doc extends Item { roles = ["commenter"]; permissions = ["comment"]; "comment" if "commenter"; }
        resource Sheet extends Item { roles = ["commenter"]; permissions = ["comment"]; "comment" if "commenter"; }
        resource Image extends Item { permissions = ["commenter"]; }`,
      facts: [
        ...["Doc:d", "Sheet:s", "Image:i"].map((item) => `has_relation ${item} folder Folder:f`),
        "has_role User:ann commenter Folder:f",
      ],
      yes: ["User:ann comment Doc:d", "User:ann comment Sheet:s"],
      no: ["User:ann commenter Image:i", "User:ann comment Doc:other", "User:bob comment Doc:d"],
    }));

  it("inherit from all supertypes and from theirs", () =>
    check({
      policy: `resource Top { roles = ["a"]; permissions = ["read"]; "read" if "a"; }
        resource Left extends Top { permissions = ["left"]; "left" if "a"; }
        resource Right { permissions = ["right"]; roles = ["b"]; "right" if "b"; }
        resource Both extends Left, Right { permissions = ["both"]; "both" if "a" and "b"; }`,
      facts: [
        "has_role User:ann a Both:x",
        "has_role User:ann b Both:x",
        "has_role User:bob a Both:x",
        "has_role User:cat a Top:t",
      ],
      yes: [
        ...["read", "left", "right", "both"].map((action) => `User:ann ${action} Both:x`),
        ...["User:bob read Both:x", "User:bob left Both:x", "User:cat read Top:t"],
      ],
      no: ["User:bob right Both:x", "User:bob both Both:x", "User:cat left Top:t", "User:ann read Top:t"],
    }));

  it("do not give their own rules to a supertype or a sibling", () =>
    check({
      policy: `resource Item { roles = ["a"]; permissions = ["read"]; }
        resource Doc extends Item { "read" if "a"; } resource Sheet extends Item {}`,
      facts: ["Doc", "Sheet", "Item"].map((type) => `has_role User:ann a ${type}:x`),
      yes: ["User:ann read Doc:x"],
      no: ["User:ann read Sheet:x", "User:ann read Item:x"],
    }));

  it("of an actor are actors, however they are declared", () =>
    check({
      policy: `resource Robot extends User {} resource User {}
        resource Org { roles = ["a"]; permissions = ["read"]; relations = { boss: User }; "read" if "a" or "boss"; }`,
      facts: ["has_role Robot:r a Org:o", "has_role User:u a Org:o", "has_relation Org:o boss Robot:chief"],
      yes: ["Robot:r read Org:o", "User:u read Org:o", "Robot:chief read Org:o"],
      no: ["Robot:q read Org:o", "Robot:r read Org:p"],
    }));

  it("keep what the first of two blocks extends", () =>
    check({
      policy: `resource A { roles = ["a"]; } resource B { roles = ["b"]; }
        resource C extends A { permissions = ["p"]; "p" if "a"; } resource C extends B { permissions = ["q"]; "q" if "b" and "a"; }`,
      facts: ["has_role User:ann a C:c", "has_role User:ann b C:c", "has_role User:bob a C:c"],
      yes: ["User:ann p C:c", "User:ann q C:c", "User:bob p C:c"],
      no: ["User:bob q C:c"],
    }));
});

it("two blocks of one type share their names", () =>
  check({
    policy: `resource Repo { "push" if "writer"; role if role on "org"; }
      resource Org { roles = ["writer"]; }
      resource Repo { roles = ["writer"]; permissions = ["push", "pull"]; relations = { org: Org }; }
      resource Repo { "pull" if "push"; }`,
    facts: ["has_relation Repo:r org Org:o", "has_role User:ann writer Org:o"],
    yes: ["User:ann push Repo:r", "User:ann pull Repo:r"],
    no: ["User:ann push Repo:q", "User:bob pull Repo:r"],
  }));
