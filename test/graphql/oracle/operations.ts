import type { Supplied } from "./context.js";
import {
  type Field,
  type Model,
  type NamedQuestion,
  orderGuard,
  type Page,
  possibleTypes,
  typeNames,
} from "./model.js";
import type { Random } from "./random.js";

export interface RandomOperation {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly supplied: ReadonlyMap<number, readonly Supplied[]>;
  readonly isMutation: boolean;
}

/** A place of an argument: how it is written, or that it is left out. */
interface Written {
  readonly text: string;
  /** As JSON, for the inside of a variable. */
  readonly json: unknown;
  readonly supplied: readonly Supplied[];
}

const enter: Supplied = { kind: "none", action: "enter" };

/** A random operation with aliases, fragments, variables, `@skip` and `@include`. */
export function randomOperation(random: Random, model: Model): RandomOperation {
  const { chance, below, pick, some } = random;
  const supplied = new Map<number, readonly Supplied[]>();
  const variables: Record<string, unknown> = {};
  const definitions: string[] = [];
  const fragments: { readonly name: string; readonly on: string; readonly text: string }[] = [];
  const types = new Map(model.types.map((type) => [type.name, type]));
  let names = 0;
  let budget = 12;
  const fresh = (): string => `a${names++}: `;
  const isMutation = chance(0.06);
  const roots = isMutation ? mutationRoots() : Array.from({ length: 1 + below(3) }, queryRoot);
  const head = `${isMutation ? "mutation" : "query"} Q${definitions.length === 0 ? "" : `(${definitions.join(", ")})`}`;
  const spread = fragments.map(({ name, on, text }) => `fragment ${name} on ${on} ${text}`);
  return { text: [`${head} {`, ...roots, "}", ...spread].join("\n"), variables, supplied, isMutation };

  function queryRoot(): string {
    const name = pick(typeNames);
    const id = 1 + below(6);
    const one = (field: string): string => `${fresh()}${field}(${idArgument(id)})${conditions()} ${selection(name, 3)}`;
    switch (below(12)) {
      case 10:
      case 11:
        return doors();
      case 0:
      case 1:
        return one(`get${name}`);
      case 2:
        return one(`ask${name}`);
      case 3:
        return one(`hide${name}`);
      case 4:
        return `${fresh()}all${name}${conditions()} ${selection(name, 2)}`;
      case 5:
        return `${fresh()}node(type: "${name}", id: ${id}) ${selection("Node", 3)}`;
      case 6: {
        const [field, target] = pick([
          ["things", "Thing"],
          ["pairs", "Pair"],
          ["named", "Named"],
        ] as const);
        return `${fresh()}${field}${conditions()} ${selection(target, 1)}`;
      }
      case 7:
        return pickCall();
      case 8: {
        const ids = [id, ...some(2, () => 1 + below(6))];
        return `${fresh()}strict${name}(ids: ${ids.length === 1 ? id : `[${ids.join(", ")}]`}) ${selection(name, 2)}`;
      }
      default:
        return one(`get${name}`);
    }
  }

  /** Several questions about the actor alone, now and then one of them twice. */
  function doors(): string {
    return Array.from({ length: 1 + below(4) }, () => `${fresh()}door${below(model.doors.length)}${conditions()}`).join(
      " ",
    );
  }

  function mutationRoots(): string[] {
    return Array.from({ length: 1 + below(3) }, () => {
      if (chance(0.15)) return doors();
      const name = pick(typeNames);
      const parts = ["ok", `item ${selection(name, 1)}`, ...(chance(0.5) ? [`rest ${selection(name, 1)}`] : [])];
      return `${fresh()}${pick(["touch", "drop", "give", ...(model.rejects ? ["must", "must"] : [])])}${name}(${idArgument(1 + below(4))}) { ${parts.join(" ")} }`;
    });
  }

  function selection(target: string, depth: number): string {
    const known = fragments.filter(({ on }) => on === target);
    // Where something can be refused beforehand, a fragment stands in one place: what is found out depends on the first one.
    if (known.length > 0 && !model.rejects && chance(0.3)) return `{ id: __typename ...${pick(known).name} }`;
    const type = types.get(target);
    const text =
      type === undefined ? abstractSelection(target, depth) : objectSelection(type.fields, type.named, depth);
    if (!chance(0.15)) return text;
    const name = `F${fragments.length}`;
    fragments.push({ name, on: target, text });
    return `{ id: __typename ...${name}${conditions()} }`;
  }

  function abstractSelection(target: string, depth: number): string {
    const parts = possibleTypes(model, target)
      .filter(() => chance(0.6))
      .map((name) => `... on ${name}${conditions()} ${selection(name, depth - 1)}`);
    const named = possibleTypes(model, target).some((name) => types.get(name)?.named === true);
    if (target !== "Named" && named && chance(0.2)) {
      parts.push(`... on Named { ${chance(0.4) ? noteCall() : `${fresh()}name`} }`);
    }
    if (target === "Named" || target === "Node") parts.push(...(chance(0.4) ? [`${fresh()}id`] : []));
    if (target === "Named" && chance(0.6)) parts.push(chance(0.3) ? noteCall() : `${fresh()}name`);
    return `{ __typename ${parts.join(" ")} }`;
  }

  function objectSelection(fields: readonly Field[], named: boolean, depth: number): string {
    const chosen = fields.filter(({ kind }) => {
      const isCall = kind === "pick" || kind === "note";
      const wanted = kind === "leaf" ? chance(0.5) : isCall ? chance(0.12) : depth > 0 && chance(0.3);
      return wanted && budget-- > 0;
    });
    const texts = chosen.map((field) => fieldText(field, depth));
    if (named && chance(0.3)) texts.push(`${fresh()}name`);
    return `{ ${chance(0.6) ? `${fresh()}id` : "__typename"} ${texts.join(" ")} }`;
  }

  function fieldText(field: Field, depth: number): string {
    switch (field.kind) {
      case "leaf":
        return `${fresh()}${field.name}${conditions()}`;
      case "pick":
        return pickCall();
      case "note":
        return noteCall();
      case "page":
        return pageText(field, depth);
      default: {
        const args = field.arg === undefined ? "" : `(${idArgument(1 + below(6))})`;
        return `${fresh()}${field.name}${args}${conditions()} ${selection(field.target, depth - 1)}`;
      }
    }
  }

  function pageText(field: Field, depth: number): string {
    const inner = (): string => selection(field.target, depth - 1);
    const { hasNodes } = types.get(field.target)!.connection;
    const parts = [
      ...(chance(0.6) ? [`edges { cursor node ${inner()} }`] : []),
      ...(hasNodes && chance(0.4) ? [`nodes ${inner()}`] : []),
      ...(chance(0.6) ? ["totalCount"] : []),
      ...(chance(0.7) ? ["pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"] : []),
      "__typename",
    ];
    return `${fresh()}${field.name}${paging(field.page!.args)} { ${parts.join(" ")} }`;
  }

  function paging(args: Page["args"]): string {
    const size = below(5);
    const at = `"${chance(0.7) ? below(7) : below(12)}"`;
    const forward = [`first: ${size}`, `first: ${size}, after: ${at}`, `after: ${at}`];
    const backward = [`last: ${size}`, `last: ${size}, before: ${at}`, `before: ${at}`];
    const mixed = [
      `first: ${size}, before: ${at}`,
      `last: ${size}, after: ${at}`,
      `first: ${size}, last: ${below(4)}`,
      `first: ${1 + below(6)}, last: ${below(4)}, after: ${at}`,
      `after: ${at}, before: "${4 + below(9)}"`,
    ];
    switch (chance(0.15) ? "none" : args) {
      case "both":
        return `(${pick([...forward, ...backward, ...mixed])})`;
      case "forward":
        return `(${pick(forward)})`;
      case "backward":
        return `(${pick(backward)})`;
      case "first":
        return `(first: ${1 + size})`;
      case "none":
        return "";
    }
  }

  /** A constant or a variable. */
  function idArgument(id: number): string {
    if (!chance(0.3)) return chance(0.5) ? `id: ${id}` : `id: "${id}"`;
    return `id: ${variable("ID!", String(id))}`;
  }

  function conditions(): string {
    if (!chance(0.08)) return "";
    const value = chance(0.6);
    const text = chance(0.5) ? String(value) : variable("Boolean!", value);
    return chance(0.5) ? ` @include(if: ${text})` : ` @skip(if: ${text})`;
  }

  // --- arguments that are guarded ----------------------------------------------------------------------------------

  function variable(type: string, value: unknown): string {
    const name = `v${definitions.length}`;
    definitions.push(`$${name}: ${type}`);
    variables[name] = value;
    return `$${name}`;
  }

  function pickCall(): string {
    const tag = names;
    const { ids, id } = model.inputs;
    const level: Supplied = { kind: "none", ...model.inputs.level };
    const places: [string, Written | undefined][] = [
      ["by", chance(0.5) ? place("Pick", pickObject(2, id)) : undefined],
      ["ids", chance(0.4) ? place("[ID]", idList(ids)) : undefined],
      ["level", chance(0.2) ? place("Int", { text: "3", json: 3, supplied: [level] }) : undefined],
      ["order", chance(0.3) ? place("Order", order()) : undefined],
    ];
    const given = places.flatMap(([name, written]) => (written === undefined ? [] : [{ name, ...written }]));
    supplied.set(
      tag,
      given.flatMap((one) => one.supplied),
    );
    const args = [`tag: ${tag}`, ...given.map(({ name, text }) => `${name}: ${text}`)];
    return `${fresh()}pick(${args.join(", ")})`;
  }

  /** `note` of whatever type it turns out to be. */
  function noteCall(): string {
    const tag = names;
    const id = 1 + below(6);
    const by: Written = { text: String(id), json: String(id), supplied: [{ kind: "by", id }] };
    const level: Written = { text: "1", json: 1, supplied: [{ kind: "level" }] };
    const places: [string, Written | undefined][] = [
      ["by", chance(0.6) ? place("ID", by) : undefined],
      ["level", chance(0.5) ? place("Int", level) : undefined],
    ];
    const given = places.flatMap(([name, written]) => (written === undefined ? [] : [{ name, ...written }]));
    supplied.set(
      tag,
      given.flatMap((one) => one.supplied),
    );
    return `${fresh()}note(${[`tag: ${tag}`, ...given.map(({ name, text }) => `${name}: ${text}`)].join(", ")})`;
  }

  /** As it is, or by a variable; one that has no value supplies nothing. */
  function place(type: string, written: Written): Written {
    if (!chance(0.4)) return written;
    if (chance(0.2) && !written.text.includes("$")) {
      const name = `v${definitions.length}`;
      definitions.push(`$${name}: ${type}`);
      return { text: `$${name}`, json: undefined, supplied: [] };
    }
    // What lies in a variable is JSON through and through.
    return written.json === undefined ? written : { ...written, text: variable(type, written.json) };
  }

  function order(): Written {
    const { name } = pick(model.inputs.order);
    return { text: name, json: name, supplied: orderGuard(model, name).map((one) => ({ kind: "none", ...one })) };
  }

  function idList({ type, action }: NamedQuestion): Written {
    const ids = some(2, () => (chance(0.2) ? null : 1 + below(6)));
    return {
      text: ids.length === 1 && ids[0] !== null && chance(0.5) ? String(ids[0]) : `[${ids.map(String).join(", ")}]`,
      json: ids.map((id) => (id === null ? null : String(id))),
      supplied: [
        { kind: "nothing" },
        ...ids.flatMap((id) => (id === null ? [] : [{ kind: "id" as const, type, action, id }])),
      ],
    };
  }

  function pickObject(depth: number, { type, action }: NamedQuestion): Written {
    const parts: { readonly name: string; readonly written: Written }[] = [];
    const add = (name: string, of: string, written: Written): void => {
      parts.push({ name, written: place(of, written) });
    };
    const id = 1 + below(6);
    if (chance(0.4))
      add("id", "ID", { text: String(id), json: String(id), supplied: [{ kind: "id", type, action, id }] });
    if (chance(0.2)) add("flag", "Boolean", { text: "null", json: null, supplied: [enter] });
    if (chance(0.1)) add("quiet", "Boolean", { text: "false", json: false, supplied: [enter] });
    if (chance(0.3)) add("order", "Order", order());
    if (depth > 0 && chance(0.4)) {
      const inner = some(2, () => pickObject(depth - 1, { type, action }));
      const isJson = inner.every(({ json }) => json !== undefined);
      add("more", "[Pick!]", {
        text: `[${inner.map(({ text }) => text).join(", ")}]`,
        json: isJson ? inner.map(({ json }) => json) : undefined,
        supplied: inner.flatMap((one) => one.supplied),
      });
    }
    const isJson = parts.every(({ written }) => written.json !== undefined && !written.text.includes("$"));
    return {
      text: `{ ${parts.map(({ name, written }) => `${name}: ${written.text}`).join(", ")} }`,
      json: isJson ? Object.fromEntries(parts.map(({ name, written }) => [name, written.json])) : undefined,
      supplied: parts.flatMap(({ written }) => written.supplied),
    };
  }
}
