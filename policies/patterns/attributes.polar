# Attributes of both sides.
#
# Not everything is a role: status, risk score and region are properties that rules compare. All three must hold here.

actor User {}

resource Transfer {
  permissions = ["approve"];
}

has_permission(user: User, "approve", transfer: Transfer) if
  region matches String and
  score matches Integer and
  allowance matches Integer and
  has_status(user, "active") and
  has_region(user, region) and
  has_region(transfer, region) and
  has_risk_score(transfer, score) and
  has_allowance(user, allowance) and
  score <= allowance;

test fixture banking {
  has_status(User{"eva"}, "active");
  has_region(User{"eva"}, "eu");
  has_allowance(User{"eva"}, 50);

  has_region(Transfer{"small"}, "eu");
  has_risk_score(Transfer{"small"}, 50);
  has_region(Transfer{"large"}, "eu");
  has_risk_score(Transfer{"large"}, 51);
  has_region(Transfer{"abroad"}, "us");
  has_risk_score(Transfer{"abroad"}, 1);
}

test "approved when status, region and risk all fit" {
  setup {
    fixture banking;
  }

  assert allow(User{"eva"}, "approve", Transfer{"small"});
  assert allow(User{"eva"}, "approve", transfer: Transfer) iff transfer in [Transfer{"small"}];
}

test "too risky, or in another region: denied" {
  setup {
    fixture banking;
  }

  assert_not allow(User{"eva"}, "approve", Transfer{"large"});
  assert_not allow(User{"eva"}, "approve", Transfer{"abroad"});
}

test "someone suspended approves nothing" {
  setup {
    fixture banking;
    has_status(User{"ivo"}, "suspended");
    has_region(User{"ivo"}, "eu");
    has_allowance(User{"ivo"}, 100);
  }

  assert_not allow(User{"ivo"}, "approve", Transfer{"small"});
}
