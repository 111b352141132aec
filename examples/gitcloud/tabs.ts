import type { GraphiqlTab } from "arcturus/server";

const paul = `{ "user": "paul@beatles.com" }`;
const john = `{ "user": "john@beatles.com" }`;

/** What a first visitor of the page finds: the same API, asked by two people. */
export const tabs: readonly GraphiqlTab[] = [
  {
    headers: paul,
    query: `# Paul is a member of The Beatles: he may view the
# organization, its repositories and their issues.
query Allowed {
  me {
    username
    email
  }
  org(id: "1") {
    name
    repos(first: 10) {
      nodes {
        name
        issues(first: 3) {
          totalCount
          nodes {
            title
          }
        }
      }
    }
  }
}
`,
  },
  {
    headers: paul,
    query: `# There are two organizations. Paul gets the one that
# he may view, and nothing tells him of the other.
# Write mike@monsters.com into the headers below.
query Filtered {
  orgs {
    id
    name
    repos {
      totalCount
      nodes {
        name
      }
    }
  }
}
`,
  },
  {
    headers: paul,
    query: `# Repository 2 exists, but not for Paul. Repository
# 12345 does not exist. The answers are the same.
query Denied {
  hidden: repo(id: "2") {
    name
  }
  missing: repo(id: "12345") {
    name
  }
}
`,
  },
  {
    headers: paul,
    query: `# Paul reads the repository but does not run its
# jobs. The resolver is not called.
mutation Forbidden {
  cancelJob(repoId: "1", jobId: "7")
}
`,
  },
  {
    headers: paul,
    query: `# Which buttons does Paul get? He may close the
# issues that are his own.
query PaulsButtons {
  repo(id: "1") {
    name
    viewerCan
    issues(first: 4) {
      nodes {
        title
        closed
        viewerCan
      }
    }
  }
}
`,
  },
  {
    headers: john,
    query: `# The same question by John, an admin of The Beatles:
# he may close every issue and hand out roles.
query JohnsButtons {
  repo(id: "1") {
    name
    viewerCan
    issues(first: 4) {
      nodes {
        title
        closed
        viewerCan
      }
    }
  }
}
`,
  },
];
