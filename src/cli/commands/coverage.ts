import {
  buildASTSchema,
  concatAST,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  Source,
} from "graphql";
import { authorizeDirective, coverage as coverageOf } from "../../graphql/index.js";
import { readText } from "../sources.js";
import { count, type Terminal } from "../terminal.js";
import { UsageError } from "../usage-error.js";
import { withEngine } from "../with-engine.js";

export interface CoverageFlags {
  readonly schema: readonly string[];
  readonly policy: readonly string[];
  readonly json?: boolean;
}

export async function coverage(flags: CoverageFlags, terminal: Terminal): Promise<number> {
  const schema = await readSchema(flags.schema);
  const report = await withEngine({ policy: flags.policy, db: "" }, terminal, async (engine) =>
    coverageOf(schema, { engine }),
  );
  const complete = report.uncovered.length === 0 && report.problems.every(({ severity }) => severity !== "error");
  if (flags.json) {
    terminal.out(JSON.stringify(report, null, 2));
    return complete ? 0 : 1;
  }
  // What nobody has decided is a problem too, and stands in a list of its own here.
  const problems = report.problems.filter(({ code }) => code !== "graphql/uncovered");
  const { bold, dim, green, red, yellow } = terminal.outPaint;
  const section = (title: string, entries: readonly string[], mark: string): void => {
    if (entries.length === 0) return;
    terminal.out(bold(title));
    for (const entry of entries) terminal.out(`  ${mark} ${entry}`);
    terminal.out("");
  };
  section("guarded", report.guarded, green("✓"));
  section("public", report.public, dim("○"));
  section("uncovered", report.uncovered, red("✗"));
  section("problems", problems.map(String), yellow("!"));
  terminal.out(
    [
      `${report.guarded.length} guarded`,
      `${report.public.length} public`,
      `${report.uncovered.length} uncovered`,
      count(problems.length, "problem"),
    ].join(", "),
  );
  return complete ? 0 : 1;
}

/** SDL files as one schema. Our directives are added when the files do not define them. */
async function readSchema(files: readonly string[]): Promise<GraphQLSchema> {
  try {
    const documents = await Promise.all(files.map(async (file) => parse(new Source(await readText(file), file))));
    const own = documents.some(definesAuthorize) ? [] : [parse(authorizeDirective.typeDefs)];
    return buildASTSchema(concatAST([...own, ...documents]));
  } catch (error) {
    if (error instanceof GraphQLError) throw new UsageError(error.toString());
    if (error instanceof Error && error.name !== "UsageError") throw new UsageError(error.message);
    throw error;
  }
}

function definesAuthorize(document: DocumentNode): boolean {
  return document.definitions.some(
    (definition) => definition.kind === Kind.DIRECTIVE_DEFINITION && definition.name.value === "authorize",
  );
}
