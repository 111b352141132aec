import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { workplace } from "./workplace.js";

const untidy = 'actor   User{}  # who\nallow( _user:User ,"read" );\n';
const tidy = 'actor User {} # who\nallow(_user: User, "read");\n';

const { arcturus, folder, write } = workplace("fmt", { "tidy.polar": tidy, "broken.polar": 'allow(_: User, "read"\n' });
beforeEach(() => write("untidy.polar", untidy));
const file = (name: string): string => readFileSync(join(folder, name), "utf8");

describe("arcturus fmt", () => {
  it("formats files in place and names those that it changed", async () => {
    expect(await arcturus("fmt untidy.polar tidy.polar")).toEqual({ code: 0, stdout: "untidy.polar\n", stderr: "" });
    expect(file("untidy.polar")).toBe(tidy);
    expect(await arcturus("fmt untidy.polar")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("--check changes nothing and fails when a file is not formatted", async () => {
    expect(await arcturus("fmt --check untidy.polar tidy.polar")).toEqual({
      code: 1,
      stdout: "untidy.polar\n",
      stderr: "",
    });
    expect(file("untidy.polar")).toBe(untidy);
    expect(await arcturus("fmt --check tidy.polar")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("formats the standard input to the standard output", async () => {
    expect(await arcturus("fmt -", { input: untidy })).toEqual({ code: 0, stdout: tidy, stderr: "" });
  });

  it("shows where a file does not parse, leaves it as it is, and formats the others", async () => {
    const { code, stdout, stderr } = await arcturus("fmt broken.polar untidy.polar");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "untidy.polar\n" });
    expect(stderr).toMatch(/^error\[polar\/unexpected-end\].*\n +--> broken\.polar:1:/);
    expect(file("broken.polar")).toBe('allow(_: User, "read"\n');
  });

  it("says which file is not there", async () => {
    expect(await arcturus("fmt nowhere.polar")).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: `nowhere.polar` cannot be read: there is no such file\n",
    });
  });
});
