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
import { coverageMarkdown, coverageTable } from "../render-coverage.js";
import { readText } from "../sources.js";
import type { Terminal } from "../terminal.js";
import { UsageError } from "../usage-error.js";
import { withEngine } from "../with-engine.js";

export interface CoverageFlags {
  readonly schema: readonly string[];
  readonly policy: readonly string[];
  readonly types?: string;
  readonly format?: string;
  readonly json?: boolean;
}

export async function coverage(flags: CoverageFlags, terminal: Terminal): Promise<number> {
  const format = flags.format ?? (flags.json ? "json" : "table");
  if (flags.json && format !== "json") throw new UsageError(`--json and --format ${format} contradict each other`);
  const schema = await readSchema(flags.schema);
  const report = await withEngine(
    { policy: flags.policy, db: "", ...(flags.types !== undefined && { types: flags.types }) },
    terminal,
    async (engine) => coverageOf(schema, { engine }),
  );
  const lines = {
    table: () => coverageTable(report, terminal.columns, terminal.outPaint),
    markdown: () => coverageMarkdown(report),
    json: () => [JSON.stringify(report, null, 2)],
  }[format];
  if (lines === undefined) throw new UsageError(`there is no format \`${format}\``, "it is table, json or markdown");
  terminal.out(lines().join("\n"));
  const complete = report.uncovered.length === 0 && report.problems.every(({ severity }) => severity !== "error");
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
