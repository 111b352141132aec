import type { GraphiqlTab } from "arcturus/server";

const alice = `{ "user": "alice" }`;

/** What a first visitor of the page finds. */
export const tabs: readonly GraphiqlTab[] = [
  {
    headers: alice,
    query: `# Alice is a guest of page 0 and the admin of page 1,
# which makes her a guest there too.
query Allowed {
  page(num: 1) {
    num
    body
  }
}
`,
  },
  {
    headers: alice,
    query: `# There are three pages. Alice gets those that she may
# read. Write bob into the headers below.
query Filtered {
  pages {
    num
    body
  }
}
`,
  },
  {
    headers: alice,
    query: `# Page 2 is Bob's. It makes no difference whether a
# page exists: page 12345 does not.
query Denied {
  hidden: page(num: 2) {
    body
  }
  missing: page(num: 12345) {
    body
  }
}
`,
  },
  {
    headers: alice,
    query: `# Guests read but do not write, admins do.
mutation Writing {
  asAdmin: writePage(num: 1, body: "written by Alice") {
    body
  }
  asGuest: writePage(num: 0, body: "written by Alice") {
    body
  }
}
`,
  },
  {
    headers: `{ "user": "anne" }`,
    query: `# Anne maintains react, which everybody may read. She
# has no part in oso, so it is not there.
query Repositories {
  react: repo(name: "react") {
    name
    viewerCan
  }
  oso: repo(name: "oso") {
    name
    viewerCan
  }
}
`,
  },
];
