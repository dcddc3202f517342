// Package intake makes files of frameworks out of other people's lists: exports of AWS Audit Manager, tables in CSV and
// XLSX, conformance packs, standards of AWS Security Hub, compliance files of Prowler, catalogs and profiles in OSCAL.
// Nothing is dropped in silence: what a list says that a framework cannot is told, with its place.
//
// The texts are those of the list, and whoever imports it must be allowed to use them. What is longer than Audit Manager
// allows is cut, and said to be. A control that nothing automated can prove gets a manual source.
package intake
