package authz

// functionRole is the role that functions of custom rules act in. It is no principal that is kept: nobody can assume it.
const functionRole = "TickmarkRuleFunction"

// Function is the caller of a function that this server runs for a rule of the account: it hands in evaluations and
// reads what rules judge by, in that account alone.
func Function(account, name string) Caller {
	return Caller{
		Account: account, Kind: Role, Name: functionRole, ID: principalID(Role, account, functionRole), SessionName: name,
		Grants: []Grant{{Policy: RuleFunction, Account: account}},
	}
}
