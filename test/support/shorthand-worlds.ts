import fc from "fast-check";
import type { Reference } from "../../src/facts/value.js";

/*
 * Random resource blocks in which the same few names are roles, permissions and relations at once: in one block, in the
 * blocks of related types, of supertypes, and in `global`. And what they mean, read off the blocks by hand: no rules are
 * made, every shorthand is asked about every actor and every resource until nothing more follows (reference, section 12).
 */

export type Kind = "role" | "permission" | "relation";

export interface Member {
  readonly kind: Kind;
  /** Of a relation: what it leads to. */
  readonly to: string | undefined;
}

export interface Block {
  readonly type: string;
  readonly isActor: boolean;
  readonly parents: readonly string[];
  readonly members: ReadonlyMap<string, Member>;
  readonly shorthands: Shorthand[];
}

/** A name, or the word `role` or `permission` for each name of that kind. */
type Head = { readonly name: string } | { readonly each: "role" | "permission" };

export interface Shorthand {
  readonly head: Head;
  readonly body: Body;
}

type Body =
  | { readonly kind: "or" | "and"; readonly items: readonly Body[] }
  | { readonly kind: "own" | "global"; readonly what: Head }
  | { readonly kind: "related"; readonly what: Head; readonly relation: string }
  | { readonly kind: "call"; readonly predicate: "is_marked" | "is_known" | "likes" };

export interface ShorthandWorld {
  readonly policy: string;
  readonly facts: readonly BlockFact[];
  readonly blocks: ReadonlyMap<string, Block>;
  readonly global: Block | undefined;
  readonly names: readonly string[];
  readonly actors: readonly Reference[];
  readonly resources: readonly Reference[];
}

export type BlockFact =
  | readonly ["has_role" | "has_permission", Reference, string, Reference]
  | readonly ["has_role" | "has_permission", Reference, string]
  | readonly ["has_relation", Reference, string, Reference]
  | readonly ["is_marked" | "is_known", Reference]
  | readonly ["likes", Reference, Reference];

type Draw = <T>(...values: readonly T[]) => T;

export const shorthandWorld: fc.Arbitrary<ShorthandWorld> = fc.gen().map((g) =>
  generate((...values) => {
    return values[g(fc.nat, { max: values.length - 1 })] as (typeof values)[number];
  }),
);

/** The last one is the relation that most types have. The second and third are names that the language has for other things. */
const namings: readonly (readonly string[])[] = [
  ["a", "b", "c", "up"],
  ["actor", "resource", "up_2", "up"],
  ["role", "global", "on", "permission"],
];

/** Parents stand before their children. */
const shapes: readonly { readonly type: string; readonly parents: readonly string[]; readonly isActor?: true }[] = [
  { type: "User", parents: [], isActor: true },
  { type: "Bot", parents: ["User"] },
  { type: "Org", parents: [] },
  { type: "Folder", parents: [] },
  { type: "Doc", parents: ["Folder"] },
  { type: "Sheet", parents: ["Folder"] },
  { type: "Wiki", parents: ["Doc", "Org"] },
];

// --- generating -----------------------------------------------------------------------------------------------------

function generate(draw: Draw): ShorthandWorld {
  const names = draw(...namings);
  const used = shapes.filter(({ type }) => type === "User" || draw(true, true, false));
  const types = used.map(({ type }) => type);
  const blocks = new Map<string, Block>();
  for (const { type, parents, isActor } of used) {
    const above: string[] = [];
    const inherited = new Map<string, Member>();
    for (const parent of parents) {
      const members = blocks.has(parent) ? membersOf(blocks, parent) : undefined;
      // Two supertypes that contradict each other are refused.
      if (members === undefined || [...members].some(([name, m]) => !isSame(inherited.get(name) ?? m, m))) continue;
      above.push(parent);
      for (const [name, member] of members) inherited.set(name, member);
    }
    const members = new Map<string, Member>();
    for (const name of names) {
      const before = inherited.get(name);
      const member = drawMember(draw, types, name === names.at(-1));
      if (member === undefined) continue;
      // What a supertype declares may be repeated and not changed.
      if (before === undefined) members.set(name, member);
      else if (draw(0, 0, 1) === 1) members.set(name, before);
    }
    blocks.set(type, { type, isActor: isActor === true, parents: above, members, shorthands: [] });
  }
  const global = draw(true, true, false)
    ? { type: "global", isActor: false, parents: [], members: globalMembers(draw, names), shorthands: [] }
    : undefined;
  for (const block of [...blocks.values(), ...(global === undefined ? [] : [global])]) {
    for (let n = draw(0, 1, 2, 3, 4); n > 0; n--) {
      const shorthand = drawShorthand(draw, block, blocks, global);
      if (shorthand !== undefined) block.shorthands.push(shorthand);
    }
  }
  const entities = types.flatMap((type) => [1, 2].map((id): Reference => ({ type, id: `${type.toLowerCase()}${id}` })));
  const actors = entities.filter(({ type }) => isA(blocks, type, "User"));
  const world = { blocks, global, names, actors, resources: entities };
  return { ...world, policy: policyText(draw, blocks, global), facts: drawFacts(draw, world) };
}

function drawMember(draw: Draw, types: readonly string[], isMostlyRelation: boolean): Member | undefined {
  const kind = draw("role", "role", "permission", "permission", "relation", isMostlyRelation ? "relation" : undefined);
  if (kind === undefined) return undefined;
  const to = kind === "relation" ? draw("User", "Actor", ...types, ...types) : undefined;
  return {
    kind: isMostlyRelation && draw(true, true, false) ? "relation" : kind,
    to: to ?? (isMostlyRelation ? draw(...types) : undefined),
  };
}

function globalMembers(draw: Draw, names: readonly string[]): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const name of names) {
    const kind = draw("role" as const, "permission" as const, undefined);
    if (kind !== undefined) members.set(name, { kind, to: undefined });
  }
  return members;
}

function drawShorthand(
  draw: Draw,
  block: Block,
  blocks: ReadonlyMap<string, Block>,
  global: Block | undefined,
): Shorthand | undefined {
  const members = block.type === "global" ? block.members : membersOf(blocks, block.type);
  const granted = [...members].filter(([, { kind }]) => kind !== "relation").map(([name]) => name);
  const each = draw("role" as const, "permission" as const, undefined, undefined);
  if (each === undefined && granted.length === 0) return undefined;
  const head: Head = each === undefined ? { name: draw(...granted) } : { each };
  const atoms = atomsOf(block, members, blocks, global, head);
  const keywords = atoms.filter((atom) => "what" in atom && "each" in atom.what);
  const required = each === undefined ? undefined : keywords.length === 0 ? null : draw(...keywords);
  if (required === null) return undefined;
  const atom = (): Body =>
    each !== undefined && keywords.length > 0 && draw(0, 0, 1) === 1 ? draw(...keywords) : draw(...atoms);
  const body = (depth: number): Body => {
    const kind = depth === 0 ? "atom" : draw("atom", "atom", "and" as const, "or" as const);
    if (kind === "atom") return atom();
    return { kind, items: Array.from({ length: draw(2, 2, 3) }, () => body(depth - 1)) };
  };
  if (required === undefined) return { head, body: body(2) };
  const rest = draw(0, 1) === 1 ? [] : [body(1)];
  const items = draw(0, 1) === 1 ? [required, ...rest] : [...rest, required];
  return { head, body: items.length === 1 ? required : { kind: draw("and" as const, "or" as const), items } };
}

/** Everything that may stand in a condition of the block. */
function atomsOf(
  block: Block,
  members: ReadonlyMap<string, Member>,
  blocks: ReadonlyMap<string, Block>,
  global: Block | undefined,
  head: Head,
): Body[] {
  const atoms: Body[] = [{ kind: "call", predicate: "is_known" }];
  const isHere = block.type !== "global";
  if (isHere) atoms.push({ kind: "call", predicate: "is_marked" }, { kind: "call", predicate: "likes" });
  for (const name of global?.members.keys() ?? []) atoms.push({ kind: "global", what: { name } });
  if ("each" in head && global !== undefined) atoms.push({ kind: "global", what: head });
  for (const [name, { kind, to }] of members) {
    if (kind !== "relation" || leadsToActor(blocks, to)) atoms.push({ kind: "own", what: { name } });
    if (kind !== "relation" || to === undefined || to === "Actor") continue;
    for (const [other, { kind, to: further }] of membersOf(blocks, to)) {
      if (kind !== "relation" || leadsToActor(blocks, further))
        atoms.push({ kind: "related", what: { name: other }, relation: name });
    }
    if ("each" in head) atoms.push({ kind: "related", what: head, relation: name });
  }
  return atoms;
}

function drawFacts(draw: Draw, world: Omit<ShorthandWorld, "policy" | "facts">): BlockFact[] {
  const { blocks, global, actors, resources } = world;
  const facts: BlockFact[] = [];
  for (let n = draw(2, 4, 6, 8); n > 0; n--) {
    const resource = draw(...resources);
    const members = [...membersOf(blocks, resource.type)];
    if (members.length === 0) continue;
    const [name, { kind, to }] = draw(...members);
    if (kind === "relation") {
      const related = resources.filter(({ type }) => isA(blocks, type, to as string));
      if (related.length > 0) facts.push(["has_relation", resource, name, draw(...related)]);
    } else if (kind === "role" || draw(0, 0, 1) === 1) facts.push([`has_${kind}`, draw(...actors), name, resource]);
  }
  for (const [name, { kind }] of global?.members ?? []) {
    if (kind !== "relation" && draw(true, false)) facts.push([`has_${kind}`, draw(...actors), name]);
  }
  for (let n = draw(1, 2, 3); n > 0; n--) {
    facts.push(["is_marked", draw(...resources)], ["is_known", draw(...actors)]);
    facts.push(["likes", draw(...actors), draw(...resources)]);
  }
  return facts;
}

// --- as text --------------------------------------------------------------------------------------------------------

function policyText(draw: Draw, blocks: ReadonlyMap<string, Block>, global: Block | undefined): string {
  const texts = ["declare is_marked(Resource); declare is_known(Actor); declare likes(Actor, Resource);"];
  for (const block of [...blocks.values(), ...(global === undefined ? [] : [global])]) {
    const isGlobal = block.type === "global";
    const keyword = block.isActor ? "actor" : "resource";
    const opening = (word: string, parents: readonly string[]): string =>
      isGlobal ? "global" : `${word} ${block.type}${parents.length === 0 ? "" : ` extends ${parents.join(", ")}`}`;
    const shorthands = block.shorthands.map((shorthand) => shorthandText(draw, shorthand, !isGlobal)).join(" ");
    // One block, or two that share what they say, in either order.
    const names = [...block.members.keys()];
    const parts: string[] = [];
    if (draw(false, false, true)) {
      parts.push(`${opening(keyword, block.parents.slice(0, 1))} { ${declarations(block, names.slice(0, 2))} }`);
      const other = opening(draw(keyword, "resource"), block.parents.slice(1));
      parts.push(`${other} { ${declarations(block, names.slice(2))} ${shorthands} }`);
    } else parts.push(`${opening(keyword, block.parents)} { ${declarations(block, names)} ${shorthands} }`);
    for (const part of parts) texts.splice(draw(0, texts.length), 0, part);
  }
  return texts.join("\n");
}

function declarations(block: Block, names: readonly string[]): string {
  const of = (kind: Kind): string[] => names.filter((name) => block.members.get(name)?.kind === kind);
  const list = (kind: Kind): string =>
    of(kind)
      .map((name) => `"${name}"`)
      .join(", ");
  const relations = of("relation").map((name) => `${name}: ${block.members.get(name)?.to}`);
  return [
    of("role").length === 0 ? "" : `roles = [${list("role")}];`,
    of("permission").length === 0 ? "" : `permissions = [${list("permission")}];`,
    relations.length === 0 ? "" : `relations = { ${relations.join(", ")} };`,
  ].join(" ");
}

function shorthandText(draw: Draw, { head, body }: Shorthand, isHere: boolean): string {
  return `${headText(head)} if ${bodyText(draw, body, isHere, false)};`;
}

function headText(head: Head): string {
  return "name" in head ? `"${head.name}"` : head.each;
}

function bodyText(draw: Draw, body: Body, isHere: boolean, inAnd: boolean): string {
  switch (body.kind) {
    case "or":
    case "and": {
      const text = body.items.map((item) => bodyText(draw, item, isHere, body.kind === "and")).join(` ${body.kind} `);
      // `and` binds tighter: what is inside of an `and` needs its parentheses, what is inside of an `or` may have them.
      return inAnd || draw(0, 0, 1) === 1 ? `(${text})` : text;
    }
    case "own":
      return `${headText(body.what)}${isHere ? draw("", "", " on resource") : ""}`;
    case "global":
      return `global ${headText(body.what)}`;
    case "related":
      return `${headText(body.what)} on "${body.relation}"`;
    case "call":
      if (body.predicate === "likes") return "likes(actor, resource)";
      return body.predicate === "is_known" ? "is_known(actor)" : "is_marked(resource)";
  }
}

// --- reading --------------------------------------------------------------------------------------------------------

/** What a type declares and inherits. */
function membersOf(blocks: ReadonlyMap<string, Block>, type: string): ReadonlyMap<string, Member> {
  const block = blocks.get(type) as Block;
  return new Map([...block.parents.flatMap((parent) => [...membersOf(blocks, parent)]), ...block.members]);
}

function isSame(a: Member, b: Member): boolean {
  return a.kind === b.kind && a.to === b.to;
}

function isA(blocks: ReadonlyMap<string, Block>, type: string, above: string): boolean {
  if (type === above) return true;
  if (above === "Actor") return isA(blocks, type, "User");
  return blocks.get(type)?.parents.some((parent) => isA(blocks, parent, above)) === true;
}

function leadsToActor(blocks: ReadonlyMap<string, Block>, type: string | undefined): boolean {
  return type !== undefined && isA(blocks, type, "Actor");
}

/** What holds in a world, as texts: `role user1 a doc1`, `permission user1 b`. */
export function readByHand(world: ShorthandWorld): ReadonlySet<string> {
  const holds = new Set(
    world.facts.map(([predicate, ...args]) => [predicate.replace("has_", ""), ...args.map(textOf)].join(" ")),
  );
  const grants: (() => string | undefined)[] = [];
  for (const block of world.blocks.values()) {
    for (const { head, body } of block.shorthands) {
      for (const actor of world.actors) {
        for (const resource of world.resources.filter(({ type }) => isA(world.blocks, type, block.type))) {
          for (const [name, kind] of grantedBy(head, membersOf(world.blocks, resource.type))) {
            const what = `${kind} ${actor.id} ${name} ${resource.id}`;
            grants.push(() => (isTrue(world, holds, body, block.type, name, actor, resource) ? what : undefined));
          }
        }
      }
    }
  }
  for (const { head, body } of world.global?.shorthands ?? []) {
    for (const actor of world.actors) {
      for (const [name, kind] of grantedBy(head, world.global?.members ?? new Map())) {
        const what = `${kind} ${actor.id} ${name}`;
        grants.push(() => (isTrue(world, holds, body, undefined, name, actor, undefined) ? what : undefined));
      }
    }
  }
  for (let before = -1; before < holds.size; ) {
    before = holds.size;
    for (const grant of grants) {
      const what = grant();
      if (what !== undefined) holds.add(what);
    }
  }
  return holds;
}

/** A head says one name, or each that the resource's type has of the kind. */
function grantedBy(head: Head, members: ReadonlyMap<string, Member>): (readonly [string, Kind])[] {
  if ("name" in head) return [[head.name, (members.get(head.name) as Member).kind]];
  return [...members].flatMap(([name, { kind }]) => (kind === head.each ? [[name, kind] as const] : []));
}

/** `each` is the name that the keyword stands for. A keyword names nothing where the name is not of its kind. */
function isTrue(
  world: ShorthandWorld,
  holds: ReadonlySet<string>,
  body: Body,
  type: string | undefined,
  each: string,
  actor: Reference,
  resource: Reference | undefined,
): boolean {
  const { blocks, global } = world;
  const has = (what: Head, members: ReadonlyMap<string, Member>, thing: Reference | undefined): boolean => {
    const name = "name" in what ? what.name : each;
    const kind = members.get(name)?.kind;
    if (kind === undefined || ("each" in what && kind !== what.each)) return false;
    if (kind === "relation") return holds.has(`relation ${thing?.id} ${name} ${actor.id}`);
    return holds.has([kind, actor.id, name, ...(thing === undefined ? [] : [thing.id])].join(" "));
  };
  const holdsHere = (item: Body): boolean => isTrue(world, holds, item, type, each, actor, resource);
  switch (body.kind) {
    case "or":
      return body.items.some(holdsHere);
    case "and":
      return body.items.every(holdsHere);
    case "own":
      return has(body.what, type === undefined ? (global as Block).members : membersOf(blocks, type), resource);
    case "global":
      return has(body.what, (global as Block).members, undefined);
    case "related": {
      const to = membersOf(blocks, type as string).get(body.relation)?.to as string;
      return world.resources.some(
        (thing) =>
          isA(blocks, thing.type, to) &&
          holds.has(`relation ${resource?.id} ${body.relation} ${thing.id}`) &&
          has(body.what, membersOf(blocks, to), thing),
      );
    }
    case "call":
      if (body.predicate === "likes") return holds.has(`likes ${actor.id} ${resource?.id}`);
      return holds.has(body.predicate === "is_known" ? `is_known ${actor.id}` : `is_marked ${resource?.id}`);
  }
}

function textOf(arg: string | Reference): string {
  return typeof arg === "string" ? arg : arg.id;
}
