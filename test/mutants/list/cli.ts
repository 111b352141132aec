import { type Mutant, mutantsOf } from "../mutant.js";

const codes = (title: string): string[] => [`test/cli/exit-codes.test.ts::${title}`];

export const cli: readonly Mutant[] = [
  ...mutantsOf("src/cli/commands/validate.ts", codes("arcturus validate"), [
    {
      name: "cli/validate-by-the-first-file",
      mistake: "`validate` of several policies fails for the first one alone",
      find: "const refused = groups.some((group) => group.policy === undefined);",
      replace: "const refused = groups[0]?.policy === undefined;",
    },
    {
      name: "cli/validate-shows-and-passes",
      mistake: "`validate` shows the mistakes and exits with 0",
      find: "  return refused ? 1 : 0;\n}\n\nfunction summary",
      replace: "  return refused && groups.length === 0 ? 1 : 0;\n}\n\nfunction summary",
    },
    {
      name: "cli/validate-json-passes",
      mistake: "`validate --json` exits with 0 whatever it found",
      find: "    return refused ? 1 : 0;\n  }\n  const",
      replace: "    return 0;\n  }\n  const",
    },
  ]),
  ...mutantsOf("src/cli/commands/test.ts", codes("arcturus test"), [
    {
      name: "cli/test-passes-what-does-not-load",
      mistake: "`test` passes when a policy does not load, since none of its tests has failed",
      find: "group.policy === undefined || reports.some((r) => !r.passed)",
      replace: "group.policy !== undefined && reports.some((r) => !r.passed)",
    },
    {
      name: "cli/test-fails-when-all-fail",
      mistake: "`test` fails only when every test of a policy does",
      find: "reports.some((r) => !r.passed)",
      replace: "(reports.length > 0 && reports.every((r) => !r.passed))",
    },
    {
      name: "cli/test-by-the-last-policy",
      mistake: "`test` of several policies goes by the last one",
      find: "const failed = results.some(",
      replace: "const failed = results.slice(-1).some(",
    },
    {
      name: "cli/test-json-passes",
      mistake: "`test --json` exits with 0 whatever failed",
      find: "    return failed ? 1 : 0;\n  }\n",
      replace: "    return 0;\n  }\n",
    },
    {
      name: "cli/test-of-every-name",
      mistake: "`test --only` runs all tests",
      find: "(name: string) => name.includes(only)",
      replace: "(name: string) => name.includes(only) || only.length > 0",
    },
    {
      name: "cli/test-without-types",
      mistake: "`test` does not know what the application declares to its engine",
      find: "const options = { ...group.declared, ...(only",
      replace: "const options = { ...(only",
      tests: codes("what the application declares"),
    },
  ]),
  ...mutantsOf("src/cli/commands/fmt.ts", codes("arcturus fmt"), [
    {
      name: "cli/fmt-by-the-last-file",
      mistake: "`fmt --check` of several files goes by the last one",
      find: "if (!(await format(source, flags.check === true, terminal))) exitCode = 1;",
      replace: "exitCode = (await format(source, flags.check === true, terminal)) ? 0 : 1;",
    },
    {
      name: "cli/fmt-passes-what-does-not-parse",
      mistake: "`fmt --check` passes a file that does not parse",
      find: "    return false;\n  }\n  if (check) {",
      replace: "    return check;\n  }\n  if (check) {",
    },
    {
      name: "cli/fmt-names-and-passes",
      mistake: "`fmt --check` names the files that are not formatted and passes",
      find: "    return text === source.text;\n",
      replace: "    return text !== undefined;\n",
    },
    {
      name: "cli/fmt-check-writes",
      mistake: "`fmt --check` formats the files",
      find: "  if (check) {\n    if (text !== source.text) terminal.out(source.name);",
      replace:
        "  if (check) {\n    if (text !== source.text) {\n      await writeFile(source.name, text);\n      terminal.out(source.name);\n    }",
    },
  ]),
  ...mutantsOf("src/cli/commands/authorize.ts", codes("questions"), [
    {
      name: "cli/authorize-json-is-done",
      mistake: "`authorize --json` exits with 0, since it has answered",
      find: "  return allowed ? 0 : 1;",
      replace: "  return allowed || flags.json === true ? 0 : 1;",
    },
  ]),
  ...mutantsOf("src/cli/commands/explain.ts", codes("questions"), [
    {
      name: "cli/explain-is-done",
      mistake: "`explain` exits with 0 for a denial",
      find: "  return explanation.allowed ? 0 : 1;",
      replace: "  return explanation.allowed || explanation.attempts.length > 0 ? 0 : 1;",
    },
  ]),
  ...mutantsOf("src/cli/commands/query.ts", codes("questions"), [
    {
      name: "cli/query-json-is-done",
      mistake: "`query --json` without an answer exits with 0",
      find: "  return rows.length > 0 ? 0 : 1;",
      replace: "  return rows.length > 0 || flags.json === true ? 0 : 1;",
    },
  ]),
  ...mutantsOf("src/cli/commands/coverage.ts", codes("arcturus coverage"), [
    {
      name: "cli/coverage-passes-open-fields",
      mistake: "`coverage` passes a schema with fields that nobody decided about",
      find: `report.uncovered.length === 0 && report.problems.every(({ severity }) => severity !== "error")`,
      replace: `report.problems.every(({ severity, code }) => severity !== "error" || code === "graphql/uncovered")`,
    },
    {
      name: "cli/coverage-passes-problems",
      mistake: "`coverage` passes a schema whose guards nothing can grant",
      find: `report.uncovered.length === 0 && report.problems.every(({ severity }) => severity !== "error")`,
      replace: `report.uncovered.length === 0`,
    },
    {
      name: "cli/coverage-json-passes",
      mistake: "`coverage --json` exits with 0 whatever it found",
      find: "  return complete ? 0 : 1;",
      replace: `  return complete || format === "json" ? 0 : 1;`,
    },
  ]),
  ...mutantsOf("src/cli/commands/import.ts", codes("an import is one write"), [
    {
      name: "cli/import-fact-by-fact",
      mistake: "`import` stores the facts before the one that is refused",
      find: "(engine) => engine.bulkTell(facts)",
      replace: "async (engine) => {\n      for (const fact of facts) await engine.tell(...fact);\n    }",
    },
  ]),
  ...mutantsOf("src/cli/fact-lines.ts", codes("an import is one write"), [
    {
      name: "cli/null-is-text",
      mistake: "a null in a line of facts becomes the text `null`",
      find: `  throw new UsageError(\n    \`\${place}: \${JSON.stringify(value)} cannot be`,
      replace: `  if (value === null) return "null";\n  throw new UsageError(\n    \`\${place}: \${JSON.stringify(value)} cannot be`,
    },
    {
      name: "cli/lines-that-are-no-facts",
      mistake: "lines that are no facts are left out of an import",
      find: `  if (!Array.isArray(fact) || typeof fact[0] !== "string") {`,
      replace: `  if (Array.isArray(fact) && typeof fact[0] !== "string") {`,
    },
    {
      name: "cli/big-integers-rounded",
      mistake: "`export` rounds an Integer that JSON cannot hold",
      find: `return Number.isSafeInteger(number) ? number : { type: "Integer", id: String(value) };`,
      replace: `return Number.isFinite(number) ? number : { type: "Integer", id: String(value) };`,
      tests: ["test/cli/facts.test.ts::an Integer beyond"],
    },
  ]),
  ...mutantsOf("src/cli/policy-groups.ts", codes("wherever it stands"), [
    {
      name: "cli/inline-queries-not-run",
      mistake: "inline queries that do not hold are no mistake",
      find: "  if (policy.inlineQueries.length === 0) return",
      replace: "  if (policy.inlineQueries.length <= 2) return",
    },
    {
      name: "cli/first-file-of-each",
      mistake: "with `--each` every policy is loaded with the first file",
      find: "if (flags.each || sources.length === 1) return Promise.all(sources.map((source) => loadGroup([source], declared)));",
      replace:
        "if (flags.each || sources.length === 1) return Promise.all(sources.map(() => loadGroup(sources.slice(0, 1), declared)));",
    },
    {
      name: "cli/prelude-not-checked",
      mistake: "definitions of roles that the prelude cannot read are no mistake",
      find: "  if (hasErrors(definitions)) return",
      replace: "  if (definitions.length > 1 && hasErrors(definitions)) return",
      tests: ["test/cli/policies.test.ts::knows the prelude"],
    },
  ]),
  ...mutantsOf(
    "src/cli/values.ts",
    ["test/cli/values.test.ts"],
    [
      {
        name: "cli/no-is-false",
        mistake: "any text that is not `true` is the Boolean false",
        find: `      if (id === "true" || id === "false") return id === "true";`,
        replace: `      if (id !== "") return id === "true";`,
      },
      {
        name: "cli/integer-of-any-spelling",
        mistake: "an Integer may be written as JavaScript writes numbers: hexadecimal, blanks, nothing at all",
        find: `  if (!/^-?\\d+$/.test(text)) throw`,
        replace: `  if (Number.isNaN(Number(text)) || text.includes(".")) throw`,
      },
      {
        name: "cli/any-user-is-a-value",
        mistake: "`User:_` is a value, the user `_`",
        find: `      return id === "_" ? { type } : entity(type, id);`,
        replace: `      return entity(type, id);`,
      },
      {
        name: "cli/id-ends-at-a-colon",
        mistake: "an id ends at its first colon",
        find: `*):(?!:)(.*)$/su;`,
        replace: `*):(?!:)([^:]*)/su;`,
      },
      {
        name: "cli/text-written-as-a-reference",
        mistake: "a text that looks like a reference is written as one",
        find: `return value === "_" || typed.test(value) || value === "" ?`,
        replace: `return value === "_" || value === "" ?`,
      },
    ],
  ),
  ...mutantsOf("src/cli/report-failure.ts", codes("whatever fails"), [
    {
      name: "cli/defect-is-done",
      mistake: "a command that throws something unexpected exits with 0",
      find: "(error.stack ?? error.message) : String(error));\n    return 1;",
      replace: "(error.stack ?? error.message) : String(error));\n    return error === undefined ? 0 : 1;",
    },
  ]),
  ...mutantsOf("src/cli/with-engine.ts", codes("questions"), [
    {
      name: "cli/environment-wins",
      mistake: "the database of the environment is opened although none is asked for",
      find: `return (flags.db ?? process.env["ARCTURUS_DB"]) || undefined;`,
      replace: `return flags.db || process.env["ARCTURUS_DB"] || undefined;`,
    },
    {
      name: "cli/policy-of-the-environment-wins",
      mistake: "the policy of the environment counts more than the one that is named",
      find: "  if (flags.policy !== undefined) return flags.policy;\n  const fromEnvironment",
      replace: `  if (flags.policy !== undefined && !process.env["ARCTURUS_POLICY"]) return flags.policy;\n  const fromEnvironment`,
    },
    {
      name: "cli/first-policy-file",
      mistake: "of several files of a policy the first alone is loaded",
      find: "  if (flags.policy !== undefined) return flags.policy;",
      replace: "  if (flags.policy !== undefined) return flags.policy.slice(0, 1);",
      tests: codes("several files"),
    },
  ]),
  ...mutantsOf(
    "src/cli/arguments.ts",
    ["test/cli/arguments.test.ts"],
    [
      {
        name: "cli/options-behind-the-end",
        mistake: "what stands behind `--` is read as options",
        find: `    if (arg === "--") return [...result, ...args.slice(index)];\n`,
        replace: "",
      },
      {
        name: "cli/schema-files-end-the-policy",
        mistake: "the kind of file that an option takes is that of the first option",
        find: "      option = arg;\n      taken = 0;",
        replace: "      option ??= arg;\n      taken = 0;",
      },
    ],
  ),
  ...mutantsOf(
    "src/cli/sources.ts",
    ["test/cli/exit-codes.test.ts"],
    [
      {
        name: "cli/third-source-left-out",
        mistake: "of several files the third and later ones are not read",
        find: "return Promise.all(files.map(readSource));",
        replace: "return Promise.all(files.slice(0, 2).map(readSource));",
      },
      {
        name: "cli/bytes-that-are-no-text",
        mistake: "a policy that is no UTF-8 is read with its bad bytes replaced",
        find: `new TextDecoder("utf-8", { fatal: true })`,
        replace: `new TextDecoder("utf-8", { fatal: false })`,
      },
    ],
  ),
  ...mutantsOf("src/cli/program.ts", codes("questions"), [
    {
      name: "cli/wrong-usage-is-no",
      mistake: "a wrong command line exits with 1, as a denial does",
      find: "return error.exitCode === 0 ? 0 : 2;",
      replace: "return error.exitCode === 0 ? 0 : 1;",
    },
  ]),
];
