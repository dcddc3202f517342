// Package organizations serves AWS Organizations over package organization: the organization, its accounts, units,
// delegated administrators, trusted services and tags.
//
// The organization belongs to the management account of the installation; no other account can create one. As in AWS,
// any member may describe the organization, delegated administrators may read it, and only the management account may
// change it.
//
// Known to differ: accounts are created at once, so CreateAccount answers SUCCEEDED (or FAILED) instead of IN_PROGRESS;
// policies (SCPs and others), invitations and the closing of accounts are not served.
package organizations
