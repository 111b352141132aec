import type { GraphiqlTab } from "arcturus/server";

const alice = `{ "user": "alice@foo.com" }`;

/** What a first visitor of the page finds: the door, the rows behind it, and an expense that is asked about unsaved. */
export const tabs: readonly GraphiqlTab[] = [
  {
    headers: alice,
    query: `# The request layer: what may be asked at all.
# Everybody is greeted; whoami is for users.
query TheDoor {
  hello
  whoami
}
`,
  },
  {
    headers: "{}",
    query: `# The same without the header \`user\`: a guest is
# greeted too, but nobody can tell who he is.
query AsGuest {
  hello
  whoami
}
`,
  },
  {
    headers: alice,
    query: `# The data layer: expense 2 is Alice's own, expense 1
# is Cora's. There is no expense 999, and the answer
# does not tell that from one that is hidden.
query OwnAndForeign {
  own: expense(id: "2") {
    amount
    description
  }
  coras: expense(id: "1") {
    amount
  }
  missing: expense(id: "999") {
    amount
  }
}
`,
  },
  {
    headers: alice,
    query: `# Six of 101 expenses are Alice's. The resolver reads
# all rows; the guard leaves out the others.
query Filtered {
  expenses {
    id
    amount
    description
  }
}
`,
  },
  {
    headers: alice,
    query: `# An expense is asked about before it is saved: Alice
# submits her own. Write userId: "2" into the input,
# and nothing is saved.
mutation Submitting {
  submitExpense(
    input: { amount: 100, description: "Gummy Bears" }
  ) {
    id
    amount
    description
    userId
  }
}
`,
  },
  {
    headers: alice,
    query: `# Alice works at Foo Industries. Write matz@foo.com
# into the headers below: he works at the other one.
query Employer {
  foo: organization(id: "1") {
    name
  }
  bar: organization(id: "2") {
    name
  }
}
`,
  },
];
