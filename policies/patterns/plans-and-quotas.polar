# Plans, features and quotas.
#
# What an organization has paid for is a matter of authorization too: a plan includes features, each with a quota, and
# the organization's use of a feature is counted by the application.
#
#   has_relation(Organization{"acme"}, "plan", Plan{"pro"})
#   includes_feature(Plan{"pro"}, Feature{"export"}, 10)            ten exports a month
#   has_used(Organization{"acme"}, Feature{"export"}, 5)            five of them are gone
#
# has_used must be told for every feature of the plan, with 0 to begin with: deny is the absence of proof.

actor User {}

resource Plan {}

resource Feature {}

resource Organization {
  roles = ["member"];
  permissions = ["export"];
  relations = { plan: Plan };
}

has_permission(user: User, "export", organization: Organization) if
  has_role(user, "member", organization) and
  may_use(organization, Feature{"export"});

may_use(organization: Organization, feature: Feature) if
  plan matches Plan and
  quota matches Integer and
  used matches Integer and
  has_relation(organization, "plan", plan) and
  includes_feature(plan, feature, quota) and
  has_used(organization, feature, used) and
  used < quota;

test fixture plans {
  includes_feature(Plan{"pro"}, Feature{"export"}, 10);
  has_relation(Organization{"acme"}, "plan", Plan{"pro"});
  has_role(User{"alice"}, "member", Organization{"acme"});
}

test "5 of 10 used: allowed" {
  setup {
    fixture plans;
    has_used(Organization{"acme"}, Feature{"export"}, 5);
  }

  assert allow(User{"alice"}, "export", Organization{"acme"});
  assert_not allow(User{"stranger"}, "export", Organization{"acme"});
}

test "10 of 10 used: denied" {
  setup {
    fixture plans;
    has_used(Organization{"acme"}, Feature{"export"}, 10);
  }

  assert_not allow(User{"alice"}, "export", Organization{"acme"});
}

test "a plan without the feature: denied" {
  setup {
    fixture plans;
    has_relation(Organization{"tiny"}, "plan", Plan{"free"});
    has_role(User{"tina"}, "member", Organization{"tiny"});
    has_used(Organization{"tiny"}, Feature{"export"}, 0);
  }

  assert_not allow(User{"tina"}, "export", Organization{"tiny"});
}
