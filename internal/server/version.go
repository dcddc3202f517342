package server

// Version is the program's version; a release build sets it. It stands in evidence and reports.
var Version = "0.1.0-dev"
