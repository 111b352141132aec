import { type Mutant, mutantsOf } from "../mutant.js";

const kit = ["test/testing/test-kit.test.ts"];

export const testing: readonly Mutant[] = [
  ...mutantsOf("src/testing/as-actors.ts", kit, [
    {
      name: "testing/context-shared",
      mistake: "operations of one actor share a context, and with it the decisions of before",
      find: "{ ...actors[name] });",
      replace: "actors[name] as object);",
    },
    {
      name: "testing/everybody-is-the-first",
      mistake: "a comparison runs the operation as the same actor again and again",
      find: "answers.push([name, await ask(name, operation)]);",
      replace: "answers.push([name, await ask(names[0] as Name, operation)]);",
    },
    {
      name: "testing/status-not-compared",
      mistake: "the status of a server's answer is not among what a client can tell two answers apart by",
      find: "bytes: `${status}${text}` };",
      replace: 'bytes: status === "" ? text : `200\\n${text}` };',
    },
    {
      name: "testing/another-operation",
      mistake: "of a document with several operations the one that is named is not run",
      find: "variableValues, operationName });",
      replace: "variableValues, ...(document.definitions.length > 5 && { operationName }) });",
    },
    {
      name: "testing/invalid-operation-answered",
      mistake: "an operation that is not valid is run all the same",
      find: "  if (mistakes[0] !== undefined) throw mistakes[0];\n",
      replace: "  if (mistakes[1] !== undefined) throw mistakes[1];\n",
    },
    {
      name: "testing/headers-lost",
      mistake: "the headers of an actor do not reach the server",
      find: `accept: "application/json", ...headers },`,
      replace: `accept: "application/json", ...(headers["authorization"] !== undefined && headers) },`,
    },
  ]),
  ...mutantsOf("src/testing/no-leak.ts", kit, [
    {
      name: "testing/data-compared-alone",
      mistake: "a hidden object counts as hidden when its data is, whatever its errors say",
      find: "  if (direct.bytes !== bytes) {",
      replace: "  if (direct.bytes !== bytes && direct.errors === undefined) {",
    },
    {
      name: "testing/lengths-compared",
      mistake: "two answers count as the same when they are of the same length",
      find: "  if (direct.bytes !== bytes) {",
      replace: "  if (direct.bytes.length !== bytes.length) {",
    },
    {
      name: "testing/direct-answer-not-looked-at",
      mistake: "the direct answer is not looked through for the id and the secrets",
      find: "  inspect(actor, operation(hidden), direct, hidden, secrets);\n",
      replace: "",
    },
    {
      name: "testing/first-of-elsewhere",
      mistake: "of the further operations the first alone is looked at",
      find: "for (const other of elsewhere) inspect(",
      replace: "for (const other of elsewhere.slice(0, 1)) inspect(",
    },
    {
      name: "testing/errors-not-looked-at",
      mistake: "an id that stands in an error is not seen",
      find: "const found = holds([data, errors], (text)",
      replace: "const found = holds([data], (text)",
    },
    {
      name: "testing/last-secret",
      mistake: "of several secrets the first alone is looked for",
      find: "secrets.find(tells)",
      replace: "secrets.slice(0, 1).find(tells)",
    },
    {
      name: "testing/secret-as-a-whole-value",
      mistake: "a secret within a longer text is not seen",
      find: "bytes.includes(secret) || holds([data, errors], (text) => text.includes(secret))",
      replace: "holds([data, errors], (text) => text === secret)",
    },
    {
      name: "testing/secret-as-json-writes-it",
      mistake: "a secret that JSON writes in another way, with a quote in it, is not seen",
      find: "bytes.includes(secret) || holds([data, errors], (text) => text.includes(secret))",
      replace: "bytes.includes(secret) && errors !== data",
    },
    {
      name: "testing/first-of-a-list",
      mistake: "of a list the first object alone is looked through",
      find: "return Object.values(value).some((inner) => holds(inner, isSuch));",
      replace:
        "return (Array.isArray(value) ? value.slice(0, 1) : Object.values(value)).some((inner) => holds(inner, isSuch));",
    },
    {
      name: "testing/compared-with-itself",
      mistake: "a check whose hidden and missing ids are the same passes",
      find: "  if (hidden === missing) throw new Error(",
      replace: '  if (hidden === missing && hidden === "") throw new Error(',
    },
  ]),
  ...mutantsOf("src/testing/coverage-snapshot.ts", kit, [
    {
      name: "testing/snapshot-without-problems",
      mistake: "problems are not in the snapshot of the coverage",
      find: `    section("problems", found.problems.map(String)),\n`,
      replace: "",
    },
    {
      name: "testing/snapshot-of-the-first-problem",
      mistake: "of a schema's problems one alone is in the snapshot",
      find: "found.problems.map(String)",
      replace: "found.problems.slice(0, 1).map(String)",
    },
    {
      name: "testing/snapshot-without-options",
      mistake: "the snapshot is that of the default options, whatever mode and types the plugin runs with",
      find: "const found = coverage<C>(schema, options);",
      replace: "const found = coverage<C>(schema, { engine: options.engine });",
    },
  ]),
];
