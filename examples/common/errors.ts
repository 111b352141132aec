import { GraphQLError } from "graphql";

/** An argument that the caller may use but that makes no sense. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}

/** Characters of an argument that a message repeats. */
const SHOWN = 60;

/** An argument, or the beginning of a long one, for a message. */
export function quoted(text: string): string {
  if (text.length <= SHOWN) return `\`${text}\``;
  // One unit more is taken and its character left out, so that no pair of surrogates is cut in two.
  const shown = [...text.slice(0, SHOWN + 1)].slice(0, -1).join("");
  return `\`${shown}…\``;
}
