// Package automation reads SSM Automation documents (schema 0.3) and runs them: one step after another, each call
// made through a Caller, each state written down before and after. It knows no AWS SDK, no SQL and no HTTP.
package automation
