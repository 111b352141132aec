import { describe, expect, it } from "vitest";
import { spreadPolicyFiles } from "../../src/cli/arguments.js";

const words = (line: string): string[] => (line === "" ? [] : line.split(" "));

describe("--policy takes several files, wherever it stands", () => {
  it.each([
    [
      "authorize User:a read Repo:1 --policy a.polar b.polar",
      "authorize User:a read Repo:1 --policy a.polar --policy b.polar",
    ],
    [
      "authorize --policy a.polar b.polar User:a read Repo:1",
      "authorize --policy a.polar --policy b.polar User:a read Repo:1",
    ],
    ["list --policy no-ending User:a read Repo", "list --policy no-ending User:a read Repo"],
    ["list User:a read Repo --policy a.polar --json", "list User:a read Repo --policy a.polar --json"],
    [
      "coverage --schema a.graphql b.graphql --policy c.polar",
      "coverage --schema a.graphql --schema b.graphql --policy c.polar",
    ],
    [
      "coverage --schema a.graphql b.gql --policy c.polar d.polar --json",
      "coverage --schema a.graphql --schema b.gql --policy c.polar --policy d.polar --json",
    ],
    [
      "coverage --policy c.polar d.polar --schema a.graphql b.graphqls",
      "coverage --policy c.polar --policy d.polar --schema a.graphql --schema b.graphqls",
    ],
    ["test a.polar b.polar", "test a.polar b.polar"],
    ["tell p -- --policy a.polar b.polar", "tell p -- --policy a.polar b.polar"],
    ["list User:a read Repo --policy=a.polar", "list User:a read Repo --policy=a.polar"],
    ["", ""],
  ])("%s", (given, spread) => expect(spreadPolicyFiles(words(given))).toEqual(words(spread)));

  it("knows a file in a folder by its being there", () => {
    expect(spreadPolicyFiles(words("list --policy a.polar ./package.json User:a read Repo"))).toEqual(
      words("list --policy a.polar --policy ./package.json User:a read Repo"),
    );
  });
});
