import { describe, expect, it } from "vitest";
import { anchorsOf, blocksOf, linksOf, saysThe, stepsOf } from "./blocks.js";

describe("reading Markdown", () => {
  it("finds fenced blocks with their language, attributes and line", () => {
    const [first, second] = blocksOf(
      "text\n\n```polar error=polar/x more\nf(1);\n```\n\n  ~~~ts\n  let a = 1;\n  ~~~\n",
    );
    expect(first).toMatchObject({ language: "polar", text: "f(1);\n", line: 3 });
    expect([...(first?.attributes ?? [])]).toEqual([
      ["error", "polar/x"],
      ["more", ""],
    ]);
    expect(second).toMatchObject({ language: "ts", text: "let a = 1;\n", line: 7 });
  });

  it("keeps fences inside longer fences as text", () => {
    expect(blocksOf("````text\n```polar\n```\n````\n")).toHaveLength(1);
  });

  it("refuses a block that is never closed", () => {
    expect(() => blocksOf("a\n```polar\nf(1);\n")).toThrow("line 2");
  });

  it("reads transcripts as commands with their output", () => {
    const [transcript] = blocksOf("```console\n$ arcturus list a \\\n    b\none\ntwo\n$ echo $?\n0\n```\n");
    expect(stepsOf(transcript!)).toEqual([
      { command: "arcturus list a \\\n    b", output: "one\ntwo", line: 2 },
      { command: "echo $?", output: "0", line: 6 },
    ]);
  });

  it("lets … stand for any lines, and nothing else for anything", () => {
    expect(saysThe("a\n…\nz", "a\nb\nc\nz\n")).toBe(true);
    expect(saysThe("a\n…", "a\nb\nc\n")).toBe(true);
    expect(saysThe("a", "a\nb\n")).toBe(false);
    expect(saysThe("a.c", "abc")).toBe(false);
    expect(saysThe("", "surprise")).toBe(false);
  });

  it("finds links to files and headings, not those to other hosts or inside code", () => {
    const text = "[a](b.md) [c](#d) [e](https://example.org/x) `[f](g)`\n\n```text\n[h](i)\n```\n![j](k.png)\n";
    expect(linksOf(text)).toEqual(["b.md", "#d", "k.png"]);
  });

  it("knows the anchors of headings", () => {
    const text = "# allow: what is *asked*\n## `x` and [y](z)\n### Twice\n### Twice\n```text\n# no heading\n```\n";
    expect([...anchorsOf(text)]).toEqual(["allow-what-is-asked", "x-and-y", "twice", "twice-1"]);
  });
});
