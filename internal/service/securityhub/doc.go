// Package securityhub serves the part of AWS Security Hub that evidence needs: findings are imported, queried and
// annotated, and the hub of an account and region is switched on and off.
//
// Known to differ: findings can be imported without the hub being enabled, because imports from files must not be
// lost; no standard is subscribed, since rules are judged by AWS Config's operations here, so GetEnabledStandards is
// empty; findings keep members that the format does not know.
package securityhub
