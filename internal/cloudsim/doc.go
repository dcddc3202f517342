// Package cloudsim plays AWS for tests and measurements: the server's side of its protocols over the same models that
// internal/cloud calls by.
//
// What it promises:
//   - Proxy stands before a simulator (moto_server), counts the calls, and puts faults into them that AWS is known for:
//     throttling, denial, server errors, answers cut off, listings that break or never end, slowness, disabled regions.
//     Each is told in the form of the operation's protocol.
//   - Cloud answers listings and detail calls of accounts of any size, deterministically, as slowly as AWS and within
//     AWS's published rates: a call beyond them is throttled, and the calls are counted.
//   - What is not simulated is answered with an error that says so, never with an empty list.
//
// Signatures are not verified; account and region are read from them. Nothing of this package is in the binary.
package cloudsim
