import { type GraphQLInputType, getNamedType, isInputObjectType } from "graphql";
import { didYouMean } from "./problems.js";

export type FoundPath =
  | { readonly kind: "path"; readonly path: readonly string[]; readonly type: GraphQLInputType }
  | { readonly kind: "problem"; readonly at: string; readonly within: string | undefined; readonly help?: string };

/** Follows a path such as `input.items.id` from arguments or input fields, through lists. */
export function findPath(
  from: readonly { readonly name: string; readonly type: GraphQLInputType }[],
  text: string,
): FoundPath {
  const path = text.split(".");
  let members = from;
  let within: string | undefined;
  let type: GraphQLInputType | undefined;
  for (const name of path) {
    const found = members.find((member) => member.name === name);
    if (found === undefined) {
      const names = members.map((member) => member.name);
      const help =
        didYouMean(name, names) ??
        (names.length === 0 ? undefined : `there is ${names.map((n) => `\`${n}\``).join(", ")}`);
      return { kind: "problem", at: name, within, ...(help === undefined ? {} : { help }) };
    }
    type = found.type;
    const named = getNamedType(type);
    within = named.name;
    members = isInputObjectType(named) ? Object.values(named.getFields()) : [];
  }
  return { kind: "path", path, type: type! };
}

export function pathProblem(text: string, problem: FoundPath & { readonly kind: "problem" }, from: string): string {
  const missing =
    problem.within === undefined
      ? `${from} has no argument \`${problem.at}\``
      : `\`${problem.within}\` has no field \`${problem.at}\``;
  return text === problem.at ? missing : `\`arg: "${text}"\` leads nowhere, ${missing}`;
}
