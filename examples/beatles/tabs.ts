import type { GraphiqlTab } from "arcturus/server";

const john = `{ "user": "john@beatles.com" }`;
const paul = `{ "user": "paul@beatles.com" }`;
const ringo = `{ "user": "ringo@beatles.com" }`;
const sully = `{ "user": "sully@monsters.com" }`;

/** What a first visitor of the page finds: one organization, seen with each of its roles. */
export const tabs: readonly GraphiqlTab[] = [
  {
    headers: paul,
    query: `# Paul is a MEMBER of The Beatles: he lists their
# repositories and reads who has which role.
query Allowed {
  whoami
  org(id: "1") {
    name
    repos {
      name
    }
    roles {
      userEmail
      name
    }
    viewerCan
  }
}
`,
  },
  {
    headers: paul,
    query: `# The name of an organization is public. Its billing
# address is not for members, and another tenant's
# repositories are not for strangers.
query Denied {
  org(id: "1") {
    name
    billingAddress
  }
  other: org(id: "2") {
    name
    repos {
      name
    }
  }
}
`,
  },
  {
    headers: sully,
    query: `# There are two repositories, of two tenants. Sully
# works at Monsters Inc.; the count knows of one.
query Filtered {
  repositories(first: 10) {
    totalCount
    nodes {
      id
      name
    }
  }
}
`,
  },
  {
    headers: ringo,
    query: `# Ringo is a MEMBER and gives himself another role?
# The resolver is not called.
mutation Forbidden {
  assignOrgRole(
    orgId: "1"
    name: "BILLING"
    userEmail: "ringo@beatles.com"
  )
}
`,
  },
  {
    headers: john,
    query: `# John is the OWNER. BILLING takes the place of the
# role that Ringo had: one role per organization.
mutation JohnAssigns {
  assignOrgRole(
    orgId: "1"
    name: "BILLING"
    userEmail: "ringo@beatles.com"
  )
}
`,
  },
  {
    headers: ringo,
    query: `# Ringo, before and after John's mutation: the address
# comes, the repositories go.
query RingosView {
  org(id: "1") {
    billingAddress
    repos {
      name
    }
    viewerCan
  }
}
`,
  },
  {
    headers: john,
    query: `# And takes it away again. Run RingosView once more:
# only the name of the organization is left.
mutation JohnRemoves {
  removeOrgRole(
    orgId: "1"
    userEmail: "ringo@beatles.com"
  )
}
`,
  },
  {
    headers: sully,
    query: `# Users see each other where they work together. Sully
# sees three of seven; write admin@admin.com into the
# headers below, who works nowhere and sees one.
query Colleagues {
  users {
    totalCount
    nodes {
      email
    }
  }
  org(id: "2") {
    members {
      email
    }
  }
}
`,
  },
];
