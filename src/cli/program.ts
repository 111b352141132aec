import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import type { Terminal } from "./terminal.js";

export interface Program {
  /** Runs one command line (without `node` and the script). Resolves to the exit code; what fails is thrown. */
  run(args: readonly string[]): Promise<number>;
}

/** Every command's words and options. What it does is imported only when it runs, so that each one starts fast. */
export function program(terminal: Terminal): Program {
  let exitCode = 0;
  const done = (code: number): void => {
    exitCode = code;
  };

  const root = new Command("arcturus")
    .description("a guard for GraphQL: policies in Polar, facts about who is what")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print how to use it")
    .helpCommand(false)
    .showHelpAfterError("(add --help for how to use it)")
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHasColors: () => terminal.outPaint.enabled,
      getErrHasColors: () => terminal.errPaint.enabled,
    })
    .exitOverride()
    .addHelpText("after", epilogue);

  const command = (usage: string, description: string): Command =>
    root
      .command(usage)
      .description(description)
      .allowExcessArguments(false)
      .helpOption("-h, --help", "print how to use it");

  const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
  const typesFlag = (c: Command): Command =>
    c.option("--types <module>", "a module that exports the `types` and `constants` of the engine");
  const policyFlags = (c: Command): Command =>
    typesFlag(c.option("--policy <file…>", "the files of the policy (or ARCTURUS_POLICY)", several)).option(
      "--db <path>",
      "the embedded database with the facts (or ARCTURUS_DB)",
    );
  const reading = (c: Command): Command => policyFlags(c).option("--json", "answer in JSON");

  root.commandsGroup("Policies:");
  typesFlag(command("validate", "check policies: every mistake with its place"))
    .argument("<file...>", "policy files, - for the standard input")
    .option("--each", "each file is a policy of its own")
    .option("--together", "all files are one policy")
    .option("--json", "answer in JSON")
    .action(async (files, flags) =>
      done(await (await import("./commands/validate.js")).validate(files, flags, terminal)),
    );
  typesFlag(command("test", "run the tests that stand in policies"))
    .argument("<file...>", "policy files, - for the standard input")
    .option("--each", "each file is a policy of its own")
    .option("--together", "all files are one policy")
    .option("--only <text>", "only tests whose name contains this text")
    .option("--json", "answer in JSON")
    .action(async (files, flags) => done(await (await import("./commands/test.js")).test(files, flags, terminal)));
  command("fmt", "format policies in place")
    .argument("<file...>", "policy files; - formats the standard input to the standard output")
    .option("--check", "change nothing, fail when a file is not formatted")
    .action(async (files, flags) => done(await (await import("./commands/fmt.js")).fmt(files, flags, terminal)));
  typesFlag(command("generate-types", "TypeScript types for a policy's actors, resources, actions and facts"))
    .argument("<file...>", "the files of the policy")
    .action(async (files, flags) =>
      done(await (await import("./commands/generate-types.js")).generateTypes(files, flags, terminal)),
    );
  typesFlag(command("coverage", "what guards each field of a GraphQL schema, and the rules that can grant it"))
    .requiredOption("--schema <file…>", "the files of the schema", several)
    .requiredOption("--policy <file…>", "the files of the policy", several)
    .option("--format <format>", "table, json or markdown (default: table)")
    .option("--json", "the same as --format json")
    .action(async (flags) => done(await (await import("./commands/coverage.js")).coverage(flags, terminal)));

  root.commandsGroup("Questions:");
  reading(command("authorize", "may the actor do the action? exit code 0 yes, 1 no"))
    .argument("<actor>", "e.g. User:alice")
    .argument("<action>", "a permission's name")
    .argument("[resource]", "e.g. Repository:anvil; without it, whether the action is allowed globally")
    .action(async (actor, action, resource, flags) =>
      done(await (await import("./commands/authorize.js")).authorize(actor, action, resource, flags, terminal)),
    );
  reading(command("list", "the resources of a type on which the actor may do the action"))
    .argument("<actor>")
    .argument("<action>")
    .argument("<type>", "the resources' type, e.g. Repository")
    .action(async (actor, action, type, flags) =>
      done(await (await import("./commands/list.js")).list(actor, action, type, flags, terminal)),
    );
  reading(command("actions", "what the actor may do with the resource"))
    .argument("<actor>")
    .argument("[resource]", "without it, the global actions")
    .action(async (actor, resource, flags) =>
      done(await (await import("./commands/actions.js")).actions(actor, resource, flags, terminal)),
    );
  reading(command("explain", "why the answer is yes, or what is missing for it"))
    .argument("<actor>")
    .argument("<action>")
    .argument("[resource]")
    .action(async (actor, action, resource, flags) =>
      done(await (await import("./commands/explain.js")).explain(actor, action, resource, flags, terminal)),
    );
  reading(command("query", "what holds of a predicate, by rules and by facts"))
    .argument("<predicate>", "e.g. has_role")
    .argument("[argument...]", "values; _ for any, User:_ for any User")
    .action(async (predicate, args, flags) =>
      done(await (await import("./commands/query.js")).query(predicate, args, flags, terminal)),
    );

  root.commandsGroup("Facts:");
  reading(command("get", "the stored facts that match"))
    .argument("<predicate>")
    .argument("[argument...]", "values; _ for any, User:_ for any User")
    .action(async (predicate, args, flags) =>
      done(await (await import("./commands/get.js")).get(predicate, args, flags, terminal)),
    );
  policyFlags(command("tell", "store a fact"))
    .argument("<predicate>")
    .argument("<argument...>", "values: User:alice, a bare word for a string, Integer:7, Boolean:true")
    .action(async (predicate, args, flags) =>
      done(await (await import("./commands/tell.js")).tell(predicate, args, flags, terminal)),
    );
  policyFlags(command("delete", "delete the stored facts that match"))
    .argument("<predicate>")
    .argument("<argument...>", "values; _ for any, User:_ for any User")
    .action(async (predicate, args, flags) =>
      done(await (await import("./commands/delete.js")).remove(predicate, args, flags, terminal)),
    );
  policyFlags(command("import", "store facts from a file: all of them or, when one is refused, none"))
    .argument("<file>", "one fact in JSON per line, as `export` writes them; - for the standard input")
    .action(async (file, flags) =>
      done(await (await import("./commands/import.js")).importFacts(file, flags, terminal)),
    );
  policyFlags(command("export", "write all stored facts, one in JSON per line")).action(async (flags) =>
    done(await (await import("./commands/export.js")).exportFacts(flags, terminal)),
  );

  return {
    async run(args) {
      try {
        await root.parseAsync([...args], { from: "user" });
        return exitCode;
      } catch (error) {
        // commander has written its message by now. Asking for help is no mistake.
        if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
        throw error;
      }
    },
  };
}

function version(): string {
  return (createRequire(import.meta.url)("arcturus/package.json") as { version: string }).version;
}

const epilogue = `
References are written User:alice. A bare word is a string, _ is any value, User:_ any User.

Exit codes: 0 yes or done, 1 no, a failing test or an error in a policy, 2 a wrong command line.`;
