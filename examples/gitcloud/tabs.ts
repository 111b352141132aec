import type { GraphiqlTab } from "arcturus/server";

const paul = `{ "user": "paul@beatles.com" }`;
const john = `{ "user": "john@beatles.com" }`;

/** What a first visitor of the page finds: the same API, asked by two people. */
export const tabs: readonly GraphiqlTab[] = [
  {
    headers: paul,
    query: `# Allowed: Paul is a member of The Beatles, so he sees the organization,
# its repository and the issues in it.
query Allowed {
  me { username email }
  org(id: "1") {
    name
    repos(first: 10) {
      nodes {
        name
        issues(first: 3) {
          totalCount
          nodes { title closed }
        }
      }
    }
  }
}
`,
  },
  {
    headers: paul,
    query: `# Filtered: there are two organizations. Paul gets the one he may view, and
# nothing tells him of the other. Write mike@monsters.com into the headers
# below, run it again, and it is the other way round.
query Filtered {
  orgs {
    id
    name
    repos {
      totalCount
      nodes { name }
    }
  }
}
`,
  },
  {
    headers: paul,
    query: `# Denied: repository 2 exists, but not for Paul. Repository 12345 does not
# exist. The two answers are the same.
query Denied {
  repo(id: "2") { name }
}

query Missing {
  repo(id: "12345") { name }
}
`,
  },
  {
    headers: paul,
    query: `# Which buttons does Paul get? He may close the issues that he made.
query PaulsButtons {
  repo(id: "1") {
    name
    viewerCan
    issues(first: 4) {
      nodes { title closed viewerCan }
    }
  }
}
`,
  },
  {
    headers: john,
    query: `# The same question by John, who is an admin: he may close every issue and
# hand out roles.
query JohnsButtons {
  repo(id: "1") {
    name
    viewerCan
    issues(first: 4) {
      nodes { title closed viewerCan }
    }
  }
}
`,
  },
  {
    headers: paul,
    query: `# Forbidden: Paul reads the repository, but does not run its jobs. The
# resolver is not called.
mutation Forbidden {
  cancelJob(repoId: "1", jobId: "7")
}
`,
  },
];
