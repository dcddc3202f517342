package sample_test

// waitingFtoZ are the rules that the showcase does not show yet.
var waitingFtoZ = map[string]bool{}
