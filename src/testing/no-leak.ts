import type { Answer, Asker, Operation } from "./as-actors.js";

export interface LeakCheck<Name extends string> {
  /** Who must not learn of the object. */
  readonly actor: Name;
  /** The operation that asks for an object by its id. */
  readonly operation: (id: string) => Operation;
  /** The id of an object that exists and is hidden from the actor. */
  readonly hidden: string;
  /** An id that no object has, as long as `hidden`: places in the text of an operation stand in errors. */
  readonly missing: string;
  /** Further operations in which nothing of the hidden object may turn up: lists, searches, connections. @default [] */
  readonly elsewhere?: readonly Operation[];
  /** Texts that would give the object away: its title, a node id. Its own id is always one. @default [] */
  readonly secrets?: readonly string[];
}

/**
 * Holds that an actor cannot tell a hidden object from a missing one: asked for by id, both answer the same bytes, with the
 * same status; and neither its id (as a text that is a whole value, as GraphQL writes an `ID`) nor any of the secrets
 * stands in an answer to another operation.
 *
 * @throws Error that says which operation leaks what
 */
export async function assertNoLeak<Name extends string>(asker: Asker<Name>, check: LeakCheck<Name>): Promise<void> {
  const { actor, operation, hidden, missing, elsewhere = [], secrets = [] } = check;
  if (hidden === missing) throw new Error("`hidden` and `missing` are the same id: nothing would be compared");
  const direct = await asker.ask(actor, operation(hidden));
  const { bytes } = await asker.ask(actor, operation(missing));
  if (direct.bytes !== bytes) {
    throw new Error(`\`${actor}\` can tell a hidden object from a missing one:\n  ${direct.bytes}\n  ${bytes}`);
  }
  inspect(actor, operation(hidden), direct, hidden, secrets);
  for (const other of elsewhere) inspect(actor, other, await asker.ask(actor, other), hidden, secrets);
}

function inspect(
  actor: string,
  operation: Operation,
  { data, errors, bytes }: Answer,
  hidden: string,
  secrets: readonly string[],
): void {
  // JSON writes quotes, line ends and some letters in other ways than the text has them.
  const tells = (secret: string): boolean =>
    bytes.includes(secret) || holds([data, errors], (text) => text.includes(secret));
  const found = holds([data, errors], (text) => text === hidden) ? hidden : secrets.find(tells);
  if (found === undefined) return;
  throw new Error(`an answer to \`${actor}\` holds \`${found}\`:\n  ${JSON.stringify(operation)}\n  ${bytes}`);
}

/** Whether one of the texts that a value holds is such a one. */
function holds(value: unknown, isSuch: (text: string) => boolean): boolean {
  if (typeof value === "string") return isSuch(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => holds(inner, isSuch));
}
