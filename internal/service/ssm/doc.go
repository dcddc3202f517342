// Package ssm serves AWS Systems Manager Automation over package automation: documents of type Automation, and their
// executions.
//
// Known to differ: documents of other types, attachments, required documents, rate control (Targets, TargetMaps,
// TargetLocations, MaxConcurrency, MaxErrors), alarms, Mode Interactive, Change Manager and sharing are refused;
// AWS-SetupInventory and all other published documents that are not built in are unknown. Published documents have
// version 1. PowerShell and the actions that package automation does not offer fail their step. Tags of executions are
// refused. The signals StartStep, StopStep and Revoke are refused.
package ssm
