import { existsSync } from "node:fs";

/**
 * `--policy FILE…` takes several files, and the words of a question may come before or behind it. So the option is spread
 * out before parsing: after its first file it goes on for as long as the words look like policy files.
 */
export function spreadPolicyFiles(args: readonly string[]): string[] {
  const result: string[] = [];
  let option: string | undefined;
  let taken = 0;
  for (const [index, arg] of args.entries()) {
    if (arg === "--") return [...result, ...args.slice(index)];
    if (arg === "--policy" || arg === "--schema") {
      option = arg;
      taken = 0;
      result.push(arg);
    } else if (option !== undefined && taken === 0) {
      taken = 1;
      result.push(arg);
    } else if (option !== undefined && !arg.startsWith("-") && isFileOf(option, arg)) {
      result.push(option, arg);
    } else {
      option = undefined;
      result.push(arg);
    }
  }
  return result;
}

function isFileOf(option: string, arg: string): boolean {
  const endings = option === "--policy" ? [".polar"] : [".graphql", ".graphqls", ".gql"];
  return endings.some((ending) => arg.endsWith(ending)) || (arg.includes("/") && existsSync(arg));
}
