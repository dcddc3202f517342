package arn

import "slices"

// Global is the region written on items of services that have none.
const Global = "global"

// Scope says which accounts and regions a read may see. The zero Scope sees nothing: a forgotten scope
// hides data, it never shows another account's.
type Scope struct {
	// Installation opens every account and region; for aggregators and administration only.
	Installation bool
	// Accounts that may be seen.
	Accounts []string
	// Regions that may be seen; empty means every region of the accounts.
	Regions []string
}

// In is the scope of one account and region, as most wire operations need it. Items marked Global answer in
// every region.
func In(account, region string) Scope {
	s := Scope{Accounts: []string{account}}
	if region != "" {
		s.Regions = []string{region, Global}
	}
	return s
}

// Everything is the scope of the whole installation.
func Everything() Scope { return Scope{Installation: true} }

// Sees reports whether something of the account and region lies in the scope.
func (s Scope) Sees(account, region string) bool {
	if s.Installation {
		return true
	}
	if !slices.Contains(s.Accounts, account) {
		return false
	}
	return len(s.Regions) == 0 || slices.Contains(s.Regions, region)
}
