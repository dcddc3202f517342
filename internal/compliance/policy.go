package compliance

// checkPolicy validates a rule of owner CUSTOM_POLICY.
func (r *ConfigRule) checkPolicy() (definition, error) {
	if r.CreatedBy == packOwner { // it is shown with its pack, and gives INSUFFICIENT_DATA
		return definition{}, nil
	}
	return definition{}, badRule("Owner", "Rules of owner %s are not offered yet; use a managed rule (owner AWS).", r.Owner)
}

// policyDefinition is the rule that a policy text makes, or why it makes none.
func policyDefinition(r ConfigRule) (definition, string) {
	return definition{}, "Custom rules (owner " + r.Owner + ") are not offered yet; this one came with its conformance pack and is not evaluated."
}
