#!/usr/bin/env node
import process from "node:process";
import { spreadPolicyFiles } from "./arguments.js";
import { program } from "./program.js";
import { reportFailure } from "./report-failure.js";
import { processTerminal } from "./terminal.js";

const terminal = processTerminal();

// `arcturus export | head` closes our standard output early; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
  throw error;
});

try {
  process.exitCode = await program(terminal).run(spreadPolicyFiles(process.argv.slice(2)));
} catch (error) {
  process.exitCode = await reportFailure(error, terminal);
}
