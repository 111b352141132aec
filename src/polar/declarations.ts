import { Source, type Span } from "../diagnostics/source.js";
import type { BlockStatement, Declaration, Name } from "./ast.js";
import type { HostType, TypeInfo } from "./policy.js";
import type { Report } from "./report.js";
import { builtinTypes, type TypeTable, unknownTypeHelp } from "./type-table.js";

/** A name that a block declares. */
export interface Member {
  readonly kind: "role" | "permission" | "relation";
  readonly name: string;
  /** Of a relation: the related type as written. */
  readonly type: Name | undefined;
  /** The type whose block declares it; `"global"` for the global block. */
  readonly owner: string;
  readonly span: Span;
}
export type Members = ReadonlyMap<string, Member>;

/** What the blocks and the host declare, before any rule is read. */
export interface Declarations {
  readonly types: TypeTable;
  readonly global: TypeInfo | undefined;
  /** Own and inherited members by type. */
  readonly members: ReadonlyMap<string, Members>;
  /** Own members by type. */
  readonly own: ReadonlyMap<string, Members>;
  readonly globalMembers: Members;
}

interface Entry {
  readonly name: string;
  actor: boolean;
  block: boolean;
  constructible: boolean;
  /** Direct supertypes; `span` is where a block says so. */
  readonly parents: { readonly name: string; readonly span: Span | undefined }[];
  readonly own: Map<string, Member>;
}

const reserved = new Set([...builtinTypes, "Actor", "Resource", "Global", "global"]);

/**
 * Reads the declarations of all blocks and the types of the host (reference, section 12): types with their supertypes, and the
 * names they declare. Shorthand is not looked at.
 */
export function readDeclarations(
  blocks: readonly BlockStatement[],
  hostTypes: readonly HostType[],
  report: Report,
): Declarations {
  const entries = readTypes(blocks, hostTypes, report);
  checkParents(entries, report);
  const ancestors = new Map([...entries.keys()].map((name) => [name, ancestorsOf(name, entries)]));
  const globalMembers = new Map<string, Member>();
  for (const block of blocks) {
    const entry = block.name === undefined ? undefined : entries.get(block.name.text);
    if (block.keyword === "global") readMembers(block, "global", globalMembers, entries, report);
    else if (entry !== undefined) readMembers(block, entry.name, entry.own, entries, report);
  }
  const members = new Map<string, Members>();
  for (const entry of entries.values()) members.set(entry.name, inherit(entry, ancestors, entries, report));
  const types = new Map<string, TypeInfo>();
  for (const entry of entries.values()) {
    const line = (ancestors.get(entry.name) as string[]).map((name) => entries.get(name) as Entry);
    const kind = line.some((e) => e.actor) ? "actor" : line.some((e) => e.block) ? "resource" : "host";
    types.set(entry.name, {
      ...infoOf(entry.name, kind, members.get(entry.name) as Members),
      extends: [...new Set(entry.parents.map((p) => p.name))],
      ancestors: line.map((e) => e.name),
      block: kind !== "host",
      constructible: entry.constructible,
    });
  }
  const global = blocks.some((b) => b.keyword === "global") ? infoOf("global", "global", globalMembers) : undefined;
  return {
    types,
    global,
    members,
    own: new Map([...entries.values()].map((e) => [e.name, e.own])),
    globalMembers,
  };
}

function infoOf(name: string, kind: TypeInfo["kind"], members: Members): TypeInfo {
  const roles = new Set<string>();
  const permissions = new Set<string>();
  const relations = new Map<string, string>();
  for (const member of members.values()) {
    if (member.kind === "role") roles.add(member.name);
    else if (member.kind === "permission") permissions.add(member.name);
    else if (member.type !== undefined) relations.set(member.name, member.type.text);
  }
  return {
    name,
    kind,
    extends: [],
    ancestors: [name],
    roles,
    permissions,
    relations,
    block: kind !== "host",
    constructible: false,
  };
}

function readTypes(
  blocks: readonly BlockStatement[],
  hostTypes: readonly HostType[],
  report: Report,
): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const entryOf = (name: string): Entry => {
    let entry = entries.get(name);
    if (entry === undefined) {
      entry = { name, actor: false, block: false, constructible: false, parents: [], own: new Map() };
      entries.set(name, entry);
    }
    return entry;
  };
  const known = new Set(hostTypes.map((t) => t.name));
  for (const host of hostTypes) {
    if (reserved.has(host.name)) {
      const source = new Source("types", host.name);
      report.error(
        "polar/reserved-name",
        { source, start: 0, end: host.name.length },
        `\`${host.name}\` is a name of the language and cannot be a type of the application`,
      );
      continue;
    }
    const entry = entryOf(host.name);
    entry.constructible = host.constructible;
    for (const name of host.extends) if (known.has(name)) entry.parents.push({ name, span: undefined });
  }
  for (const block of blocks) {
    if (block.name === undefined) continue;
    if (reserved.has(block.name.text)) {
      report.error("polar/reserved-name", block.name.span, `\`${block.name.text}\` is a name of the language`, {
        help: "give the type another name",
      });
      continue;
    }
    const entry = entryOf(block.name.text);
    entry.block = true;
    if (block.keyword === "actor") entry.actor = true;
    for (const parent of block.extends) entry.parents.push({ name: parent.text, span: parent.span });
  }
  return entries;
}

/** Reports supertypes that do not exist and types that extend themselves, and takes both out. */
function checkParents(entries: Map<string, Entry>, report: Report): void {
  for (const entry of entries.values()) {
    remove(entry, (parent) => {
      if (entries.has(parent.name)) return false;
      const builtin = builtinTypes.has(parent.name) || parent.name === "Actor" || parent.name === "Resource";
      if (parent.span !== undefined) {
        report.error(
          "polar/unknown-type",
          parent.span,
          builtin ? `\`${parent.name}\` is built in and cannot be extended` : `there is no type \`${parent.name}\``,
          { help: builtin ? undefined : unknownTypeHelp(tableOfNames(entries), parent.name) },
        );
      }
      return true;
    });
  }
  for (const entry of entries.values()) {
    remove(entry, (parent) => {
      const path = pathTo(parent.name, entry.name, entries);
      if (path === undefined) return false;
      if (parent.span !== undefined) {
        const cycle = [entry.name, ...path].map((n) => `\`${n}\``).join(" extends ");
        report.error("polar/extends-cycle", parent.span, `\`${entry.name}\` extends itself: ${cycle}`);
      }
      // The edge stays until all types are looked at, so that each type of the cycle is reported where it closes it.
      return false;
    });
  }
  for (const entry of entries.values()) {
    remove(entry, (parent) => pathTo(parent.name, entry.name, entries) !== undefined);
  }
}

function remove(entry: Entry, bad: (parent: Entry["parents"][number]) => boolean): void {
  if (entry.parents.length === 0) return;
  const kept = entry.parents.filter((parent) => !bad(parent));
  entry.parents.splice(0, entry.parents.length, ...kept);
}

/** The types from `from` up to `to`, both included, if the one is a subtype of the other. */
function pathTo(from: string, to: string, entries: ReadonlyMap<string, Entry>): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const name of cameFrom.keys()) {
    if (name === to) {
      const path = [];
      for (let at: string | undefined = name; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
      return path;
    }
    for (const parent of entries.get(name)?.parents ?? [])
      if (!cameFrom.has(parent.name)) cameFrom.set(parent.name, name);
  }
  return undefined;
}

/** Itself, then its supertypes, nearest first. */
function ancestorsOf(name: string, entries: ReadonlyMap<string, Entry>): string[] {
  const found = new Set([name]);
  for (const at of found) for (const parent of entries.get(at)?.parents ?? []) found.add(parent.name);
  return [...found];
}

function tableOfNames(entries: ReadonlyMap<string, Entry>): TypeTable {
  return new Map([...entries.keys()].map((name) => [name, infoOf(name, "resource", new Map())]));
}

function readMembers(
  block: BlockStatement,
  owner: string,
  own: Map<string, Member>,
  entries: ReadonlyMap<string, Entry>,
  report: Report,
): void {
  const keys = new Map<string, Span>();
  const here = new Map<string, Member>();
  for (const item of block.items) {
    if (item.kind === "shorthand") continue;
    const first = keys.get(item.key.text);
    if (first !== undefined) {
      report.error("polar/bad-declaration", item.key.span, `\`${item.key.text}\` stands twice in this block`, {
        help: "write one list with all the names",
        related: [{ message: "the first one", span: first }],
      });
    }
    keys.set(item.key.text, first ?? item.key.span);
    for (const member of membersOf(item, owner, block.keyword === "global", entries, report)) {
      const before = here.get(member.name) ?? own.get(member.name);
      if (before === undefined) {
        here.set(member.name, member);
        own.set(member.name, member);
      } else if (here.has(member.name) || !sameMember(before, member)) {
        reportDuplicate(member, before, member.span, report);
      }
    }
  }
}

function membersOf(
  item: Declaration,
  owner: string,
  global: boolean,
  entries: ReadonlyMap<string, Entry>,
  report: Report,
): Member[] {
  switch (item.kind) {
    case "names-declaration": {
      const kind = item.key.text === "roles" ? "role" : "permission";
      return item.names.map((n) => ({ kind, name: n.value, type: undefined, owner, span: n.span }));
    }
    case "relations-declaration":
      if (global) {
        report.error("polar/bad-declaration", item.key.span, "a `global` block has no relations", {
          help: "global roles and permissions belong to no resource; declare relations in a `resource` block",
        });
        return [];
      }
      return item.relations.flatMap(({ name, type }) =>
        checkRelationType(type, entries, report)
          ? [{ kind: "relation" as const, name: name.text, type, owner, span: name.span }]
          : [],
      );
    case "bad-declaration": {
      const { text } = item.key;
      if (text === "roles" || text === "permissions") {
        report.error("polar/bad-declaration", item.key.span, `\`${text}\` is a list of strings`, {
          help: `write \`${text} = ["…", "…"];\``,
        });
      } else if (text === "relations") {
        report.error("polar/bad-declaration", item.key.span, "`relations` gives each relation its type", {
          help: "write `relations = { parent: Type };`",
        });
      } else {
        report.error("polar/bad-declaration", item.key.span, `a block has no \`${text}\``, {
          help: global ? "it holds `roles` and `permissions`" : "it holds `roles`, `permissions` and `relations`",
        });
      }
      return [];
    }
  }
}

function checkRelationType(type: Name, entries: ReadonlyMap<string, Entry>, report: Report): boolean {
  if (entries.has(type.text) || type.text === "Actor" || type.text === "Resource") return true;
  if (builtinTypes.has(type.text)) {
    report.error(
      "polar/bad-declaration",
      type.span,
      `a relation leads to an actor or a resource, not to \`${type.text}\``,
    );
  } else {
    report.error("polar/unknown-type", type.span, `there is no type \`${type.text}\``, {
      help: unknownTypeHelp(tableOfNames(entries), type.text),
    });
  }
  return false;
}

/** Own members and those of all supertypes; a name must be of one kind, a relation of one type. */
function inherit(
  entry: Entry,
  ancestors: ReadonlyMap<string, readonly string[]>,
  entries: ReadonlyMap<string, Entry>,
  report: Report,
): Members {
  const all = new Map(entry.own);
  for (const name of ancestors.get(entry.name) as readonly string[]) {
    if (name === entry.name) continue;
    for (const member of (entries.get(name) as Entry).own.values()) {
      const before = all.get(member.name);
      if (before === undefined) all.set(member.name, member);
      else if (!sameMember(before, member)) {
        // Two supertypes that contradict each other are a mistake of the clause that brings them together.
        const span = before.owner === entry.name ? before.span : entry.parents.find((p) => p.span !== undefined)?.span;
        reportDuplicate(before, member, span ?? before.span, report);
      }
    }
  }
  return all;
}

function sameMember(a: Member, b: Member): boolean {
  return a.kind === b.kind && a.type?.text === b.type?.text;
}

function reportDuplicate(member: Member, before: Member, span: Span, report: Report): void {
  const what = (m: Member): string => (m.type === undefined ? `a ${m.kind}` : `a relation to \`${m.type.text}\``);
  const message = sameMember(member, before)
    ? `\`${member.name}\` is declared twice`
    : `\`${member.name}\` is declared as ${what(before)} and as ${what(member)}`;
  report.error("polar/duplicate-declaration", span, message, {
    help: sameMember(member, before) ? "remove one of them" : "one name means one thing in a type and its supertypes",
    related: [{ message: `${what(before)} of \`${before.owner}\``, span: before.span }],
  });
}
