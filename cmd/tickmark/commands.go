package main

import "github.com/spf13/cobra"

// commands lists every command; what is not built yet is not listed.
func (p *program) commands() []*cobra.Command {
	return []*cobra.Command{
		p.demoCommand(),
		p.serveCommand(),
		p.envCommand(),
		p.versionCommand(),
		p.statusCommand(),
		p.connectCommand(),
		p.sweepCommand(),
		p.policyCommand(),
		p.importCommand(),
		p.scanCommand(),
		p.userCommand(),
		p.reportCommand(),
		p.queryCommand(),
		p.historyCommand(),
		p.whoCommand(),
		p.modelCommand(),
		p.trailCommand(),
		p.sigmaCommand(),
		p.rulesCommand(),
		p.verifyCommand(),
		p.ledgerCommand(),
		p.keyCommand(),
		p.migrateCommand(),
		p.backupCommand(),
		p.restoreCommand(),
		p.frameworksCommand(),
		p.assessmentCommand(),
		p.exceptionsCommand(),
		p.evidenceCommand(),
		p.guardCommand(),
		p.functionsCommand(),
		p.remediationCommand(),
		p.automationCommand(),
	}
}
