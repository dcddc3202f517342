package managed

import "github.com/tickmark/tickmark/internal/rule"

func ivsRules() []rule.Rule {
	return []rule.Rule{mustBe(rule.Rule{
		Identifier: "IVS_CHANNEL_PLAYBACK_AUTHORIZATION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Without authorization, whoever has the address of a live stream sees it. Authorized of the IVS channel must be true, so that playback " +
			"takes a signed token.",
		Remediation: rule.Remediation{Hint: "Make the channel private and hand out playback tokens."},
	}, rule.Required("configuration.Authorized"), true, "Playback takes a token.", "Everyone may play the channel.")}
}
