import { badInput } from "./errors.js";

/** Bytes of UTF-8 in the id of a fact at most (docs/facts.md). */
const ID_BYTES = 384;

/** Characters of a name or a title at most. */
const LINE = 200;

/** A name or a title that is going to be stored. @throws GraphQLError BAD_USER_INPUT */
export function line(argument: string, text: string): string {
  if (text.trim() === "") throw badInput(`\`${argument}\` is empty`);
  if (/[\n\r]/.test(text)) throw badInput(`\`${argument}\` is one line`);
  return page(argument, text, LINE);
}

/** A text of any number of lines that is going to be stored. @throws GraphQLError BAD_USER_INPUT */
export function page(argument: string, text: string, most = 100_000): string {
  if (text.length > most) throw badInput(`\`${argument}\` has ${text.length} characters; ${most} are allowed`);
  if (!isText(text)) throw badInput(`\`${argument}\` is not text`);
  return text;
}

/** Something that may be an id, whether or not anything has it. @throws GraphQLError BAD_USER_INPUT */
export function possibleId(argument: string, id: string): string {
  if (!isPossibleId(id)) throw badInput(`\`${argument}\` is not an id`);
  return id;
}

/** Whether it may name something: not empty, not far too long, and text. */
export function isPossibleId(id: string): boolean {
  return id !== "" && Buffer.byteLength(id) <= ID_BYTES && isText(id);
}

/** A database cuts a text at a NUL character, and cannot write half of a surrogate pair. */
function isText(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}
